import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.delta_fade import FadeRule, delta_fade
from core.domain.arrays import BAR_DTYPE
from core.domain.marker import MarkerKind
from core.domain.units import NS_PER_MINUTE, NS_PER_S
from tests.support.tapes import long_tapes
from tests.support.trades import instrument

COIN = instrument()


def bars_of(*deltas, sign=1):
    """Twenty quiet bars, then one for each delta, every one at a new extreme."""
    values = [0] * 20 + list(deltas)
    bars = np.zeros(len(values), BAR_DTYPE)
    bars["open_ns"] = np.arange(bars.size) * NS_PER_MINUTE
    bars["high_ticks"][20:] = bars["low_ticks"][20:] = sign * np.arange(1, len(deltas) + 1)
    bars["buy_lots"] = [10 + max(sign * each, 0) for each in values]
    bars["sell_lots"] = [10 + max(-sign * each, 0) for each in values]
    return bars


def find(bars, **how):
    return delta_fade(bars, COIN, step_ns=NS_PER_MINUTE, **how)


def known(deltas, **how):
    return [each.known_ns // NS_PER_MINUTE - 20 for each in find(bars_of(*deltas, **how)).found]


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("last", "fades"), [(-1, False), (0, True), (20, True), (21, False), (500, False)]
)
def test_what_is_left_must_be_of_the_same_sign_and_at_most_half(sign, last, fades):
    assert known([60, 40, last], sign=sign) == ([3] if fades else [])


@pytest.mark.parametrize("sign", [1, -1])
def test_both_bars_before_must_lean_the_same_way(sign):
    assert known([-60, 40, 10], sign=sign) == known([60, -40, 0], sign=sign) == []


def test_without_a_new_extreme_nothing_fades():
    bars = bars_of(60, 40, 10)
    bars["high_ticks"][22] = bars["high_ticks"][21]
    assert find(bars).found == ()


def test_a_marker_says_where_when_and_why():
    (marker,) = find(bars_of(60, 40, 10)).found
    assert (marker.kind, marker.side) == (MarkerKind.DELTA_FADE, -1)
    assert (marker.event_ns, marker.known_ns) == (22 * NS_PER_MINUTE, 23 * NS_PER_MINUTE)
    assert (marker.value, marker.threshold, marker.strength) == (0.75, 0.5, 0.5)
    assert marker.price_ticks == 3
    assert marker.reason == "A new 20-bar high on a delta of +0.01 BTC after +0.04 BTC."


def test_where_somebody_looked_the_end_of_the_bar_must_be_thin_too():
    bars = bars_of(60, 40, 10)
    thin, thick = np.ones(bars.size, bool), np.zeros(bars.size, bool)
    assert len(find(bars, thin_ends=(thin, thick)).found) == 1
    assert find(bars, thin_ends=(thick, thin)).found == ()


def test_nothing_is_found_across_a_gap():
    assert find(bars_of(60, 40, 10), gaps_ns=[(5 * NS_PER_MINUTE, 6 * NS_PER_MINUTE)]).found == ()


def test_volume_without_a_side_does_not_fade():
    bars = bars_of(60, 40, 10)
    bars["unknown_lots"][22], bars["buy_lots"][22], bars["sell_lots"][22] = 9, 0, 0
    assert find(bars).found == ()


@pytest.mark.parametrize("count", [0, 1, 20])
def test_too_few_bars_say_so(count):
    found = find(bars_of(60)[:count])
    assert (found.found, found.not_ready) == ((), "there are fewer than 20 bars before")


@given(long_tapes(count=600), st.integers(0, 600))
@settings(max_examples=60, deadline=None)
def test_what_was_known_never_changes(tape, cut):
    def until(trades, until_ns):
        bars = time_bars(trades, step_ns=NS_PER_S // 10)
        found = delta_fade(bars, COIN, step_ns=NS_PER_S // 10, rule=FadeRule(extreme_bars=3)).found
        return [each for each in found if each.known_ns <= until_ns]

    until_ns = int(tape["ts_event_ns"][cut - 1]) if cut else 0
    assert until(tape[:cut], until_ns) == until(tape, until_ns)
