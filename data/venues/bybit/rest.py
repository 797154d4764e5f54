"""Bybit's REST: queries, and what the answers say.

Source:
    bybit-exchange.github.io/docs/v5: market/instrument, market/recent-trade, market/kline,
    market/open-interest.
"""

from collections.abc import Iterator
from typing import Any, Final, Generic, Literal, TypeVar

import msgspec
from msgspec import field

from core.domain.arrays import BarArray, RowArray, TradeArray
from core.domain.instrument import Instrument, MarketKind, Venue
from core.domain.units import NS_PER_MS, Ns
from data.venues.bybit.derivatives import one_side_of
from data.venues.bybit.frames import Side, Trade, row_of
from data.venues.candles import Candle, closed_bars
from data.venues.decode import Listing, convert, instruments_of, int_of, ns_of, trade_array
from data.venues.derivatives import open_interest_rows

_PAST: Final = 200  # market/open-interest, limit
_CANDLES: Final = 1000  # market/kline, limit

# enum, interval: minutes, or D, which opens at 00:00 UTC
_INTERVALS: Final = {
    "1m": "1",
    "3m": "3",
    "5m": "5",
    "15m": "15",
    "30m": "30",
    "1h": "60",
    "4h": "240",
    "1d": "D",
}

T = TypeVar("T")


class _List(msgspec.Struct, Generic[T]):
    rows: list[T] = field(name="list")


class _Answer(msgspec.Struct, Generic[T]):
    """{"retCode":0,"retMsg":"OK","result":{"list":[...]},"time":1}; any other code is an error."""

    code: Literal[0] = field(name="retCode")
    result: _List[T]


class _PriceFilter(msgspec.Struct):
    tick_size: str = field(name="tickSize")


class _SizeFilter(msgspec.Struct):
    """Contracts have ``qtyStep``, spot has ``basePrecision``."""

    contract_step: str = field(name="qtyStep", default="")
    spot_step: str = field(name="basePrecision", default="")


class _Instrument(msgspec.Struct):
    symbol: str
    status: str
    base: str = field(name="baseCoin")
    quote: str = field(name="quoteCoin")
    price_filter: _PriceFilter = field(name="priceFilter")
    size_filter: _SizeFilter = field(name="lotSizeFilter")
    contract: str = field(name="contractType", default="")


class _Trade(msgspec.Struct):
    """One fill, under other names than on the socket.

    {"execId":"a905d5c3-1ed0-4f37-83e4-9c73a2fe2f01","symbol":"BTCUSDT","price":"27450.50",
    "size":"0.005","side":"Buy","time":"1709891679000","isBlockTrade":false,"isRPITrade":false}
    """

    trade_id: str = field(name="execId")
    symbol: str
    price: str
    size: str
    taker_side: Side = field(name="side")
    stamp: str = field(name="time")
    is_block: bool = field(name="isBlockTrade", default=False)
    is_rpi: bool = field(name="isRPITrade", default=False)


class _Candle(msgspec.Struct, array_like=True):
    """["1709891640000","27450","27460","27440","27455","123.45","3389000"]."""

    stamp: str
    open: str
    high: str
    low: str
    close: str
    volume: str
    quote_volume: str


class _OpenInterest(msgspec.Struct):
    """{"openInterest":"461134384.00","singleOpenInterest":"...","timestamp":"1669571400000"}."""

    both_sides: str = field(name="openInterest")
    stamp: str = field(name="timestamp")
    one_side: str = field(name="singleOpenInterest", default="")


def parse_instruments(body: Any, kind: MarketKind) -> list[Instrument]:
    """Return what trades against USDT or USDC.

    Raises:
        FeedError: ``body`` is not what instruments-info answers.
    """
    rows = convert(body, _Answer[_Instrument]).result.rows
    return instruments_of(_listings(rows, kind), Venue.BYBIT, kind)


def _listings(rows: list[_Instrument], kind: MarketKind) -> Iterator[Listing]:
    """Yield the tradable rows; the linear category holds dated futures too."""
    contract = "LinearPerpetual" if kind is MarketKind.PERP else ""
    for row in rows:
        if row.status == "Trading" and row.contract == contract:
            steps = row.size_filter
            size_step = steps.contract_step if contract else steps.spot_step
            yield Listing(row.symbol, row.base, row.quote, row.price_filter.tick_size, size_step)


def parse_trades(body: Any, instrument: Instrument) -> TradeArray:
    """Return the newest trades, sorted; those of one instant in the order in which they came.

    Raises:
        FeedError: ``body`` is not what recent-trade answers.
    """
    rows = [row_of(_as_pushed(row), instrument, 0) for row in _newest_last(body)]
    return trade_array(rows, ids_count=False)


def _newest_last(body: Any) -> list[_Trade]:
    """Return the rows, oldest first; Bybit sends the newest first."""
    rows = convert(body, _Answer[_Trade]).result.rows
    if rows and int_of(rows[0].stamp) < int_of(rows[-1].stamp):
        return rows
    return rows[::-1]


def _as_pushed(row: _Trade) -> Trade:
    """Return the row as the socket would have sent it."""
    return Trade(
        stamp=int_of(row.stamp),
        symbol=row.symbol,
        taker_side=row.taker_side,
        size=row.size,
        price=row.price,
        trade_id=row.trade_id,
        is_block=row.is_block,
        is_rpi=row.is_rpi,
    )


def klines_query(
    symbol: str, timeframe: str, end_ns: Ns | None, limit: int
) -> dict[str, Any] | None:
    """Return the query for the newest candles that open before ``end_ns``."""
    interval = _INTERVALS.get(timeframe)
    if interval is None:
        return None
    query = {"symbol": symbol, "interval": interval, "limit": min(limit, _CANDLES)}
    if end_ns is not None:
        # end is the last opening time admitted, in ms.
        query["end"] = (end_ns - 1) // NS_PER_MS
    return query


def parse_klines(body: Any, instrument: Instrument, timeframe: str, now_ns: Ns) -> BarArray:
    """Return closed candles.

    Raises:
        FeedError: ``body`` is not what kline answers.
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
        for row in convert(body, _Answer[_Candle]).result.rows
    )
    return closed_bars(candles, instrument, timeframe=timeframe, now_ns=now_ns)


def past_call(symbol: str, limit: int) -> tuple[str, dict[str, Any]]:
    """Return the call for the newest open interest of a linear contract, every five minutes."""
    query = {"category": "linear", "symbol": symbol, "intervalTime": "5min"}
    return "publicGetV5MarketOpenInterest", {**query, "limit": min(limit, _PAST)}


def parse_past(body: Any, instrument: Instrument, ts_recv_ns: Ns) -> RowArray:
    """Return past open interest, one side.

    Raises:
        FeedError: ``body`` is not what open-interest answers.
    """
    points = (
        (ns_of(int_of(row.stamp)), one_side_of(row.one_side, row.both_sides, instrument))
        for row in convert(body, _Answer[_OpenInterest]).result.rows
    )
    return open_interest_rows(points, ts_recv_ns=ts_recv_ns)
