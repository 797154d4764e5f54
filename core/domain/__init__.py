"""The words of the trade: units, instruments, events, array layouts and errors."""
