import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calc.bars import merge_bars, time_bars
from core.calc.merge_moments import Moments, merge_moments
from core.calc.vwap import vwap, vwap_bars
from core.domain.arrays import BAR_DTYPE, TRADE_DTYPE, empty_bars, empty_trades
from core.domain.units import MAX_PRICE_TICKS
from tests.support.tapes import DAY_NS, long_tapes, tapes
from tests.support.vectors import trades_of, vector, whole

S = 1_000_000_000
M = 60 * S


def by_fractions(trades):
    """Mean and sigma after each trade, in exact arithmetic until the root."""
    weight = first = second = 0
    for row in trades:
        lots, price = int(row["size_lots"]), int(row["price_ticks"])
        weight, first, second = weight + lots, first + lots * price, second + lots * price**2
        mean = Fraction(first, weight)
        yield float(mean), math.sqrt(Fraction(second, weight) - mean**2)


def assert_same(found_ticks, found_sigma, expected, *, rel):
    means, sigmas = zip(*expected, strict=True)
    assert found_ticks.tolist() == pytest.approx(means, rel=rel)
    assert found_sigma.tolist() == pytest.approx(sigmas, rel=rel, abs=1e-12)


@pytest.mark.parametrize(
    ("vector_id", "tick", "lot"), [("vwap-small", "0.5", "0.5"), ("vwap-tape", "1", "1")]
)
def test_vwap_is_that_of_the_vector(vector_id, tick, lot):
    found = vwap(trades_of(vector_id, tick=tick, lot=lot), anchor_ns=0)
    step = float(tick)
    assert_same(
        found.vwap_ticks * step,
        found.sigma_ticks * step,
        [(each["vwap"], each["sigma"]) for each in vector(vector_id)["expected"]],
        rel=vector(vector_id)["rel_tol"],
    )


def test_at_the_largest_price_sigma_keeps_its_digits():
    # The vector's prices do not fit 32-bit ticks of 0.01: moved down to end at the largest price.
    highest = max(whole(each["price"], "0.01") for each in vector("vwap-offset")["inputs"])
    shift = MAX_PRICE_TICKS - highest
    trades = trades_of("vwap-offset", tick="0.01", lot="0.0005", shift_ticks=shift)
    found = vwap(trades, anchor_ns=0)
    expected = vector("vwap-offset")["expected"]
    tolerance = vector("vwap-offset")["rel_tol"]
    assert (found.sigma_ticks * 0.01).tolist() == pytest.approx(
        [each["sigma"] for each in expected], rel=tolerance
    )
    assert ((found.vwap_ticks - shift) * 0.01).tolist() == pytest.approx(
        [each["vwap"] for each in expected], rel=1e-15
    )


def test_merging_trade_after_trade_gives_the_vector_of_large_prices():
    state = Moments(0.0, 0.0, 0.0)
    inputs, expected = vector("vwap-offset")["inputs"], vector("vwap-offset")["expected"]
    for each, wanted in zip(inputs, expected, strict=True):
        price_ticks = float(Decimal(each["price"]) * 100)
        state = merge_moments(state, Moments(float(each["qty"]), price_ticks, 0.0))
        assert state.mean_ticks / 100 == pytest.approx(wanted["vwap"], rel=1e-15)
        sigma = math.sqrt(state.m2 / state.weight) / 100
        assert sigma == pytest.approx(wanted["sigma"], rel=vector("vwap-offset")["rel_tol"])


def test_merging_two_states_gives_the_vector_either_way_round():
    given_states, expected = vector("chan-merge")["inputs"], vector("chan-merge")["expected"]
    a, b = (
        Moments(given_states[key]["W"], given_states[key]["mean"], given_states[key]["M2"])
        for key in "ab"
    )
    for merged in (merge_moments(a, b), merge_moments(b, a)):
        assert (merged.weight, merged.mean_ticks, merged.m2) == pytest.approx(
            (expected["W"], expected["mean"], expected["M2"]), rel=1e-12
        )


def test_merging_with_nothing_changes_nothing():
    state, nothing = Moments(3.0, 11.0, 6.0), Moments(0.0, math.nan, 0.0)
    assert merge_moments(state, nothing) == state
    assert merge_moments(nothing, state) == state


@given(tapes(min_size=1))
def test_vwap_is_what_fractions_give(trades):
    found = vwap(trades, anchor_ns=0)
    assert_same(found.vwap_ticks, found.sigma_ticks, by_fractions(trades), rel=1e-11)
    assert found.ts_ns.tolist() == trades["ts_event_ns"].tolist()


@given(tapes(min_size=1))
def test_moving_every_price_moves_vwap_and_leaves_sigma(trades):
    far = trades.copy()
    far["price_ticks"] += MAX_PRICE_TICKS - 100
    near_values, far_values = vwap(trades, anchor_ns=0), vwap(far, anchor_ns=0)
    assert far_values.sigma_ticks.tolist() == near_values.sigma_ticks.tolist()
    np.testing.assert_allclose(
        far_values.vwap_ticks - (MAX_PRICE_TICKS - 100), near_values.vwap_ticks, atol=1e-6
    )


@given(tapes(min_size=1))
def test_vwap_stays_between_the_lowest_and_highest_price(trades):
    found = vwap(trades, anchor_ns=0)
    low = np.minimum.accumulate(trades["price_ticks"])
    high = np.maximum.accumulate(trades["price_ticks"])
    assert np.all(found.vwap_ticks >= low - 1e-9)
    assert np.all(found.vwap_ticks <= high + 1e-9)
    assert np.all(found.sigma_ticks <= (high - low) / 2 + 1e-9)


@given(tapes(min_size=1), st.integers(0, 40))
def test_later_trades_change_no_earlier_value(trades, count):
    whole_tape, prefix = vwap(trades, anchor_ns=0), vwap(trades[:count], anchor_ns=0)
    assert whole_tape.vwap_ticks[: len(prefix.ts_ns)].tolist() == prefix.vwap_ticks.tolist()
    assert whole_tape.sigma_ticks[: len(prefix.ts_ns)].tolist() == prefix.sigma_ticks.tolist()


@given(tapes(min_size=1), st.integers(0, 39))
def test_trades_before_the_anchor_do_not_count(trades, index):
    anchor_ns = int(trades["ts_event_ns"][min(index, trades.size - 1)])
    since = trades[trades["ts_event_ns"] >= anchor_ns]
    anchored, alone = vwap(trades, anchor_ns=anchor_ns), vwap(since, anchor_ns=0)
    assert anchored.vwap_ticks.tolist() == alone.vwap_ticks.tolist()
    assert anchored.sigma_ticks.tolist() == alone.sigma_ticks.tolist()


def test_equal_prices_have_no_sigma_at_all():
    trades = np.zeros(1000, TRADE_DTYPE)
    trades["price_ticks"], trades["size_lots"] = 6_000_001, np.arange(1, 1001) * 7
    found = vwap(trades, anchor_ns=0)
    assert set(found.vwap_ticks.tolist()) == {6_000_001.0}
    assert set(found.sigma_ticks.tolist()) == {0.0}


def test_without_volume_there_is_no_vwap_yet():
    trades = np.zeros(3, TRADE_DTYPE)
    trades["price_ticks"], trades["size_lots"] = (5, 7, 9), (0, 2, 0)
    found = vwap(trades, anchor_ns=0)
    assert math.isnan(found.vwap_ticks[0])
    assert math.isnan(found.sigma_ticks[0])
    assert found.vwap_ticks[1:].tolist() == [7.0, 7.0]
    assert found.sigma_ticks[1:].tolist() == [0.0, 0.0]


@settings(max_examples=2)
@given(long_tapes(count=70_000))
def test_a_long_tape_loses_no_digits(trades):
    found = vwap(trades, anchor_ns=0)
    picked = np.array([0, 1, 32_767, 32_768, 65_536, 69_999])
    exact = list(by_fractions(trades))
    assert_same(
        found.vwap_ticks[picked],
        found.sigma_ticks[picked],
        [exact[index] for index in picked],
        rel=1e-11,
    )


@given(tapes(min_size=1), st.sampled_from([1, S, 15 * S, M]))
def test_bars_have_the_vwap_of_their_last_trade(trades, step_ns):
    bars = time_bars(trades, step_ns=step_ns)
    found = vwap_bars(bars, session_ns=DAY_NS, session_start_ns=0)
    per_trade = list(by_fractions(trades))
    last = np.searchsorted(trades["ts_event_ns"], bars["last_ns"], side="right") - 1
    assert_same(found.vwap_ticks, found.sigma_ticks, [per_trade[index] for index in last], rel=1e-9)
    assert found.ts_ns.tolist() == bars["open_ns"].tolist()


@given(tapes(min_size=1))
def test_merged_bars_have_the_same_vwap_as_fine_ones(trades):
    fine = time_bars(trades, step_ns=S)
    coarse = vwap_bars(merge_bars(fine, step_ns=M))
    found = vwap_bars(fine)
    last = np.searchsorted(found.ts_ns, coarse.ts_ns + M) - 1
    np.testing.assert_allclose(coarse.vwap_ticks, found.vwap_ticks[last], rtol=1e-12)
    np.testing.assert_allclose(coarse.sigma_ticks, found.sigma_ticks[last], rtol=1e-6, atol=1e-6)


@given(tapes(min_size=1), st.sampled_from([30 * S, M, 7 * M]), st.integers(-M, M))
def test_bars_start_again_at_each_session(trades, session_ns, session_start_ns):
    bars = time_bars(trades, step_ns=S)
    found = vwap_bars(bars, session_ns=session_ns, session_start_ns=session_start_ns)
    sessions = (bars["open_ns"] - session_start_ns) // session_ns
    for session in set(sessions.tolist()):
        alone = vwap_bars(bars[sessions == session], session_ns=2**62)
        assert found.vwap_ticks[sessions == session].tolist() == alone.vwap_ticks.tolist()
        assert found.sigma_ticks[sessions == session].tolist() == alone.sigma_ticks.tolist()


def test_a_month_on_a_grid_of_hundred_millionths_does_not_wrap_around():
    """Hours of 1,600 BTC in lots of 1e-8, each 20 USD of 0.01 above the one before."""
    bars = np.zeros(720, BAR_DTYPE)
    bars["open_ns"] = np.arange(720) * 60 * M
    bars["open_ticks"] = 10_000_000 + 2_000 * np.arange(720)
    bars["buy_lots"] = 160_000_000_000
    found = vwap_bars(bars, session_ns=2**62)
    assert found.vwap_ticks[[0, 359, 719]].tolist() == [10_000_000, 10_359_000, 10_719_000]
    # Of n equal weights a step apart the variance is (n * n - 1) / 12 steps.
    assert found.sigma_ticks[-1] == pytest.approx(2_000 * math.sqrt((720**2 - 1) / 12), rel=1e-12)


def test_nothing_traded_gives_empty_results():
    assert vwap(empty_trades(), anchor_ns=0).ts_ns.size == 0
    assert vwap_bars(empty_bars()).ts_ns.size == 0
    trades = np.zeros(1, TRADE_DTYPE)
    assert vwap(trades, anchor_ns=1).vwap_ticks.size == 0


def test_rows_out_of_order_are_refused():
    trades = np.zeros(2, TRADE_DTYPE)
    trades["ts_event_ns"] = (S, 0)
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        vwap(trades, anchor_ns=0)
    bars = time_bars(trades[::-1], step_ns=S)
    with pytest.raises(ValueError, match="sorted by open_ns"):
        vwap_bars(bars[::-1])
