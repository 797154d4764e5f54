"""Files that others made: archives of the venues, Tardis, raw logs, our own exports."""
