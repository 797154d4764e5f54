"""Journal: what the trader wrote down of candles; entries are only ever added to."""
