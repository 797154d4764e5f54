from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calc.liquidation_cascade import CascadeRule, liquidation_cascade
from core.calc.trailing import Usual
from core.domain.arrays import BAR_DTYPE, LIQUIDATION_DTYPE, Position
from core.domain.marker import MarkerKind
from core.domain.units import NS_PER_S
from tests.support.trades import instrument

START_S = 15 * 60
COIN = instrument(step="0.1")
LONG, SHORT = Position.LONG, Position.SHORT


def seconds_of(closes):
    bars = np.zeros(len(closes), BAR_DTYPE)
    bars["open_ns"] = np.arange(len(closes)) * NS_PER_S
    for name in ("open_ticks", "high_ticks", "low_ticks", "close_ticks"):
        bars[name] = closes
    return bars


def world(*, sign=-1, fall=60, count=5, lots=10):
    """Fifteen minutes of a range of 20 ticks; then ``count`` forced orders, a second apart."""
    wiggle = [100_000 + (20 if at % 60 == 30 else 0) for at in range(START_S)]
    run = [100_000 + sign * round(fall * (at + 1) / count) for at in range(count)]
    events = np.zeros(count, LIQUIDATION_DTYPE)
    for at in range(count):
        at_ns = (START_S + at) * NS_PER_S + NS_PER_S // 2
        events[at] = (at_ns, at_ns, lots, 1_000.0, LONG if sign < 0 else SHORT, 0)
    told_ns = np.array([0, START_S + 2], np.int64) * NS_PER_S
    return events, seconds_of(wiggle + run), (told_ns, np.array([500.0, 480.0]))


def find(events, seconds, interest, rule=None, **how):
    return liquidation_cascade(events, seconds, interest, COIN, rule=rule, **how)


@pytest.mark.parametrize(("sign", "word"), [(-1, "Longs"), (1, "Shorts")])
def test_five_orders_that_move_the_price_while_open_interest_falls_are_a_cascade(sign, word):
    found = find(*world(sign=sign))
    (marker,) = found.found
    assert (marker.kind, marker.side) == (MarkerKind.LIQUIDATION_CASCADE, sign)
    assert marker.known_ns == marker.event_ns == (START_S + 4) * NS_PER_S + NS_PER_S // 2
    # Until the last order the seconds that are over have gone 48 ticks; the ATR is 20.
    assert (marker.value, marker.price_ticks) == (2.4, 100_000 + sign * 48)
    assert marker.reason == (
        f"{word} of at least 5,000 USDT were liquidated in 5 orders while the price moved 2.4 ATR "
        "and open interest fell."
    )
    assert found.not_ready == ""


def test_fewer_orders_are_one_only_where_their_notional_is_rare():
    few = world(count=4, fall=80)
    assert find(*few).found == ()
    rule = CascadeRule(rare=Usual(Fraction(1, 2), least=1))
    earlier = np.zeros(1, LIQUIDATION_DTYPE)
    earlier[0] = (60 * NS_PER_S, 60 * NS_PER_S, 25, 1_000.0, LONG, 0)
    events = np.concatenate((earlier, few[0]))
    (marker,) = find(events, *few[1:], rule).found
    assert marker.reason.startswith("Longs of at least 3,000 USDT were liquidated in 3")
    assert find(few[0], *few[1:], rule).found == ()


def test_a_price_that_stays_or_goes_the_other_way_is_no_cascade():
    assert find(*world(fall=30)).found == ()
    assert find(*world(fall=-200)).found == ()


def test_open_interest_must_be_told_and_lower():
    events, seconds, (told_ns, _) = world()
    for values in ([500.0, 500.0], [500.0, 510.0], [500.0, np.nan], [np.nan, 480.0]):
        assert find(events, seconds, (told_ns, np.array(values))).found == ()


@pytest.mark.parametrize(("at_s", "count"), [(START_S + 2, 0), (60, 0), (59, 1), (START_S + 5, 1)])
def test_no_cascade_and_none_of_the_minutes_of_its_atr_touches_a_gap(at_s, count):
    gap = at_s * NS_PER_S, at_s * NS_PER_S + 1
    assert len(find(*world(), gaps_ns=[gap]).found) == count


def test_a_cluster_is_one_cascade_at_most():
    assert len(find(*world(count=12, fall=400)).found) == 1


def test_until_the_atr_is_known_it_says_so():
    events, seconds, interest = world()
    for bars in (seconds[:0], seconds[: 10 * 60]):
        found = find(events, bars, interest)
        assert found.found == ()
        assert found.not_ready == "fewer than 14 minutes in which the price moved are known"
    assert find(events[:0], seconds, interest).found == ()


RULE = CascadeRule(least_events=2, least_atr=0.2, atr_minutes=1)


@given(st.integers(0, 2**32 - 1), st.integers(0, 400))
@settings(max_examples=40, deadline=None)
def test_what_was_known_never_changes(seed, cut_s):
    rng = np.random.default_rng(seed)
    events = np.zeros(60, LIQUIDATION_DTYPE)
    events["ts_event_ns"] = np.sort(rng.integers(0, 400, 60)) * NS_PER_S
    events["size_lots"], events["price"] = rng.integers(1, 99, 60), 1_000.0
    events["position"] = rng.choice([LONG, SHORT], 60)
    seconds = seconds_of(100_000 + rng.integers(-5, 6, 400).cumsum())
    told_ns = np.arange(0, 400, 3) * NS_PER_S
    values = 1_000.0 - rng.integers(-2, 5, told_ns.size).cumsum()

    def known(until_ns):
        rows = events[events["ts_event_ns"] <= until_ns]
        bars = seconds[seconds["open_ns"] <= until_ns]
        is_told = told_ns <= until_ns
        found = find(rows, bars, (told_ns[is_told], values[is_told]), RULE).found
        return [each for each in found if each.known_ns <= cut_s * NS_PER_S]

    assert known(cut_s * NS_PER_S) == known(400 * NS_PER_S)


def test_the_worlds_of_the_test_above_have_cascades():
    few = world(count=3, fall=60)
    assert len(find(*few, replace(RULE, least_atr=0.5)).found) == 1
