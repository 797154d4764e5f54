from dataclasses import replace

from data.feeds.continuity import Mark
from data.feeds.intake import Resumed
from data.sources.holes import Holes
from data.venues.registry import MARKETS
from tests.support.trades import instrument

BTC = instrument()
S = 10**9
COUNTING = MARKETS["binance", "perp"].facts
NAMES_ONLY = MARKETS["bybit", "spot"].facts


def hole(before, first, *, at_s=0, listed=BTC, repeated=False, reason="jumped"):
    marks = [Mark(each, 1, (at_s + each) * S) for each in (before, first)]
    return Resumed(listed, "aggTrade", marks[0], marks[1], repeated, reason)


def test_a_storm_of_jumps_is_one_span():
    holes = Holes(COUNTING)
    span = holes.put(hole(10, 12))
    assert [holes.put(hole(each, each + 2)) for each in range(14, 900, 4)] == [None] * 222
    assert holes.begin(span) == hole(10, 900)


def test_holes_far_apart_stay_two():
    holes = Holes(COUNTING)
    first, second = holes.put(hole(10, 12)), holes.put(hole(1_013, 1_020))
    assert holes.begin(first) == hole(10, 12)
    assert holes.begin(second) == hole(1_013, 1_020)


def test_a_hole_that_is_being_fetched_takes_in_no_more():
    holes = Holes(COUNTING)
    first = holes.put(hole(10, 12))
    holes.begin(first)
    second = holes.put(hole(14, 16))
    assert holes.begin(second) == hole(14, 16)


def test_one_that_could_not_be_fetched_yet_takes_in_what_follows():
    holes = Holes(COUNTING)
    span = holes.put(hole(10, 12))
    holes.begin(span)
    holes.wait(span)
    assert holes.put(hole(14, 16, reason="the connection was lost")) is None
    assert holes.begin(span) == hole(10, 16, reason="the connection was lost")


def test_instruments_do_not_share_a_span():
    other = replace(BTC, id=replace(BTC.id, symbol="ETHUSDT"))
    holes = Holes(COUNTING)
    assert holes.put(hole(10, 12)) is not None
    assert holes.put(hole(14, 16, listed=other)) is not None


def test_where_ids_do_not_count_the_times_tell_what_is_near():
    holes = Holes(NAMES_ONLY)
    span = holes.put(hole(0, 1))
    assert holes.put(hole(11, 12)) is None
    assert holes.put(hole(23, 24)) is not None
    assert holes.begin(span) == hole(0, 12)


def test_a_span_is_whole_only_where_every_hole_in_it_is():
    holes = Holes(COUNTING)
    span = holes.put(hole(10, 12, repeated=True))
    holes.put(hole(14, 16))
    assert not holes.begin(span).repeated
