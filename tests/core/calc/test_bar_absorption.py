from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calc.bar_absorption import BarAbsorptionRule, bar_absorption
from core.calc.bars import time_bars
from core.calc.trailing import Usual
from core.domain.arrays import BAR_DTYPE
from core.domain.marker import MarkerKind
from core.domain.units import NS_PER_MINUTE, NS_PER_S
from tests.support.tapes import long_tapes
from tests.support.trades import instrument

COIN = instrument()

RULE = BarAbsorptionRule(rare=Usual(Fraction(9, 10), least=5))


def bars_of(last_delta, close, *, sign=1):
    """Ten bars of small deltas, then one from 0 to 30 ticks; ``sign`` -1 mirrors it."""
    deltas = [sign * each for each in (5, -5) * 5 + (last_delta,)]
    bars = np.zeros(len(deltas), BAR_DTYPE)
    bars["open_ns"] = np.arange(bars.size) * NS_PER_MINUTE
    low, high = sorted((0, sign * 30))
    bars["low_ticks"][-1], bars["high_ticks"][-1] = low, high
    bars["close_ticks"][-1] = sign * close
    bars["buy_lots"] = [50 + max(each, 0) for each in deltas]
    bars["sell_lots"] = [50 + max(-each, 0) for each in deltas]
    return bars


def find(bars, rule=RULE, **how):
    return bar_absorption(bars, COIN, step_ns=NS_PER_MINUTE, rule=rule, **how)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("delta", "close", "count"), [(-20, 20, 1), (-20, 19, 0), (-5, 30, 1), (-4, 30, 0), (20, 30, 0)]
)
def test_a_rare_delta_must_close_in_the_far_third(sign, delta, close, count):
    assert len(find(bars_of(delta, close, sign=sign)).found) == count


def test_a_marker_says_where_when_and_why():
    (marker,) = find(bars_of(-20, 25)).found
    assert (marker.kind, marker.side) == (MarkerKind.EFFORT_NO_RESULT, 1)
    assert (marker.event_ns, marker.known_ns) == (10 * NS_PER_MINUTE, 11 * NS_PER_MINUTE)
    assert (marker.value, marker.threshold, marker.strength) == (20.0, 5.0, 0.75)
    assert marker.price_ticks == 0
    assert marker.reason == (
        "Sellers took 0.02 BTC net in a bar (0.005 BTC are rare) that closed near its high."
    )


def test_a_bar_of_one_price_or_without_sides_or_in_a_gap_is_none():
    flat = bars_of(-20, 0)
    flat["high_ticks"] = flat["low_ticks"] = 0
    assert find(flat).found == ()
    unknown = bars_of(-20, 30)
    unknown["unknown_lots"], unknown["buy_lots"], unknown["sell_lots"] = 70, 0, 0
    assert find(unknown).found == ()
    gap = (10 * NS_PER_MINUTE, 10 * NS_PER_MINUTE + 1)
    assert find(bars_of(-20, 30), gaps_ns=[gap]).found == ()


@pytest.mark.parametrize("count", [0, 1, 5])
def test_until_enough_bars_are_known_it_says_so(count):
    found = find(bars_of(-20, 30)[:count])
    assert (found.found, found.not_ready) == ((), "fewer than 5 earlier bars are known")
    assert find(bars_of(-20, 30)).not_ready == ""


@given(long_tapes(count=600), st.integers(1, 600))
@settings(max_examples=40, deadline=None)
def test_what_was_known_never_changes(tape, cut):
    rule = BarAbsorptionRule(rare=Usual(Fraction(1, 2), least=3))
    until_ns = int(tape["ts_event_ns"][cut - 1])

    def known(rows):
        bars = time_bars(rows, step_ns=NS_PER_S // 10)
        found = bar_absorption(bars, COIN, step_ns=NS_PER_S // 10, rule=rule).found
        return [each for each in found if each.known_ns <= until_ns]

    assert known(tape[:cut]) == known(tape)
