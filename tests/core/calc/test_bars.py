import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calc.bars import merge_bars, time_bars
from core.domain.arrays import BAR_DTYPE, TRADE_DTYPE, Provenance, empty_bars, empty_trades
from tests.support.tapes import DAY_NS, long_tapes, tapes
from tests.support.vectors import trades_of, vector

S = 1_000_000_000
M = 60 * S
EXACT = [name for name in BAR_DTYPE.names if name != "moment2"]


def bars_by_hand(trades, step_ns):
    """One dict per bar, trade by trade in plain Python; extremes of delta from 0."""
    bars = {}
    for row in trades:
        at_ns, price, lots = int(row["ts_event_ns"]), int(row["price_ticks"]), int(row["size_lots"])
        side = int(row["aggressor"])
        label = at_ns // step_ns * step_ns
        if label not in bars:
            bars[label] = dict.fromkeys(BAR_DTYPE.names, 0) | {
                "open_ns": label,
                "first_ns": at_ns,
                "open_ticks": price,
                "high_ticks": price,
                "low_ticks": price,
            }
        bar = bars[label]
        bar["last_ns"], bar["close_ticks"] = at_ns, price
        bar["high_ticks"] = max(bar["high_ticks"], price)
        bar["low_ticks"] = min(bar["low_ticks"], price)
        bar[{1: "buy_lots", -1: "sell_lots", 0: "unknown_lots"}[side]] += lots
        running = bar["buy_lots"] - bar["sell_lots"]
        bar["min_delta_lots"] = min(bar["min_delta_lots"], running)
        bar["max_delta_lots"] = max(bar["max_delta_lots"], running)
        offset = price - bar["open_ticks"]
        bar["moment1"] += lots * offset
        bar["moment2"] += lots * offset**2
        bar["trades"] += 1
    return list(bars.values())


def as_dicts(bars):
    return [dict(zip(BAR_DTYPE.names, row, strict=True)) for row in bars.tolist()]


def test_one_second_bars_are_those_of_the_vector():
    bars = time_bars(trades_of("bars-time-1s"), step_ns=S)
    found = [
        {
            "start_ms": bar["open_ns"] // 1_000_000,
            "o": bar["open_ticks"],
            "h": bar["high_ticks"],
            "l": bar["low_ticks"],
            "c": bar["close_ticks"],
            "buy": bar["buy_lots"],
            "sell": bar["sell_lots"],
            "n": bar["trades"],
        }
        for bar in as_dicts(bars)
    ]
    assert found == vector("bars-time-1s")["expected"]


def test_the_extremes_of_delta_are_those_of_the_vector():
    bars = time_bars(trades_of("delta-cvd"), step_ns=M)
    expected = vector("delta-cvd")["expected"]["bars"]
    assert bars["min_delta_lots"].tolist() == [each["min_delta"] for each in expected]
    assert bars["max_delta_lots"].tolist() == [each["max_delta"] for each in expected]


@given(tapes(), st.sampled_from([1, S, 15 * S, M, DAY_NS]))
def test_bars_are_what_counting_by_hand_gives(trades, step_ns):
    assert as_dicts(time_bars(trades, step_ns=step_ns)) == bars_by_hand(trades, step_ns)


@given(tapes(min_size=1, ticks=(2**31 - 4, 2**31 - 1), lots=(2**40, 2**41)))
def test_prices_and_sizes_near_their_limits_are_exact(trades):
    assert as_dicts(time_bars(trades, step_ns=M)) == bars_by_hand(trades, M)


@settings(max_examples=3)
@given(long_tapes(count=90_000), st.sampled_from([S, DAY_NS]))
def test_a_long_tape_is_summed_as_a_short_one(trades, step_ns):
    bars = as_dicts(time_bars(trades, step_ns=step_ns))
    by_hand = bars_by_hand(trades, step_ns)
    assert [bar.pop("moment2") for bar in bars] == pytest.approx(
        [bar.pop("moment2") for bar in by_hand], rel=1e-12
    )
    assert bars == by_hand


def test_a_trade_of_unknown_side_has_volume_and_no_delta():
    trades = np.zeros(3, TRADE_DTYPE)
    trades["size_lots"], trades["price_ticks"], trades["aggressor"] = (5, 7, 2), 10, (1, 0, -1)
    (bar,) = as_dicts(time_bars(trades, step_ns=S))
    assert (bar["buy_lots"], bar["unknown_lots"], bar["sell_lots"]) == (5, 7, 2)
    assert (bar["min_delta_lots"], bar["max_delta_lots"], bar["trades"]) == (0, 5, 3)


def test_the_interval_is_closed_on_the_left_and_open_on_the_right():
    trades = np.zeros(3, TRADE_DTYPE)
    trades["ts_event_ns"], trades["size_lots"] = (S - 1, S, 2 * S - 1), 1
    bars = time_bars(trades, step_ns=S)
    assert bars["open_ns"].tolist() == [0, S]
    assert bars["trades"].tolist() == [1, 2]


def test_nothing_traded_makes_no_bar():
    assert time_bars(empty_trades(), step_ns=S).size == 0
    assert merge_bars(empty_bars(), step_ns=S).size == 0


def test_trades_out_of_order_are_refused():
    trades = np.zeros(2, TRADE_DTYPE)
    trades["ts_event_ns"] = (2, 1)
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        time_bars(trades, step_ns=S)


def test_bars_out_of_order_are_refused():
    bars = np.zeros(2, BAR_DTYPE)
    bars["open_ns"] = (S, 0)
    with pytest.raises(ValueError, match="sorted by open_ns"):
        merge_bars(bars, step_ns=M)


@pytest.mark.parametrize("step_ns", [0, -S])
def test_a_bar_without_length_is_refused(step_ns):
    with pytest.raises(ValueError, match="above zero"):
        time_bars(np.zeros(1, TRADE_DTYPE), step_ns=step_ns)
    with pytest.raises(ValueError, match="above zero"):
        merge_bars(np.zeros(1, BAR_DTYPE), step_ns=step_ns)


@given(tapes(), st.sampled_from([(1, S), (S, M), (S, 5 * S), (15 * S, M), (M, DAY_NS)]))
def test_merging_fine_bars_gives_the_coarse_bars(trades, steps):
    fine, coarse = steps
    merged = merge_bars(time_bars(trades, step_ns=fine), step_ns=coarse)
    direct = time_bars(trades, step_ns=coarse)
    assert merged[EXACT].tolist() == direct[EXACT].tolist()
    np.testing.assert_allclose(merged["moment2"], direct["moment2"], rtol=1e-12)


@given(tapes())
def test_merging_in_two_steps_gives_the_same_as_in_one(trades):
    seconds = time_bars(trades, step_ns=S)
    twice = merge_bars(merge_bars(seconds, step_ns=15 * S), step_ns=M)
    assert twice[EXACT].tolist() == merge_bars(seconds, step_ns=M)[EXACT].tolist()


@given(tapes())
def test_merging_to_the_same_step_changes_nothing(trades):
    seconds = time_bars(trades, step_ns=S)
    assert merge_bars(seconds, step_ns=S).tolist() == seconds.tolist()


def test_a_merged_bar_is_as_weak_as_its_weakest_part():
    bars = np.zeros(3, BAR_DTYPE)
    bars["open_ns"] = (0, S, M)
    bars["provenance"] = (Provenance.TRADES, Provenance.KLINES, Provenance.TRADES)
    merged = merge_bars(bars, step_ns=M)
    assert merged["provenance"].tolist() == [Provenance.KLINES, Provenance.TRADES]
