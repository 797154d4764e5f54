from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.cvd_divergence_swing import SwingRule, cvd_divergence_swing
from core.domain.arrays import BAR_DTYPE
from core.domain.marker import MarkerKind
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, NS_PER_S
from tests.support.tapes import long_tapes
from tests.support.trades import instrument
from tests.support.vectors import vector

COIN = instrument()

EXAMPLE = vector("cvd-divergence-swing")
RULE = SwingRule(**EXAMPLE["params"], least_bars=1)


def example_bars(*, sign=1, start_ns=0):
    """The bars of the worked example; CVD counts from the trade before the first."""
    inputs = EXAMPLE["inputs"]
    bars = np.zeros(len(inputs), BAR_DTYPE)
    bars["open_ns"] = start_ns + np.arange(len(inputs)) * NS_PER_MINUTE
    for name in ("open_ticks", "high_ticks", "low_ticks", "close_ticks"):
        bars[name] = [sign * each["price"] for each in inputs]
    deltas = sign * np.diff([each["cvd"] for each in inputs], prepend=0)
    bars["buy_lots"], bars["sell_lots"] = np.maximum(deltas, 0) + 1, np.maximum(-deltas, 0) + 1
    return bars


def find(bars, rule=RULE, **how):
    return cvd_divergence_swing(bars, COIN, step_ns=NS_PER_MINUTE, rule=rule, **how)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_swings_of_the_worked_example_diverge_once_and_their_mirror_image_too(sign):
    expected = EXAMPLE["expected"]
    (marker,) = find(example_bars(sign=sign)).found
    assert (marker.kind, marker.side) == (MarkerKind.DIVERGENCE, -sign)
    assert marker.event_ns == expected["pair"][1] * NS_PER_MINUTE
    assert marker.known_ns == (expected["signal_bar"] + 1) * NS_PER_MINUTE
    assert marker.price_ticks == sign * expected["price_highs"][1]
    assert sign * marker.side == {"bearish": -1}[expected["signal"]]
    assert expected["confirmed_at"][1] == expected["signal_bar"]
    first, last = expected["cvd_at_highs"]
    assert marker.value == first - last
    assert marker.strength == pytest.approx(1 / (9 - 5))


def test_the_reason_tells_both_prices_and_both_sums():
    assert find(example_bars()).found[0].reason == (
        "A higher high (10.5 to 10.7, 4 bars apart) with a lower CVD (0.009 BTC to 0.008 BTC)."
    )


def test_the_hidden_form_looks_for_the_weaker_swing_of_the_price():
    bars = example_bars()
    bars["buy_lots"][9:] += 9
    bullish, bearish = find(bars, replace(RULE, hidden=True)).found
    assert (bullish.side, bearish.side) == (1, -1)
    assert bullish.reason == (
        "A higher low (10.1 to 10.2, 4 bars apart) with a lower CVD (0.005 BTC to 0.002 BTC)."
    )
    assert bearish.reason == (
        "A lower high (10.7 to 10.6, 4 bars apart) with a higher CVD (0.008 BTC to 0.023 BTC)."
    )


def test_swings_that_are_too_near_or_too_far_are_not_compared():
    assert find(example_bars(), SwingRule(least_bars=5)).found == ()
    assert find(example_bars(), SwingRule(least_bars=1, most_bars=3)).found == ()


def test_no_pair_reaches_across_the_start_of_a_session_or_a_gap():
    start_ns = 20_000 * NS_PER_DAY - 5 * NS_PER_MINUTE
    assert find(example_bars(start_ns=start_ns)).found == ()
    assert len(find(example_bars(start_ns=start_ns), replace(RULE, session_ns=None)).found) == 1
    gap = (3 * NS_PER_MINUTE, 3 * NS_PER_MINUTE + 1)
    assert find(example_bars(), gaps_ns=[gap]).found == ()


def test_volume_without_a_side_diverges_from_nothing():
    bars = example_bars()
    bars["unknown_lots"], bars["buy_lots"], bars["sell_lots"] = 5, 0, 0
    assert find(bars).found == ()


@pytest.mark.parametrize("count", [0, 1, 4])
def test_too_few_bars_say_so(count):
    found = find(example_bars()[:count])
    assert (found.found, found.not_ready) == ((), "there are fewer than 5 bars")


@given(long_tapes(count=600), st.integers(0, 600), st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_was_known_never_changes(tape, cut, hidden):
    rule = SwingRule(least_bars=2, hidden=hidden)

    def known(trades, until_ns):
        bars = time_bars(trades, step_ns=NS_PER_S // 10)
        found = cvd_divergence_swing(bars, COIN, step_ns=NS_PER_S // 10, rule=rule).found
        return [each for each in found if each.known_ns <= until_ns]

    until_ns = int(tape["ts_event_ns"][cut - 1]) if cut else 0
    assert known(tape[:cut], until_ns) == known(tape, until_ns)


def test_in_one_pair_of_four_two_walks_diverge():
    rng = np.random.default_rng(2)
    bars = np.zeros(4_000, BAR_DTYPE)
    bars["open_ns"] = np.arange(bars.size) * NS_PER_MINUTE
    bars["high_ticks"] = bars["low_ticks"] = 100_000 + rng.integers(-99, 100, bars.size).cumsum()
    bars["buy_lots"], bars["sell_lots"] = rng.integers(1, 999, (2, bars.size))
    rule = SwingRule(least_bars=1, session_ns=None)
    regular, hidden = (len(find(bars, replace(rule, hidden=each)).found) for each in (False, True))
    assert 0.4 < regular / (regular + hidden) < 0.6
    assert regular > 100
