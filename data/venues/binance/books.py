"""Binance's books: the messages' shapes, and what they say; and the way to all other messages.

Source:
    Spot: binance-spot-api-docs, web-socket-streams.md, Diff. Depth Stream and Individual Symbol
    Book Ticker Streams; rest-api.md, Order book.
    Perpetuals: USDS-Margined Futures, Diff. Book Depth Streams, Individual Symbol Book Ticker
    Streams, Order Book.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import field

from core.domain.errors import MalformedFrame
from core.domain.events import (
    REST,
    AnyWireEvent,
    BestQuote,
    BookDelta,
    BookSnapshot,
    Control,
    ControlKind,
)
from core.domain.instrument import Instrument, MarketKind
from core.domain.units import Ns
from data.venues.binance import derivatives, frames
from data.venues.binance.derivatives import ForceOrder, MarkPrice
from data.venues.binance.frames import USD_M
from data.venues.decode import UNREADABLE, asked_for, convert, decode, ns_of
from data.venues.levels import Texts, UpdateId, best_of, sides_of

DEPTH: Final = "depth"
QUOTE: Final = "bookTicker"


class Depth(msgspec.Struct, tag_field="e", tag="depthUpdate", gc=False, kw_only=True):
    """What changed; perpetuals add ``T`` (time of the matching engine), ``pu`` and ``st``.

    {"e":"depthUpdate","E":1571889248277,"T":1571889248276,"s":"BTCUSDT","U":390497796,
    "u":390497878,"pu":390497794,"b":[["7403.89","0.002"]],"a":[["7405.96","3.340"]],"st":1}
    """

    stamp: int = field(name="E")
    engine_stamp: int = field(name="T", default=0)
    symbol: str = field(name="s")
    first_id: UpdateId = field(name="U")
    last_id: UpdateId = field(name="u")
    previous_id: UpdateId | None = field(name="pu", default=None)
    bids: list[Texts] = field(name="b")
    asks: list[Texts] = field(name="a")
    family: int = field(name="st", default=USD_M)


class _Quote(msgspec.Struct, gc=False, kw_only=True):
    """Spot's best quote: neither event name nor time.

    {"u":400900217,"s":"BNBUSDT","b":"25.35190000","B":"31.21000000","a":"25.36520000",
    "A":"40.66000000"}
    """

    update_id: UpdateId = field(name="u")
    symbol: str = field(name="s")
    bid: str = field(name="b")
    bid_size: str = field(name="B")
    ask: str = field(name="a")
    ask_size: str = field(name="A")
    engine_stamp: int = field(name="T", default=0)
    family: int = field(name="st", default=USD_M)


class Quote(_Quote, tag_field="e", tag="bookTicker", gc=False, kw_only=True):
    """The same of perpetuals, with both."""


class _Combined(msgspec.Struct, gc=False):
    """{"stream":"btcusdt@depth@100ms","data":{...}}, or another event in the same wrapper."""

    data: Depth | Quote | frames.AggTrade | frames.Fill | MarkPrice | ForceOrder
    stream: str = ""


class _Snapshot(msgspec.Struct):
    """{"lastUpdateId":1027024,"bids":[["4.0","431.0"]],"asks":[["4.2","12.0"]]}; no time on spot.

    {"lastUpdateId":1027024,"E":1589436922972,"T":1589436922959,"bids":[...],"asks":[...]}
    """

    last_id: UpdateId = field(name="lastUpdateId")
    bids: list[Texts]
    asks: list[Texts]
    engine_stamp: int = field(name="T", default=0)


_COMBINED: Final = msgspec.json.Decoder(_Combined)
_EVENT: Final = msgspec.json.Decoder(Depth | Quote)
_SPOT_QUOTE: Final = msgspec.json.Decoder(_Quote)
_LIMITS: Final = frozenset({5, 10, 20, 50, 100, 500, 1000, 5000})  # of levels, both markets
_KINDS: Final = frozenset({"depthUpdate", "bookTicker"})


def parse(
    raw: bytes, ts_recv_ns: Ns, instruments: Mapping[str, Instrument], kind: MarketKind
) -> list[AnyWireEvent]:
    """Return what one message says, of books or of anything else.

    Raises:
        FeedError: the message cannot be used.
    """
    try:
        frame = _COMBINED.decode(raw)
    except UNREADABLE:
        return _other(raw, ts_recv_ns, instruments, kind)
    event = frame.data
    if isinstance(event, Depth):
        return _delta(event, frame.stream, ts_recv_ns, asked(event, instruments), kind)
    if isinstance(event, _Quote):
        return _quote(event, ts_recv_ns, asked(event, instruments))
    if isinstance(event, MarkPrice | ForceOrder):
        return derivatives.events_of(event, frame.stream, ts_recv_ns, instruments)
    return [*frames.trades_of(event, ts_recv_ns, instruments, kind)]


def asked(event: Depth | _Quote, instruments: Mapping[str, Instrument]) -> Instrument | None:
    """Return the event's instrument; None = it is of the other family of contracts.

    Raises:
        UnknownSymbol: nobody asked for it.
    """
    return asked_for(event.symbol, instruments) if event.family == USD_M else None


def _other(
    raw: bytes, ts_recv_ns: Ns, instruments: Mapping[str, Instrument], kind: MarketKind
) -> list[AnyWireEvent]:
    """Return what a message says that is not one of ours in the wrapper."""
    frame, event = frames.opened(raw)
    inner = frame.data or raw
    if event is not None and event.kind in derivatives.KINDS:
        return derivatives.parse(inner, frame.stream, ts_recv_ns, instruments)
    if event is not None and event.kind in _KINDS:
        book = decode(_EVENT, inner)
        instrument = asked(book, instruments)
        if isinstance(book, Depth):
            return _delta(book, frame.stream, ts_recv_ns, instrument, kind)
        return _quote(book, ts_recv_ns, instrument)
    bare = not frame.stream and event is frame and not frame.kind and frame.book_update is not None
    if bare or frame.stream.endswith(f"@{QUOTE}"):
        quote = decode(_SPOT_QUOTE, inner)
        return _quote(quote, ts_recv_ns, asked(quote, instruments))
    return [*frames.parse(raw, ts_recv_ns, instruments, kind)]


def _delta(
    depth: Depth, stream: str, ts_recv_ns: Ns, instrument: Instrument | None, kind: MarketKind
) -> list[AnyWireEvent]:
    """Return the delta; nothing for another family or for other streams of the same shape."""
    name = stream.partition("@")[2].partition("@")[0]
    if instrument is None or (stream and name != DEPTH):
        return [Control(ControlKind.IGNORED)]  # @depth20 and @rpiDepth are other books
    if depth.first_id > depth.last_id:
        msg = f"update ids must grow, was from {depth.first_id} to {depth.last_id}"
        raise MalformedFrame(msg)
    if kind is MarketKind.PERP and depth.previous_id is None:
        msg = "a perpetual's delta must name the update before it"
        raise MalformedFrame(msg)
    bids, asks, left_out = sides_of(depth.bids, depth.asks, instrument)
    delta = BookDelta(
        instrument=instrument,
        channel=DEPTH,
        ts_event_ns=ns_of(depth.engine_stamp or depth.stamp),
        ts_recv_ns=ts_recv_ns,
        first_id=depth.first_id,
        last_id=depth.last_id,
        previous_id=depth.previous_id,
        bids=bids,
        asks=asks,
        left_out=left_out,
    )
    return [delta]


def _quote(quote: _Quote, ts_recv_ns: Ns, instrument: Instrument | None) -> list[AnyWireEvent]:
    """Return the best quote; spot gives it no time."""
    if instrument is None:
        return [Control(ControlKind.IGNORED)]
    best = BestQuote(
        instrument=instrument,
        channel=QUOTE,
        ts_event_ns=ns_of(quote.engine_stamp) if quote.engine_stamp else 0,
        ts_recv_ns=ts_recv_ns,
        update_id=quote.update_id,
        bid=best_of(quote.bid, quote.bid_size, instrument),
        ask=best_of(quote.ask, quote.ask_size, instrument),
    )
    return [best]


def parse_book(body: Any, instrument: Instrument, ts_recv_ns: Ns, depth: int) -> BookSnapshot:
    """Return the answer of depth.

    A recorded answer may be to a smaller limit than ours: its number of levels shows it.

    Args:
        depth: the limit that we ask for.

    Raises:
        FeedError: ``body`` is not that.
    """
    book = convert(body, _Snapshot)
    longest = max(len(book.bids), len(book.asks))
    bids, asks, left_out = sides_of(book.bids, book.asks, instrument)
    return BookSnapshot(
        instrument=instrument,
        channel=REST,
        ts_event_ns=ns_of(book.engine_stamp) if book.engine_stamp else 0,
        ts_recv_ns=ts_recv_ns,
        last_id=book.last_id,
        bids=bids,
        asks=asks,
        depth=longest if longest in _LIMITS else depth,
        rolls=False,
        left_out=left_out,
    )
