"""One run of the simulated market that several test files look at; generating it costs a second."""

from functools import cache

from data.sources.simulated import SimulatedMarket

WEDNESDAY_NS = 1_795_010_400_123_456_789
"""2026-11-18 14:00 UTC and a little: the history holds the openings of London and New York."""


@cache
def past(seed=7, start_ns=WEDNESDAY_NS):
    """(market, its histories by instrument id), the same objects for the same arguments."""
    market = SimulatedMarket(seed=seed, start_ns=start_ns)
    return market, {str(each.instrument.id): each for each in market.history()}
