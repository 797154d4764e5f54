"""Where the numbers come from: market data fetched, kept and stored."""
