"""What the numbers mean: pure calculators and the words of the trade. No I/O, no clock."""
