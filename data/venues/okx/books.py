"""OKX's books: the messages' shapes, and what they say; and the way to all other messages.

Source:
    www.okx.com/docs-v5: Order Book Trading, Market Data, WS / Order book channel and GET / Order
    book; Help centre, "Order book channels checksum field deprecation" (2026-06-23).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

import msgspec
from msgspec import field

from core.domain.errors import MalformedFrame
from core.domain.events import (
    NO_ID,
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
from data.venues.decode import UNREADABLE, asked_for, convert, decode, int_of, ns_of
from data.venues.levels import Sides, UpdateId, best_of, sides_of
from data.venues.okx import derivatives, frames

BOOKS: Final = "books"
QUOTE: Final = "bbo-tbt"
_HEAD: Final = 64
"""The channel's name is expected within so many bytes; elsewhere it only takes longer."""


class _Level(msgspec.Struct, array_like=True, gc=False):
    """["8476.98","415","0","13"]: the third is of no use, the fourth counts the orders."""

    price: str
    size: str


class _Book(msgspec.Struct, gc=False):
    """A book or what changed in it.

    Before 2023 without ids. ``prevSeqId`` is -1 in snapshots, or absent. ``checksum`` is 0 since
    2026-06-23.
    """

    asks: list[_Level]
    bids: list[_Level]
    stamp: str = field(name="ts")
    checksum: int = 0
    last_id: UpdateId | None = field(name="seqId", default=None)
    previous_id: int | None = field(name="prevSeqId", default=None)


class _BooksArg(msgspec.Struct, gc=False):
    channel: Literal["books"]
    symbol: str = field(name="instId")


class _Push(msgspec.Struct, gc=False):
    """{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"update","data":[{...}]}."""

    arg: _BooksArg
    action: Literal["snapshot", "update"]
    books: list[_Book] = field(name="data")


class _QuoteArg(msgspec.Struct, gc=False):
    channel: Literal["bbo-tbt"]
    symbol: str = field(name="instId")


class _QuotePush(msgspec.Struct, gc=False):
    """One level a side, or none."""

    arg: _QuoteArg
    books: list[_Book] = field(name="data")


class _Answer(msgspec.Struct):
    """{"code":"0","msg":"","data":[{"asks":[...],"bids":[...],"ts":"1704067200000","seqId":1}]}."""

    code: Literal["0"]
    books: list[_Book] = field(name="data")


_PUSH: Final = msgspec.json.Decoder(_Push)
_QUOTE_PUSH: Final = msgspec.json.Decoder(_QuotePush)


def parse(
    raw: bytes, ts_recv_ns: Ns, instruments: Mapping[str, Instrument], depth: int
) -> list[AnyWireEvent]:
    """Return what one message says, of books or of anything else.

    Raises:
        FeedError: the message cannot be used.
    """
    if raw.find(b'"books"', 0, _HEAD) >= 0:
        try:
            push = _PUSH.decode(raw)
        except UNREADABLE:
            return _other(raw, ts_recv_ns, instruments, depth)
        return [*_events(push, ts_recv_ns, instruments, depth)]
    return _other(raw, ts_recv_ns, instruments, depth)


def _other(
    raw: bytes, ts_recv_ns: Ns, instruments: Mapping[str, Instrument], depth: int
) -> list[AnyWireEvent]:
    """Return what a message says that is not known to be a book."""
    events = frames.parse(raw, ts_recv_ns, instruments)
    ignored = isinstance(events[0], Control) and events[0] if events else None
    if ignored and ignored.kind is ControlKind.IGNORED and ignored.topics:
        channel = ignored.topics[0].partition(":")[0]
        if channel == BOOKS:
            return [*_events(decode(_PUSH, raw), ts_recv_ns, instruments, depth)]
        if channel == QUOTE:
            return [*_quotes(decode(_QUOTE_PUSH, raw), ts_recv_ns, instruments)]
        if channel in derivatives.CHANNELS:
            return derivatives.parse(channel, raw, ts_recv_ns, instruments)
    return [*events]


def _events(
    push: _Push, ts_recv_ns: Ns, instruments: Mapping[str, Instrument], depth: int
) -> Iterator[AnyWireEvent]:
    """Yield the books of a message, in order."""
    instrument = asked_for(push.arg.symbol, instruments)
    for book in push.books:
        if push.action == "snapshot":
            yield _snapshot(book, instrument, BOOKS, ts_recv_ns, depth)
        else:
            yield _delta(book, instrument, ts_recv_ns)


def _delta(book: _Book, instrument: Instrument, ts_recv_ns: Ns) -> BookDelta:
    previous_id = book.previous_id
    if book.last_id is None:
        _require_proof(book)
        previous_id = NO_ID
    elif previous_id is None or previous_id < 0:
        msg = "an update must name the message before it"
        raise MalformedFrame(msg)
    last_id = NO_ID if book.last_id is None else book.last_id
    bids, asks, left_out = _sides(book, instrument)
    return BookDelta(
        instrument=instrument,
        channel=BOOKS,
        ts_event_ns=ns_of(int_of(book.stamp)),
        ts_recv_ns=ts_recv_ns,
        first_id=last_id,
        last_id=last_id,
        previous_id=previous_id,
        bids=bids,
        asks=asks,
        left_out=left_out,
        checksum=book.checksum or None,
    )


def _snapshot(
    book: _Book, instrument: Instrument, channel: str, ts_recv_ns: Ns, depth: int
) -> BookSnapshot:
    if book.last_id is None:
        _require_proof(book)
    bids, asks, left_out = _sides(book, instrument)
    return BookSnapshot(
        instrument=instrument,
        channel=channel,
        ts_event_ns=ns_of(int_of(book.stamp)),
        ts_recv_ns=ts_recv_ns,
        last_id=NO_ID if book.last_id is None else book.last_id,
        bids=bids,
        asks=asks,
        depth=depth,
        rolls=True,
        left_out=left_out,
        checksum=book.checksum or None,
    )


def _require_proof(book: _Book) -> None:
    """Check that a book without an id has a checksum: by one of them it must prove itself."""
    if not book.checksum:
        msg = "a book must have an id or a checksum"
        raise MalformedFrame(msg)


def _sides(book: _Book, instrument: Instrument) -> Sides:
    bids = [(each.price, each.size) for each in book.bids]
    asks = [(each.price, each.size) for each in book.asks]
    return sides_of(bids, asks, instrument)


def _quotes(
    push: _QuotePush, ts_recv_ns: Ns, instruments: Mapping[str, Instrument]
) -> Iterator[AnyWireEvent]:
    """Yield the best quotes of a message."""
    instrument = asked_for(push.arg.symbol, instruments)
    for book in push.books:
        if book.last_id is None:
            msg = "a best quote must have an id"
            raise MalformedFrame(msg)
        bids = [best_of(each.price, each.size, instrument) for each in book.bids[:1]]
        asks = [best_of(each.price, each.size, instrument) for each in book.asks[:1]]
        yield BestQuote(
            instrument=instrument,
            channel=QUOTE,
            ts_event_ns=ns_of(int_of(book.stamp)),
            ts_recv_ns=ts_recv_ns,
            update_id=book.last_id,
            bid=bids[0] if bids else None,
            ask=asks[0] if asks else None,
        )


def parse_book(body: Any, instrument: Instrument, ts_recv_ns: Ns, depth: int) -> BookSnapshot:
    """Return the answer of GET / Order book.

    Raises:
        FeedError: ``body`` is not that, or has no id.
    """
    books = convert(body, _Answer).books
    if len(books) != 1 or books[0].last_id is None:
        msg = "the answer must hold one book with an id"
        raise MalformedFrame(msg)
    return _snapshot(books[0], instrument, REST, ts_recv_ns, depth)
