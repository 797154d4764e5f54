"""Every module is one calculator or marker: arrays in, one frozen result out."""
