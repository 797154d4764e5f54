from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.cvd_divergence_slope import SlopeRule, cvd_divergence_slope
from core.calc.trailing import Usual
from core.domain.arrays import BAR_DTYPE
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, NS_PER_S
from tests.support.tapes import long_tapes
from tests.support.trades import instrument
from tests.support.vectors import vector

COIN = instrument()

QUICK = SlopeRule(window=4, usual=Usual(Fraction(1, 2), least=5), least_r2=0.2)
NOON_NS = 20_000 * NS_PER_DAY + NS_PER_DAY // 2


def bars_of(closes, deltas, *, start_ns=NOON_NS):
    bars = np.zeros(len(closes), BAR_DTYPE)
    bars["open_ns"] = start_ns + np.arange(len(closes)) * NS_PER_MINUTE
    for name in ("open_ticks", "high_ticks", "low_ticks", "close_ticks"):
        bars[name] = closes
    bars["buy_lots"] = np.maximum(deltas, 0)
    bars["sell_lots"] = np.maximum(-np.asarray(deltas), 0)
    bars["buy_lots"] += 1
    bars["sell_lots"] += 1
    return bars


def example_bars(*, sign=1, **where):
    """Forty flat minutes, then the fifteen of the worked example; CVD in tenths."""
    inputs = vector("cvd-divergence-slope")["inputs"]
    wiggle = [100_000 + (index % 2) for index in range(40)]
    closes = np.array(wiggle + [each["price"] for each in inputs])
    total = [round(each["cvd"] * 10) for each in inputs]
    deltas = [1 - 2 * (index % 2) for index in range(40)] + [0, *np.diff(total).tolist()]
    return bars_of(200_000 - closes if sign < 0 else closes, sign * np.array(deltas), **where)


RULE = SlopeRule(usual=Usual(Fraction(7, 10), least=10))


def test_the_worked_example_is_bearish_and_its_mirror_image_bullish():
    assert vector("cvd-divergence-slope")["expected"]["divergence"] == "bearish"
    for sign in (1, -1):
        bars = example_bars(sign=sign)
        found = cvd_divergence_slope(bars, COIN, step_ns=NS_PER_MINUTE, rule=RULE)
        (marker,) = found.found
        assert marker.side == -sign
        assert marker.known_ns == marker.event_ns <= int(bars["open_ns"][-1]) + NS_PER_MINUTE
        assert 0 <= marker.strength <= 1
        assert marker.value >= marker.threshold == 0.7
        assert found.not_ready == ""


def test_the_reason_says_both_slopes():
    found = cvd_divergence_slope(example_bars(), COIN, step_ns=NS_PER_MINUTE, rule=RULE).found
    assert found[0].reason.startswith("Over 15 bars the price rose by ")
    assert "while CVD fell by " in found[0].reason


@pytest.mark.parametrize("start_ns", [20_001 * NS_PER_DAY - 42 * NS_PER_MINUTE])
def test_no_window_reaches_across_the_start_of_a_session(start_ns):
    bars = example_bars(start_ns=start_ns)
    assert cvd_divergence_slope(bars, COIN, step_ns=NS_PER_MINUTE, rule=RULE).found == ()


def test_no_window_touches_a_gap_or_misses_a_bar():
    bars = example_bars()
    gap = (int(bars["open_ns"][42]), int(bars["open_ns"][42]) + 1)
    assert (
        cvd_divergence_slope(bars, COIN, step_ns=NS_PER_MINUTE, rule=RULE, gaps_ns=[gap]).found
        == ()
    )
    missing = np.delete(bars, 42)
    assert cvd_divergence_slope(missing, COIN, step_ns=NS_PER_MINUTE, rule=RULE).found == ()


def test_volume_without_a_side_diverges_from_nothing():
    bars = example_bars()
    bars["unknown_lots"] = bars["buy_lots"] + bars["sell_lots"]
    bars["buy_lots"] = bars["sell_lots"] = 0
    found = cvd_divergence_slope(bars, COIN, step_ns=NS_PER_MINUTE, rule=RULE)
    assert found.found == ()
    assert found.not_ready == "fewer than 10 earlier slopes are known"


@pytest.mark.parametrize("count", [0, 1, 14])
def test_until_enough_slopes_are_known_it_says_so(count):
    found = cvd_divergence_slope(example_bars()[:count], COIN, step_ns=NS_PER_MINUTE)
    assert found.found == ()
    assert found.not_ready == "fewer than 500 earlier slopes are known"


@given(long_tapes(count=2_000), st.integers(0, 2_000))
@settings(max_examples=40, deadline=None)
def test_what_was_known_never_changes(tape, cut):
    def known(trades, until_ns):
        bars = time_bars(trades, step_ns=NS_PER_S // 4)
        found = cvd_divergence_slope(bars, COIN, step_ns=NS_PER_S // 4, rule=QUICK).found
        return [each for each in found if each.known_ns <= until_ns]

    until_ns = int(tape["ts_event_ns"][cut - 1]) if cut else 0
    assert known(tape[:cut], until_ns) == known(tape, until_ns)


def test_the_tapes_of_the_test_above_do_diverge():
    rng = np.random.default_rng(1)
    bars = bars_of(10_000 + rng.integers(-9, 10, 300).cumsum(), rng.integers(-50, 51, 300))
    assert len(cvd_divergence_slope(bars, COIN, step_ns=NS_PER_MINUTE, rule=QUICK).found) > 3
