"""Bybit's books: the messages' shapes, and what they say; and the way to all other messages.

Source:
    bybit-exchange.github.io/docs/v5: websocket/public/orderbook, market/orderbook.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

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
from core.domain.instrument import Instrument
from core.domain.units import Ns
from data.venues.bybit import derivatives, frames
from data.venues.decode import UNREADABLE, asked_for, convert, decode, ns_of
from data.venues.levels import Texts, UpdateId, best_of, require_symbol, sides_of

TOPIC: Final = "orderbook."
QUOTE_DEPTH: Final = 1
_HEAD: Final = 64
"""The topic is expected within so many bytes; elsewhere it only takes longer."""
_MAX_DIGITS: Final = 5


class _Book(msgspec.Struct, gc=False):
    """Sizes of zero remove a level. ``seq`` is not contiguous and is of no use here."""

    symbol: str = field(name="s")
    bids: list[Texts] = field(name="b")
    asks: list[Texts] = field(name="a")
    last_id: UpdateId = field(name="u")
    stamp: int = field(name="cts", default=0)  # only in answers of REST


class _Push(msgspec.Struct, gc=False):
    """``cts`` is the time of the matching engine.

    {"topic":"orderbook.50.BTCUSDT","type":"delta","ts":1687940967466,"data":{"s":"BTCUSDT",
    "b":[["30247.20","30.028"]],"a":[],"u":177400507,"seq":66544703342},"cts":1687940967464}
    """

    topic: str
    action: Literal["snapshot", "delta"] = field(name="type")
    stamp: int = field(name="ts")
    book: _Book = field(name="data")
    engine_stamp: int = field(name="cts", default=0)


class _Answer(msgspec.Struct):
    """{"retCode":0,"retMsg":"OK","result":{"s":"BTCUSDT","b":[],"a":[],"u":1,"cts":1,...}}."""

    code: Literal[0] = field(name="retCode")
    book: _Book = field(name="result")


_PUSH: Final = msgspec.json.Decoder(_Push)


def parse(raw: bytes, ts_recv_ns: Ns, instruments: Mapping[str, Instrument]) -> list[AnyWireEvent]:
    """Return what one message says, of books or of anything else.

    Raises:
        FeedError: the message cannot be used.
    """
    if raw.find(b'"orderbook.', 0, _HEAD) >= 0:
        try:
            push = _PUSH.decode(raw)
        except UNREADABLE:
            return _other(raw, ts_recv_ns, instruments)
        return _event(push, ts_recv_ns, instruments)
    return _other(raw, ts_recv_ns, instruments)


def _other(raw: bytes, ts_recv_ns: Ns, instruments: Mapping[str, Instrument]) -> list[AnyWireEvent]:
    """Return what a message says that is not known to be a book."""
    events = frames.parse(raw, ts_recv_ns, instruments)
    ignored = isinstance(events[0], Control) and events[0] if events else None
    if ignored and ignored.kind is ControlKind.IGNORED and ignored.topics:
        if _depth(ignored.topics):
            return _event(decode(_PUSH, raw), ts_recv_ns, instruments)
        if ignored.topics[0].startswith(derivatives.TOPICS):
            return derivatives.parse(ignored.topics[0], raw, ts_recv_ns, instruments)
    return [*events]


def _depth(topics: tuple[str, ...]) -> int:
    """Return the depth of a book's topic; 0 for every other one (rpi and full are other books)."""
    _, _, rest = topics[0].partition(TOPIC) if topics else ("", "", "")
    digits = rest.partition(".")[0]
    plain = digits.isascii() and digits.isdigit() and len(digits) <= _MAX_DIGITS
    return int(digits) if plain else 0


def _event(
    push: _Push, ts_recv_ns: Ns, instruments: Mapping[str, Instrument]
) -> list[AnyWireEvent]:
    """Return what a message of a book says."""
    depth = _depth((push.topic,))
    if not depth:
        return [Control(ControlKind.IGNORED, topics=(push.topic,))]
    channel, _, symbol = push.topic.rpartition(".")
    instrument = asked_for(symbol, instruments)
    require_symbol(push.book.symbol, instrument)
    if depth == QUOTE_DEPTH:
        return [_quote(push, channel, instrument, ts_recv_ns)]
    if push.action == "snapshot":
        stamp = push.engine_stamp or push.stamp
        return [_snapshot(push.book, stamp, channel, instrument, ts_recv_ns, depth)]
    bids, asks, left_out = sides_of(push.book.bids, push.book.asks, instrument)
    delta = BookDelta(
        instrument=instrument,
        channel=channel,
        ts_event_ns=ns_of(push.engine_stamp or push.stamp),
        ts_recv_ns=ts_recv_ns,
        first_id=push.book.last_id,
        last_id=push.book.last_id,
        previous_id=None,
        bids=bids,
        asks=asks,
        left_out=left_out,
    )
    return [delta]


def _snapshot(
    book: _Book, stamp: int, channel: str, instrument: Instrument, ts_recv_ns: Ns, depth: int
) -> BookSnapshot:
    bids, asks, left_out = sides_of(book.bids, book.asks, instrument)
    return BookSnapshot(
        instrument=instrument,
        channel=channel,
        ts_event_ns=ns_of(stamp),
        ts_recv_ns=ts_recv_ns,
        last_id=book.last_id,
        bids=bids,
        asks=asks,
        depth=depth,
        rolls=True,
        left_out=left_out,
    )


def _quote(push: _Push, channel: str, instrument: Instrument, ts_recv_ns: Ns) -> BestQuote:
    """Return the best quote: level 1 sends whole snapshots only."""
    if push.action != "snapshot":
        msg = "level 1 of a book must come as a snapshot"
        raise MalformedFrame(msg)
    bids = [best_of(*texts, instrument) for texts in push.book.bids[:1]]
    asks = [best_of(*texts, instrument) for texts in push.book.asks[:1]]
    return BestQuote(
        instrument=instrument,
        channel=channel,
        ts_event_ns=ns_of(push.engine_stamp or push.stamp),
        ts_recv_ns=ts_recv_ns,
        update_id=push.book.last_id,
        bid=bids[0] if bids else None,
        ask=asks[0] if asks else None,
    )


def parse_book(body: Any, instrument: Instrument, ts_recv_ns: Ns, depth: int) -> BookSnapshot:
    """Return the answer of orderbook.

    Raises:
        FeedError: ``body`` is not that.
    """
    book = convert(body, _Answer).book
    require_symbol(book.symbol, instrument)
    return _snapshot(book, book.stamp, REST, instrument, ts_recv_ns, depth)
