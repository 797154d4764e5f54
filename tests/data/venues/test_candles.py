from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.arrays import BAR_DTYPE, Provenance
from core.domain.errors import BadNumber, FeedError, MalformedFrame
from data.venues.candles import Candle, closed_bars
from tests.data.venues import samples as s
from tests.support.trades import instrument

MINUTE_NS = 60_000_000_000
# 4 lots of 0.1 at 100.0 and 6 at 101.5, where a tick is 0.5: quote volume 40 + 60.9 = 100.9.
GOOD = Candle(s.AT_MS, "100", "102", "99.5", "101", "1.0", "100.9", "0.7", 10)
COINS = instrument("binance.spot.BTCUSDT", tick="0.5", step="0.1")
CONTRACTS = instrument("okx.perp.BTC-USDT-SWAP", tick="0.5", step="1", value="0.1")


def bars_of(*candles, listed=COINS, timeframe="1m", now_ns=s.NOW_NS):
    return closed_bars(candles, listed, timeframe=timeframe, now_ns=now_ns)


def test_every_column_of_a_candle():
    [bar] = bars_of(GOOD)
    expected = {
        "open_ns": s.AT_NS,
        "first_ns": s.AT_NS,
        "last_ns": s.AT_NS + MINUTE_NS - 1,
        "buy_lots": 7,
        "sell_lots": 3,
        "unknown_lots": 0,
        "min_delta_lots": 0,
        "max_delta_lots": 4,
        "moment1": 18,  # 4 * 0 + 6 * 3
        "open_ticks": 200,
        "high_ticks": 204,
        "low_ticks": 199,
        "close_ticks": 202,
        "trades": 10,
        "provenance": Provenance.KLINES,
    }
    assert {name: bar[name] for name in expected} == expected
    # ten lots times: a range of 5 squared over 12, and a mean of 1.8 above the open squared
    assert bar["moment2"] == pytest.approx(53.2333333)


def test_volume_without_a_known_taker_is_unknown():
    [bar] = bars_of(GOOD._replace(taker_buy=None, trades=0))
    assert (bar["buy_lots"], bar["sell_lots"], bar["unknown_lots"]) == (0, 0, 10)
    assert (bar["min_delta_lots"], bar["max_delta_lots"], bar["trades"]) == (0, 0, 0)


def test_a_bar_of_contracts_is_the_bar_of_as_many_coins():
    coins, contracts = (
        bars_of(GOOD),
        bars_of(GOOD._replace(volume="10", taker_buy="7"), listed=CONTRACTS),
    )
    assert coins.tolist() == contracts.tolist()


def test_more_sold_than_bought_is_a_negative_delta():
    [bar] = bars_of(GOOD._replace(taker_buy="0.2"))
    assert (bar["min_delta_lots"], bar["max_delta_lots"]) == (-6, 0)


def test_a_candle_counts_once_it_has_closed_and_not_before():
    close_ns = s.AT_NS + MINUTE_NS
    assert bars_of(GOOD, now_ns=close_ns).size == 1
    assert bars_of(GOOD, now_ns=close_ns - 1).size == 0


def test_a_candle_in_which_nothing_traded_is_left_out():
    still = Candle(s.AT_MS, "101", "101", "101", "101", "0", "0", "0", 0)
    assert bars_of(still).size == 0
    assert bars_of(still, GOOD._replace(open_stamp=s.AT_MS + 60_000)).size == 1


def test_no_candles_are_no_bars():
    assert bars_of().dtype == BAR_DTYPE
    assert bars_of().shape == (0,)


def test_candles_come_out_in_order_of_time():
    later = [GOOD._replace(open_stamp=s.AT_MS + minute * 60_000) for minute in (2, 0, 1)]
    assert np.diff(bars_of(*later)["open_ns"]).tolist() == [MINUTE_NS, MINUTE_NS]


def test_two_candles_of_one_minute_are_malformed():
    with pytest.raises(MalformedFrame, match="two candles"):
        bars_of(GOOD, GOOD)


def test_a_candle_off_its_timeframe_is_malformed():
    with pytest.raises(MalformedFrame, match="multiple"):
        bars_of(GOOD._replace(open_stamp=s.AT_MS + 1))
    with pytest.raises(MalformedFrame, match="multiple"):
        bars_of(GOOD._replace(open_stamp=s.AT_MS + 60_000), timeframe="1h")


@pytest.mark.parametrize(
    "changes",
    [
        {"high": "100.5"},
        {"low": "100.5"},
        {"low": "0", "open": "0"},
        {"open": "100.25"},
        {"volume": "1.05"},
        {"volume": "1_0"},
        {"taker_buy": "1.1"},
        {"taker_buy": "-0.1"},
        {"quote_volume": "0"},
        {"quote_volume": "NaN"},
        {"quote_volume": "1009"},
        {"quote_volume": "10.09"},
        {"quote_volume": "9" * 24},
    ],
)
def test_numbers_that_contradict_one_another_are_bad(changes):
    with pytest.raises(BadNumber):
        bars_of(GOOD._replace(**changes))


def test_the_first_moment_is_exact_far_beyond_what_a_float_holds():
    listed = instrument("okx.spot.BTC-USDT", tick="0.1", step="0.00000001")
    # 123456.00000001 BTC, all at 86250.1, but one lot of 1e-8 BTC one tick higher.
    quote = Decimal("123456.00000001") * Decimal("86250.1") + Decimal("0.000000001")
    candle = Candle(
        s.AT_MS, "86250.1", "86250.2", "86250.1", "86250.1", "123456.00000001", str(quote)
    )
    [bar] = bars_of(candle, listed=listed)
    assert bar["moment1"] == 1


def test_a_first_moment_that_no_column_holds_is_bad():
    vast = Candle(s.AT_MS, "0.5", "1000000000", "0.5", "0.5", str(2**49), str(10**23))
    with pytest.raises(BadNumber, match="does not fit"):
        bars_of(vast)


@pytest.mark.parametrize(("quote", "moment1"), [("100.92", 18), ("100.93", 19), ("100.88", 18)])
def test_the_first_moment_is_rounded_to_the_nearest_tick_of_a_lot(quote, moment1):
    assert bars_of(GOOD._replace(quote_volume=quote))["moment1"].tolist() == [moment1]


@given(
    ticks=st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 10**9)), min_size=1, max_size=9),
    taken=st.fractions(0, 1),
)
def test_the_candle_of_any_trades_has_their_volume_and_their_mean(ticks, taken):
    prices, sizes = [price for price, _ in ticks], [size for _, size in ticks]
    lots = sum(sizes)
    text = {
        "open": str(Decimal(prices[0]) / 2),
        "high": str(Decimal(max(prices)) / 2),
        "low": str(Decimal(min(prices)) / 2),
        "close": str(Decimal(prices[-1]) / 2),
        "volume": str(Decimal(lots) / 10),
        "quote_volume": str(Decimal(sum(p * q for p, q in ticks)) / 20),
        "taker_buy": str(Decimal(int(taken * lots)) / 10),
    }
    [bar] = bars_of(Candle(open_stamp=s.AT_MS, trades=len(ticks), **text))
    assert bar["buy_lots"] + bar["sell_lots"] == lots
    assert bar["moment1"] == sum((price - prices[0]) * size for price, size in ticks)
    mean = Fraction(int(bar["moment1"]), lots)
    assert min(prices) <= prices[0] + mean <= max(prices)
    assert bar["moment2"] >= lots * float(mean) ** 2 * (1 - 1e-12)


NUMBERS = st.one_of(
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.integers(0, 10**30).map(str),
    st.text(max_size=40),
)


@given(
    st.builds(Candle, st.integers(), *[NUMBERS] * 6, st.none() | NUMBERS, st.integers(0, 2**31 - 1))
)
def test_any_text_is_a_bar_or_a_feed_error(candle):
    try:
        bars = bars_of(candle._replace(open_stamp=s.AT_MS))
    except FeedError:
        return
    assert bars.size <= 1
