from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calc.effort import EffortRule
from core.calc.effort_no_result import effort_no_result
from core.calc.trailing import Usual
from core.domain.arrays import QUOTE_DTYPE, empty_trades
from core.domain.marker import MarkerKind
from core.domain.units import NS_PER_S
from tests.support.efforts import QUIET_S, RULE, market
from tests.support.tapes import long_tapes
from tests.support.trades import START_NS, instrument

COIN = instrument()

EASY = replace(RULE, usual=Usual(Fraction(1, 2), least=3), most_frac=0.6)
END_NS = START_NS + (QUIET_S + 2) * NS_PER_S


def at_the_end(tape, quotes, **how):
    """The markers of the last window of the script, and of the one before."""
    found = effort_no_result(tape, quotes, COIN, rule=RULE, **how).found
    return [each for each in found if END_NS - NS_PER_S <= each.known_ns <= END_NS]


@pytest.mark.parametrize("sign", [1, -1])
def test_much_that_was_sold_into_the_low_and_moved_nothing_is_marked(sign):
    tape, quotes, edge = market(sign=sign)
    (marker,) = at_the_end(tape, quotes)
    assert (marker.kind, marker.side) == (MarkerKind.EFFORT_NO_RESULT, sign)
    assert marker.price_ticks == edge
    assert marker.known_ns in (END_NS - NS_PER_S, END_NS)
    assert marker.event_ns < marker.known_ns
    assert marker.value >= marker.threshold
    assert 0 < marker.strength < 1


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("shown", "count"), [(0, 1), (100, 1), (133, 1), (134, 0)])
def test_what_rested_there_from_the_start_was_no_absorption(sign, shown, count):
    tape, quotes, edge = market(sign=sign)
    at_edge = quotes[-1:].copy()
    at_edge["ts_event_ns"] = END_NS - 2 * NS_PER_S + 1
    at_edge["bid_ticks"], at_edge["ask_ticks"] = (edge, edge + 1) if sign > 0 else (edge - 1, edge)
    at_edge["bid_lots"] = at_edge["ask_lots"] = shown
    told = np.concatenate([quotes, at_edge])
    told = told[np.argsort(told["ts_event_ns"], kind="stable")]
    found = [each for each in at_the_end(tape, told) if each.known_ns == END_NS]
    assert len(found) == count
    for marker in found:
        times = f"{200 / shown:.1f} times what rested at one price was filled." if shown else ""
        assert marker.reason.endswith(times or "; how much rested there is not known.")


def test_what_moved_the_mid_as_usual_has_a_result():
    assert at_the_end(*market(moved=0)[:2]) != []
    tape, quotes, _ = market(sold=100, moved=12)
    assert [each for each in at_the_end(tape, quotes) if each.known_ns == END_NS] == []


def test_little_effort_is_none():
    assert at_the_end(*market(sold=4)[:2]) == []


def test_sides_that_nobody_told_are_no_effort():
    tape, quotes, _ = market()
    tape["aggressor"][tape["size_lots"] == 100] = 0
    assert at_the_end(tape, quotes) == []


def test_no_window_touches_a_gap():
    tape, quotes, _ = market()
    gap = END_NS - 2 * NS_PER_S, END_NS - 2 * NS_PER_S + 1
    assert at_the_end(tape, quotes, gaps_ns=[gap]) == []


def test_without_quotes_nothing_is_judged_and_it_says_so():
    tape, quotes, _ = market()
    found = effort_no_result(tape, quotes[:0], COIN, rule=RULE)
    assert (found.found, found.not_ready) == ((), "the best quotes are not known")
    assert effort_no_result(tape, quotes, COIN, rule=RULE).not_ready == ""


@pytest.mark.parametrize("count", [0, 1, 30])
def test_until_enough_is_known_it_says_what_is_missing(count):
    tape, quotes, _ = market()
    found = effort_no_result(tape[:count], quotes, COIN, rule=EffortRule())
    assert (found.found, found.not_ready) == ((), "fewer than 30 minutes of trades are known")
    found = effort_no_result(tape, quotes, COIN, rule=EffortRule(zone_minutes=1))
    assert found.not_ready == "fewer than 500 earlier windows are known"


def test_an_empty_tape_with_quotes_has_nothing():
    assert effort_no_result(empty_trades(), market()[1], COIN, rule=RULE).found == ()


def world_of(tape):
    """Prices that follow the flow, but for every third few seconds, and the quotes beside."""
    flow = tape["size_lots"] * tape["aggressor"]
    stands = tape["ts_event_ns"] // (5 * NS_PER_S) % 3 == 0
    tape["price_ticks"] = 1_000_000 + np.cumsum(np.where(stands, 0, flow)) // 200_000
    quotes = np.zeros(tape.size, QUOTE_DTYPE)
    quotes["ts_event_ns"] = tape["ts_event_ns"]
    quotes["bid_ticks"], quotes["bid_lots"], quotes["ask_lots"] = tape["price_ticks"], 1, 1
    quotes["ask_ticks"] = quotes["bid_ticks"] + 1
    return tape, quotes


@st.composite
def worlds(draw, *, count=16_000):
    """Somewhat less than two minutes, and a place to cut."""
    return *world_of(draw(long_tapes(count=count))), draw(st.integers(count // 2, count))


def known(rule_of, world, size):
    tape, quotes, cut = world
    found = rule_of(tape[:size], quotes[:size], COIN, rule=EASY).found
    return [each for each in found if each.known_ns <= tape["ts_event_ns"][cut - 1]]


@given(worlds())
@settings(max_examples=15, deadline=None)
def test_what_was_known_never_changes(world):
    tape, _, cut = world
    assert known(effort_no_result, world, cut) == known(effort_no_result, world, tape.size)


@given(worlds())
@settings(max_examples=15, deadline=None)
def test_one_effort_is_marked_once_however_often_its_condition_comes_and_goes(world):
    tape, quotes, _ = world
    found = effort_no_result(tape, quotes, COIN, rule=EASY).found
    for side in (1, -1):
        known_ns = [each.known_ns for each in found if each.side == side]
        assert all(b - a >= 2 * EASY.window_s * NS_PER_S for a, b in pairwise(known_ns))
