"""What a screen asks of the buffers: calculators run over windows, only for what is new."""
