import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.volume_collapse import CollapseRule, volume_collapse
from core.domain.arrays import BAR_DTYPE
from core.domain.marker import MarkerKind
from core.domain.units import NS_PER_MINUTE, NS_PER_S
from tests.support.tapes import long_tapes
from tests.support.trades import instrument

COIN = instrument()


def bars_of(last_lots, *, sign=1, name="unknown_lots"):
    """Twenty bars of 100 lots at a price, then one beyond it."""
    bars = np.zeros(21, BAR_DTYPE)
    bars["open_ns"] = np.arange(21) * NS_PER_MINUTE
    bars["high_ticks"], bars["low_ticks"] = 50, 40
    bars["high_ticks" if sign > 0 else "low_ticks"][20] += sign
    bars["buy_lots"] = 100
    bars["buy_lots"][20] = 0
    bars[name][20] = last_lots
    return bars


def find(bars, **how):
    return volume_collapse(bars, COIN, step_ns=NS_PER_MINUTE, **how)


@pytest.mark.parametrize("name", ["buy_lots", "sell_lots", "unknown_lots"])
@pytest.mark.parametrize(("lots", "count"), [(60, 0), (59, 1), (0, 1)])
def test_volume_of_any_side_must_be_below_the_share_of_the_mean(name, lots, count):
    assert len(find(bars_of(lots, name=name)).found) == count


@pytest.mark.parametrize(("sign", "price"), [(1, 51), (-1, 39)])
def test_a_marker_says_where_when_and_why(sign, price):
    (marker,) = find(bars_of(30, sign=sign)).found
    assert (marker.kind, marker.side) == (MarkerKind.VOLUME_COLLAPSE, -sign)
    assert (marker.event_ns, marker.known_ns) == (20 * NS_PER_MINUTE, 21 * NS_PER_MINUTE)
    assert marker.price_ticks == price
    assert (marker.value, marker.threshold, marker.strength) == pytest.approx((0.7, 0.4, 0.5))
    assert marker.reason == (
        f"A new 20-bar {'high' if sign > 0 else 'low'} on 0.03 BTC, "
        "0.30 of the mean of the 10 bars before (0.1 BTC)."
    )


def test_without_a_new_extreme_little_volume_is_only_quiet():
    bars = bars_of(5)
    bars["high_ticks"][20] = 50
    assert find(bars).found == ()


def test_nothing_is_found_across_a_gap():
    assert find(bars_of(5), gaps_ns=[(0, 1)]).found == ()
    assert len(find(bars_of(5), gaps_ns=[(-1, 0)]).found) == 1


@pytest.mark.parametrize("count", [0, 1, 20])
def test_too_few_bars_say_so(count):
    found = find(bars_of(5)[:count])
    assert (found.found, found.not_ready) == ((), "there are fewer than 20 bars before")
    assert find(bars_of(5)).not_ready == ""


@given(long_tapes(count=600), st.integers(0, 600))
@settings(max_examples=60, deadline=None)
def test_what_was_known_never_changes(tape, cut):
    rule = CollapseRule(extreme_bars=3, mean_bars=2, below_frac=0.9)

    def until(trades, until_ns):
        bars = time_bars(trades, step_ns=NS_PER_S // 10)
        found = volume_collapse(bars, COIN, step_ns=NS_PER_S // 10, rule=rule).found
        return [each for each in found if each.known_ns <= until_ns]

    until_ns = int(tape["ts_event_ns"][cut - 1]) if cut else 0
    assert until(tape[:cut], until_ns) == until(tape, until_ns)
