"""OKX's REST: queries, and what the answers say.

Source:
    www.okx.com/docs-v5: Order Book Trading, Market Data; Public Data, REST API, Get instruments;
    Trading Statistics, Get contract open interest history.
"""

from collections.abc import Iterator
from typing import Any, Final, Generic, Literal, TypeVar

import msgspec
from msgspec import field

from core.domain.arrays import BarArray, RowArray, TradeArray
from core.domain.instrument import Instrument, MarketKind, Venue
from core.domain.units import NS_PER_MS, Ns
from data.venues.candles import Candle, closed_bars
from data.venues.decode import (
    Listing,
    convert,
    decimal_of,
    instruments_of,
    int_of,
    ns_of,
    trade_array,
)
from data.venues.derivatives import open_interest_of, open_interest_rows
from data.venues.okx.frames import Trade, row_of

_NEWEST: Final = 500  # GET / Trades: the most recent ones, no paging
_PAGE: Final = 100  # GET / Trades history
_PAST: Final = 100  # GET / Contract open interest history, limit
_CANDLES: Final = 300  # GET / Candlesticks history

# GET / Candlesticks history: bars of a day and longer open at UTC+8 unless ``utc`` is asked for.
_BARS: Final = {
    "1s": "1s",
    "1m": "1m",
    "3m": "3m",
    "5m": "5m",
    "15m": "15m",
    "30m": "30m",
    "1h": "1H",
    "4h": "4H",
    "1d": "1Dutc",
}

T = TypeVar("T")


class _Answer(msgspec.Struct, Generic[T]):
    """{"code":"0","msg":"","data":[...]}; any other code is an error."""

    code: Literal["0"]
    data: list[T]


class _Instrument(msgspec.Struct):
    """Spot fills baseCcy and quoteCcy; swaps fill uly and the ct fields instead."""

    symbol: str = field(name="instId")
    state: str
    base: str = field(name="baseCcy")
    quote: str = field(name="quoteCcy")
    tick_size: str = field(name="tickSz")
    size_step: str = field(name="lotSz")
    underlying: str = field(name="uly", default="")
    settle: str = field(name="settleCcy", default="")
    contract: str = field(name="ctType", default="")
    contract_value: str = field(name="ctVal", default="")
    multiplier: str = field(name="ctMult", default="")
    value_coin: str = field(name="ctValCcy", default="")


class _Candle(msgspec.Struct, array_like=True):
    """9 elements.

    ["1747094040000","102806.1","102820.4","102806.1","102820.4","1040.37","10.4037",
    "1069603.34883","1"]

    ``volume`` is in the unit of trades (contracts, or base coins on spot), ``currency_volume`` in
    base coins (on spot: in quote).
    """

    stamp: str
    open: str
    high: str
    low: str
    close: str
    volume: str
    currency_volume: str
    quote_volume: str
    confirm: Literal["0", "1"]


class _OpenInterest(msgspec.Struct, array_like=True):
    """["1701417600000","731377.57500501","111","8888888"]: contracts, coins, dollars."""

    stamp: str
    contracts: str
    coins: str


def parse_instruments(body: Any, kind: MarketKind) -> list[Instrument]:
    """Return what is live against USDT or USDC.

    Raises:
        FeedError: ``body`` is not what Get instruments answers.
    """
    rows = [row for row in convert(body, _Answer[_Instrument]).data if row.state == "live"]
    listings = _swaps(rows) if kind is MarketKind.PERP else _pairs(rows)
    return instruments_of(listings, Venue.OKX, kind)


def _pairs(rows: list[_Instrument]) -> Iterator[Listing]:
    """Yield the spot pairs."""
    for row in rows:
        yield Listing(row.symbol, row.base, row.quote, row.tick_size, row.size_step)


def _swaps(rows: list[_Instrument]) -> Iterator[Listing]:
    """Yield the linear swaps; one contract is ctVal * ctMult of the base coin."""
    for row in rows:
        base, _, quote = row.underlying.partition("-")
        if row.contract == "linear" and row.settle == quote and row.value_coin == base:
            value = decimal_of(row.contract_value) * decimal_of(row.multiplier)
            yield Listing(row.symbol, base, quote, row.tick_size, row.size_step, value)


def trades_call(symbol: str, before_id: int | None, limit: int) -> tuple[str, dict[str, Any]]:
    """Return the call for the newest page, or for the page of ids below ``before_id``."""
    if before_id is None:
        return "publicGetMarketTrades", {"instId": symbol, "limit": str(min(limit, _NEWEST))}
    query = {"instId": symbol, "type": "1", "after": str(before_id)}
    return "publicGetMarketHistoryTrades", {**query, "limit": str(min(limit, _PAGE))}


def parse_trades(body: Any, instrument: Instrument) -> TradeArray:
    """Return one page of trades, sorted.

    Raises:
        FeedError: ``body`` is not what trades and history-trades answer.
    """
    return trade_array(
        [row_of(trade, instrument, 0) for trade in convert(body, _Answer[Trade]).data]
    )


def klines_call(
    symbol: str, timeframe: str, end_ns: Ns | None, limit: int
) -> tuple[str, dict[str, Any]] | None:
    """Return the call for the newest candles that open before ``end_ns``."""
    bar = _BARS.get(timeframe)
    if bar is None:
        return None
    query = {"instId": symbol, "bar": bar, "limit": str(min(limit, _CANDLES))}
    if end_ns is not None:
        # after: "records earlier than the requested ts", which is in ms
        query["after"] = str(-(-end_ns // NS_PER_MS))
    return "publicGetMarketHistoryCandles", query


def parse_klines(body: Any, instrument: Instrument, timeframe: str, now_ns: Ns) -> BarArray:
    """Return closed candles.

    Raises:
        FeedError: ``body`` is not what history-candles answers.
    """
    candles = (
        Candle(
            int_of(row.stamp),
            row.open,
            row.high,
            row.low,
            row.close,
            row.volume,
            row.quote_volume,
        )
        for row in convert(body, _Answer[_Candle]).data
        if row.confirm == "1"
    )
    return closed_bars(candles, instrument, timeframe=timeframe, now_ns=now_ns)


def past_call(symbol: str, limit: int) -> tuple[str, dict[str, Any]]:
    """Return the call for the newest open interest, every five minutes."""
    query = {"instId": symbol, "period": "5m", "limit": str(min(limit, _PAST))}
    return "publicGetRubikStatContractsOpenInterestHistory", query


def parse_past(body: Any, instrument: Instrument, ts_recv_ns: Ns) -> RowArray:
    """Return past open interest in base coins.

    Raises:
        FeedError: ``body`` is not what open-interest-history answers.
    """
    points = (
        (ns_of(int_of(row.stamp)), open_interest_of(row.coins, instrument))
        for row in convert(body, _Answer[_OpenInterest]).data
    )
    return open_interest_rows(points, ts_recv_ns=ts_recv_ns)
