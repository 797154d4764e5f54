"""What others recorded or documented of perpetuals: every frame is read, or ignored, or refused."""

import json

import pytest

from core.domain.arrays import Position
from core.domain.derivatives import DerivativeTicker, Liquidations
from core.domain.errors import MalformedFrame, UnknownSymbol
from core.domain.events import Control, ControlKind
from data.venues.registry import market_of
from tests.data.venues.test_recordings import (
    GOCRYPTOTRADER,
    NAUTILUS,
    answers,
    conversation,
    listed,
    nautilus,
)
from tests.support.recordings import recording

JKORF = "JKorf__{0}.Net/{0}.Net.UnitTests/Subscriptions"
BINANCE = listed("binance.perp.BTCUSDT", "0.1", "0.001")
BYBIT = listed("bybit.perp.BTCUSDT", "0.1", "0.001")
SWAP = listed("okx.perp.BTC-USDT-SWAP", "0.1", "0.01", "0.01")


def parsed(raw, instrument):
    symbols = {instrument.id.symbol: instrument}
    return market_of(instrument.id).parse_all(raw, ts_recv_ns=1, instruments=symbols)


@pytest.mark.parametrize("wrapped", [True, False])
def test_binances_documented_liquidation_is_of_a_long(wrapped):
    if wrapped:
        name = f"{JKORF.format('Binance')}/UsdFutures/Liquidations.txt"
        raw, price = conversation(name)[-1], 9_910.0
    else:
        name = f"{NAUTILUS}/binance/test_data/futures/market_data_json/liquidation_stream.json"
        raw, price = recording(name).read_bytes(), 9_910.12345678
    row = (1_568_014_460_893_000_000, 1, 14, price, Position.LONG, 0)
    assert parsed(raw, BINANCE) == [Liquidations(BINANCE, "forceOrder", [row])]


def test_binances_documented_mark_price():
    wrapped = conversation(f"{JKORF.format('Binance')}/UsdFutures/MarkPrice.txt")[-1]
    name = f"{NAUTILUS}/binance/test_data/futures/market_data_json/mark_price_stream.json"
    for raw in (wrapped, recording(name).read_bytes()):
        [event] = parsed(raw, BINANCE)
        assert (event.mark, event.index) == (11_794.15, 11_784.62659091)
        assert event.funding_rate == 0.00038167
        assert event.next_funding_ns == 1_562_306_400_000_000_000


def test_bybits_recorded_tickers_are_read_ignored_or_unknown():
    name = f"{GOCRYPTOTRADER}/bybit/testdata/wsTicker.json"
    found = []
    for raw in recording(name).read_bytes().splitlines():
        try:
            found += parsed(raw, BYBIT)
        except UnknownSymbol:
            found.append(json.loads(raw)["topic"])
    snapshot, delta = (each for each in found if isinstance(each, DerivativeTicker))
    assert (snapshot.mark, snapshot.funding_rate) == (61_875.25, 0.00008055)
    assert snapshot.open_interest == 29_058.511  # half of 58117.022
    assert (delta.mark, delta.index, delta.open_interest) == (61_875.06, 61_903.59, None)
    assert [each for each in found if isinstance(each, str)] == [
        "tickers.BTC-USDT",
        "tickers.BTC-28JUN24-60000-P",
        *["tickers.BTCPERP"] * 2,
        *["tickers.BTCUSD"] * 2,
    ]


def test_bybits_documented_ticker_and_liquidation():
    [event] = parsed(json.dumps(nautilus("bybit/test_data/ws_ticker_linear.json")).encode(), BYBIT)
    assert event.funding_interval_ns == 28_800_000_000_000
    folder = "JKorf__Bybit.Net/Bybit.UnitTests/Subscriptions/V5/Linear"
    assert parsed(conversation(f"{folder}/Ticker.txt")[-1], BYBIT)[0].mark == 17_217.33
    ether = listed("bybit.perp.ETHUSDT", "0.01", "0.01")
    ack, push = conversation(f"{folder}/Liquidations.txt")
    assert parsed(ack, ether)[0].kind is ControlKind.ACK
    row = (1_739_502_302_929_000_000, 1, 2_000_000, 0.04499, Position.SHORT, 1)
    assert parsed(push, ether) == [Liquidations(ether, "allLiquidation", [row])]


def test_okxs_documented_funding_rate():
    [event] = parsed(json.dumps(nautilus("okx/test_data/ws_funding_rate.json")).encode(), SWAP)
    assert (event.funding_rate, event.next_funding_ns) == (0.0001, 1_744_590_349_506_000_000)
    assert event.funding_interval_ns == 28_800_000_000_000


@pytest.mark.parametrize("name", ["FundingRate", "IndexTicker", "Interest", "MarkPrice"])
def test_okxs_documented_conversations_mix_two_instruments_which_is_refused(name):
    folder = f"{JKORF.format('OKX')}/Unified/ExchangeData"
    ack, push = conversation(f"{folder}/{name}.txt")
    symbol = "ETH-USDT-SWAP" if name == "IndexTicker" else "ETH-USDT"
    instrument = listed(f"okx.perp.{symbol}", "0.1", "0.01")
    assert isinstance(parsed(ack, instrument)[0], Control)
    with pytest.raises(MalformedFrame, match="came among those of ETH-USDT"):
        parsed(push, instrument)


def test_binances_recorded_answers_about_open_interest():
    market = market_of(BINANCE.id)
    poll = market.polls("BTCUSDT")[0]
    seen = 0
    for body in answers("/fapi/v1/openInterest", symbol="BTCUSDT"):
        [event] = market.parse_poll(body, poll, BINANCE, ts_recv_ns=1)
        assert event.open_interest == float(body["openInterest"])
        seen += 1
    for body in answers("/futures/data/openInterestHist", symbol="BTCUSDT"):
        rows = market.parse_past_open_interest(body, BINANCE, ts_recv_ns=1)
        assert rows["open_interest"].tolist() == [float(each["sumOpenInterest"]) for each in body]
        seen += 1
    assert seen >= 2
