"""Who drives the clock: live, replay, simulated. All three feed the same engine."""
