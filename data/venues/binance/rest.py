"""Binance's REST: queries, and what the answers say.

Source:
    Spot: binance-spot-api-docs, rest-api.md.
    Perpetuals: USDS-Margined Futures, Market Data Endpoints.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Final, TypeAlias

import msgspec
from msgspec import field

from core.domain.arrays import BarArray, TradeArray
from core.domain.errors import BadNumber
from core.domain.events import TradeRow
from core.domain.instrument import Instrument, MarketKind, Venue
from core.domain.units import NS_PER_MS, Ns
from data.venues.binance.frames import fills_of
from data.venues.candles import Candle, closed_bars
from data.venues.decode import (
    BUY,
    SELL,
    Id,
    Listing,
    convert,
    instruments_of,
    ns_of,
    trade_array,
)

_PAGE: Final = (
    1000  # both: aggTrades limit 1000; klines 1000 (perpetuals: 1500 at twice the weight)
)

_Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, lt=2**31)]


class _Filter(msgspec.Struct):
    """{"filterType":"PRICE_FILTER","minPrice":"0.01","maxPrice":"1000000","tickSize":"0.01"}."""

    kind: str = field(name="filterType")
    tick_size: str = field(name="tickSize", default="")
    size_step: str = field(name="stepSize", default="")


class _Symbol(msgspec.Struct):
    """One symbol of exchangeInfo; only perpetuals have ``contractType``."""

    symbol: str
    status: str
    base: str = field(name="baseAsset")
    quote: str = field(name="quoteAsset")
    filters: list[_Filter]
    contract: str = field(name="contractType", default="")


class _ExchangeInfo(msgspec.Struct):
    symbols: list[_Symbol]


class _AggTrade(msgspec.Struct):
    """As on the stream, without event and symbol.

    {"a":26129,"p":"0.01633102","q":"4.70443515","f":27781,"l":27781,"T":1498793709153,"m":true}
    """

    trade_id: Id = field(name="a")
    price: str = field(name="p")
    size: str = field(name="q")
    first_fill: int = field(name="f")
    last_fill: int = field(name="l")
    stamp: int = field(name="T")
    buyer_is_maker: bool = field(name="m")


class _Kline(msgspec.Struct, array_like=True):
    """12 elements, of which the last two are not needed.

    [1634943780000,"60685.22","60729.84","60670.90","60719.27","21.63272",1634943839999,
    "1313200.01340410",617,"12.28492","745719.41022840","0"]
    """

    open_stamp: int
    open: str
    high: str
    low: str
    close: str
    volume: str
    close_stamp: int
    quote_volume: str
    trades: _Count
    taker_buy: str


def parse_instruments(body: Any, kind: MarketKind) -> list[Instrument]:
    """Return what trades against USDT or USDC.

    Raises:
        FeedError: ``body`` is not what exchangeInfo answers.
    """
    symbols = convert(body, _ExchangeInfo).symbols
    return instruments_of(_listings(symbols, kind), Venue.BINANCE, kind)


def _listings(symbols: list[_Symbol], kind: MarketKind) -> Iterator[Listing]:
    """Yield the tradable symbols."""
    contract = "PERPETUAL" if kind is MarketKind.PERP else ""
    for row in symbols:
        if row.status == "TRADING" and row.contract == contract:
            steps = {one.kind: one for one in row.filters}
            none = _Filter("")
            tick_size = steps.get("PRICE_FILTER", none).tick_size
            size_step = steps.get("LOT_SIZE", none).size_step
            yield Listing(row.symbol, row.base, row.quote, tick_size, size_step)


def trades_query(symbol: str, before_id: int | None, limit: int) -> dict[str, Any] | None:
    """Return the query for the page of aggTrades that ends just before ``before_id``.

    ``fromId`` is inclusive and ids are contiguous, so the page starts ``limit`` ids earlier.
    """
    limit = min(limit, _PAGE)
    if before_id is None:
        return {"symbol": symbol, "limit": limit}
    from_id = max(before_id - limit, 0)
    if from_id >= before_id:
        return None
    return {"symbol": symbol, "fromId": from_id, "limit": before_id - from_id}


def parse_trades(body: Any, instrument: Instrument) -> TradeArray:
    """Return one page of aggTrades, sorted.

    Raises:
        FeedError: ``body`` is not what aggTrades answers.
    """
    rows = (_row(trade, instrument) for trade in convert(body, list[_AggTrade]))
    return trade_array([row for row in rows if row is not None])


def _row(trade: _AggTrade, instrument: Instrument) -> TradeRow | None:
    """Return the trade; None for a perpetual's row of zeros, as on the stream."""
    price_ticks = instrument.price_grid.units(trade.price)
    size_lots = instrument.size_grid.units(trade.size)
    if not (price_ticks and size_lots):
        if instrument.id.kind is MarketKind.PERP:
            return None
        msg = f"price and size must be above zero, was {trade.price} and {trade.size}"
        raise BadNumber(msg)
    aggressor = SELL if trade.buyer_is_maker else BUY
    fills = fills_of(trade.first_fill, trade.last_fill)
    return (ns_of(trade.stamp), 0, trade.trade_id, size_lots, price_ticks, aggressor, 0, fills)


def klines_query(symbol: str, interval: str, end_ns: Ns | None, limit: int) -> dict[str, Any]:
    """Return the query for the newest candles that open before ``end_ns``."""
    query: dict[str, Any] = {"symbol": symbol, "interval": interval, "limit": min(limit, _PAGE)}
    if end_ns is not None:
        # endTime is the last opening time admitted, in ms.
        query["endTime"] = (end_ns - 1) // NS_PER_MS
    return query


def parse_klines(body: Any, instrument: Instrument, timeframe: str, now_ns: Ns) -> BarArray:
    """Return closed candles.

    Raises:
        FeedError: ``body`` is not what klines answers.
    """
    candles = (
        Candle(
            row.open_stamp,
            row.open,
            row.high,
            row.low,
            row.close,
            row.volume,
            row.quote_volume,
            row.taker_buy,
            row.trades,
        )
        for row in convert(body, list[_Kline])
    )
    return closed_bars(candles, instrument, timeframe=timeframe, now_ns=now_ns)
