import pytest
from hypothesis import given, settings

from core.calc.absorption import absorption
from core.domain.arrays import empty_trades
from core.domain.marker import MarkerKind
from core.domain.units import NS_PER_S
from tests.core.calc.test_effort_no_result import END_NS, known, worlds
from tests.support.efforts import QUIET_S, RULE, market
from tests.support.trades import instrument

COIN = instrument()

AFTER_S = QUIET_S + 2.5


def at_the_end(tape, quotes, **how):
    found = absorption(tape, quotes, COIN, rule=RULE, **how).found
    return [each for each in found if each.known_ns >= END_NS + NS_PER_S]


@pytest.mark.parametrize("sign", [1, -1])
def test_an_effort_whose_edge_held_is_known_a_window_later(sign):
    tape, quotes, edge = market(sign=sign)
    (marker,) = at_the_end(tape, quotes)
    assert (marker.kind, marker.side, marker.price_ticks) == (MarkerKind.ABSORPTION, sign, edge)
    assert marker.known_ns in (END_NS + NS_PER_S, END_NS + 2 * NS_PER_S)
    assert marker.event_ns <= marker.known_ns - 2 * NS_PER_S
    word = "below" if sign > 0 else "above"
    assert marker.reason.endswith(f"; nothing traded {word} it for 2 s more.")


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("ticks", "count"), [(0, 1), (-1, 1), (-2, 0)])
def test_one_tick_beyond_the_edge_is_forgiven_and_two_break_it(sign, ticks, count):
    tape, quotes, _ = market(sign=sign, after=[(AFTER_S, ticks, 1, -1)])
    assert len(at_the_end(tape, quotes)) == count


def test_until_the_window_is_over_nothing_is_known():
    tape, quotes, _ = market(after=[(QUIET_S + 2.9, 3, 1, 0)], until_s=QUIET_S + 3)
    assert at_the_end(tape, quotes) == []


def test_a_gap_in_the_wait_leaves_it_open():
    tape, quotes, _ = market()
    gap = END_NS + NS_PER_S // 2, END_NS + NS_PER_S // 2 + 1
    assert at_the_end(tape, quotes, gaps_ns=[gap]) == []


def test_an_empty_tape_says_what_is_missing():
    found = absorption(empty_trades(), market()[1], COIN)
    assert (found.found, found.not_ready) == ((), "fewer than 30 minutes of trades are known")


@given(worlds())
@settings(max_examples=15, deadline=None)
def test_what_was_known_never_changes(world):
    tape, _, cut = world
    assert known(absorption, world, cut) == known(absorption, world, tape.size)
