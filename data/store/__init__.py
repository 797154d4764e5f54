"""The only package that reads and writes market data on disk."""
