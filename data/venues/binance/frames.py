"""Binance's WebSocket messages: the shapes, and what they say.

Source:
    Spot: binance-spot-api-docs, web-socket-streams.md.
    Perpetuals: USDS-Margined Futures, Websocket Market Streams, Aggregate Trade Streams; ``@trade``
    is undocumented there, its shape is that of recordings.
"""

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import field

from core.domain.errors import BadNumber, MalformedFrame
from core.domain.events import Control, ControlKind, NoTrade, Trades, WireEvent
from core.domain.instrument import Instrument, MarketKind
from core.domain.units import Ns
from data.venues.decode import (
    BUY,
    MAX_FILLS,
    NO_JSON,
    SELL,
    UNREADABLE,
    Id,
    asked_for,
    decode,
    ns_of,
)


class AggTrade(msgspec.Struct, tag_field="e", tag="aggTrade", gc=False, kw_only=True):
    """Fills of one taker order at one price; on perpetuals all of one side within 100 ms.

    {"e":"aggTrade","E":1672515782136,"s":"BTCUSDT","a":12345,"p":"61800.30","q":"0.006",
    "nq":"0.006","f":100,"l":105,"T":1672515782136,"m":true,"st":1}
    """

    symbol: str = field(name="s")
    trade_id: Id = field(name="a")
    price: str = field(name="p")
    size: str = field(name="q")
    first_fill: int = field(name="f")
    last_fill: int = field(name="l")
    stamp: int = field(name="T")
    buyer_is_maker: bool = field(name="m")
    family: int = field(name="st", default=1)


class Fill(msgspec.Struct, tag_field="e", tag="trade", gc=False, kw_only=True):
    """One fill. Perpetuals say in ``X`` what kind; only MARKET crossed the book.

    {"e":"trade","E":1723161256322,"T":1723161256322,"s":"BTCUSDT","t":5266583935,
    "p":"61800.30","q":"0.006","X":"MARKET","m":false}
    """

    symbol: str = field(name="s")
    trade_id: Id = field(name="t")
    price: str = field(name="p")
    size: str = field(name="q")
    stamp: int = field(name="T")
    buyer_is_maker: bool = field(name="m")
    family: int = field(name="st", default=1)
    fill_kind: str = field(name="X", default="MARKET")


class _Combined(msgspec.Struct, gc=False):
    """{"stream":"btcusdt@aggTrade","data":{...}}."""

    data: AggTrade | Fill


class Event(msgspec.Struct):
    """Any event: {"e":"depthUpdate",...}; partial books and spot's book tickers have no ``e``."""

    kind: str = field(name="e", default="")


class Frame(Event):
    """Any frame: an event in the wrapper, a bare one, or an answer to a request.

    {"result":null,"id":1}  {"code":2,"msg":"Invalid request: ...","id":1}
    """

    stream: str = ""
    data: msgspec.Raw = NO_JSON
    request_id: int | str | None = field(name="id", default=None)
    result: msgspec.Raw = NO_JSON
    code: int | None = None
    message: str = field(name="msg", default="")
    book_update: int | None = field(name="u", default=None)
    last_book_update: int | None = field(name="lastUpdateId", default=None)


_COMBINED: Final = msgspec.json.Decoder(_Combined)
_TRADE: Final = msgspec.json.Decoder(AggTrade | Fill)
_FRAME: Final = msgspec.json.Decoder(Frame)
_EVENT: Final = msgspec.json.Decoder(Event | list[msgspec.Raw])

_TRADE_KINDS: Final = frozenset({"aggTrade", "trade"})
_SHUTDOWN: Final = "serverShutdown"  # web-socket-streams.md, "Server Shutdown Event"
USD_M: Final = 1  # USDS-M, connector 12.0.0: st 1 = USD-M, 2 = COIN-M
_CROSSED: Final = "MARKET"


def parse(
    raw: bytes, ts_recv_ns: Ns, instruments: Mapping[str, Instrument], kind: MarketKind
) -> list[WireEvent]:
    """Return what one message says. The shape that we subscribe to is tried first.

    Raises:
        FeedError: the message cannot be used.
    """
    try:
        trade = _COMBINED.decode(raw).data
    except UNREADABLE:
        frame, event = opened(raw)
        if event is None or event.kind not in _TRADE_KINDS:
            return [_control(frame, "" if event is None else event.kind)]
        trade = decode(_TRADE, frame.data or raw)
    return trades_of(trade, ts_recv_ns, instruments, kind)


def opened(raw: bytes) -> tuple[Frame, Event | None]:
    """Return a message and the event in its wrapper; bare, it is its own; None = a list of them.

    Raises:
        MalformedFrame: it is no JSON object.
    """
    frame = decode(_FRAME, raw)
    event = decode(_EVENT, frame.data) if frame.data else frame
    return frame, None if isinstance(event, list) else event


def trades_of(
    trade: AggTrade | Fill, ts_recv_ns: Ns, instruments: Mapping[str, Instrument], kind: MarketKind
) -> list[WireEvent]:
    """Return the trade, or its number where it did not cross the book; nothing of other markets.

    Raises:
        FeedError: the trade cannot be used.
    """
    if trade.family != USD_M:
        return []
    instrument = asked_for(trade.symbol, instruments)
    if isinstance(trade, Fill):
        channel, fills = "trade", 1
        if trade.fill_kind != _CROSSED:
            return [NoTrade(instrument, channel, trade.trade_id)]
    else:
        channel, fills = "aggTrade", fills_of(trade.first_fill, trade.last_fill)
    price_ticks = instrument.price_grid.units(trade.price)
    size_lots = instrument.size_grid.units(trade.size)
    if not (price_ticks and size_lots):
        if kind is MarketKind.PERP:
            # Seen in 2026: perpetuals send some trades with zero price and size.
            return [NoTrade(instrument, channel, trade.trade_id)]
        msg = f"price and size must be above zero, was {trade.price} and {trade.size}"
        raise BadNumber(msg)
    # The buyer was the maker: so the aggressor sold.
    aggressor = SELL if trade.buyer_is_maker else BUY
    ts_event_ns = ns_of(trade.stamp)
    row = (ts_event_ns, ts_recv_ns, trade.trade_id, size_lots, price_ticks, aggressor, 0, fills)
    return [Trades(instrument, channel, [row])]


def fills_of(first_fill: int, last_fill: int) -> int:
    """Return how many fills an aggregate merges, at most MAX_FILLS.

    Raises:
        MalformedFrame: the last fill's id is below the first's.
    """
    fills = last_fill - first_fill + 1
    if fills < 1:
        msg = f"an aggregate must hold a fill, was from {first_fill} to {last_fill}"
        raise MalformedFrame(msg)
    return fills if fills < MAX_FILLS else MAX_FILLS


def _control(frame: Frame, kind: str) -> Control:
    """Return what a message without trades says."""
    if kind == _SHUTDOWN or frame.stream == f"!{_SHUTDOWN}":
        return Control(ControlKind.RESTART)
    book = frame.book_update is not None or frame.last_book_update is not None
    if kind or frame.stream or book:
        return Control(ControlKind.IGNORED)
    request_id = "" if frame.request_id is None else str(frame.request_id)
    if frame.code is not None:
        reason = f"{frame.code}: {frame.message}"
        return Control(ControlKind.REFUSED, request_id=request_id, reason=reason)
    if frame.result:
        return Control(ControlKind.ACK, request_id=request_id)
    msg = "the message is neither an event nor an answer"
    raise MalformedFrame(msg)
