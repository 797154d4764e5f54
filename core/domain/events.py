"""Events: what a venue's bytes become, and what the engine takes, in one order."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

import msgspec

from core.domain.arrays import BarArray, RowArray, TradeArray
from core.domain.derivatives import DerivativeTicker, Liquidations
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import Ns


class Channel(StrEnum):
    """What is followed of an instrument; health, gaps and recordings are kept for each."""

    TRADES = "trades"
    BOOK = "book"
    QUOTES = "quotes"
    """The best bid and ask."""
    TICKER = "ticker"
    """Mark, index, funding and open interest of a perpetual."""
    LIQUIDATIONS = "liquidations"


TradeRow: TypeAlias = tuple[int, int, int, int, int, int, int, int]
"""One row in the order of TRADE_DTYPE."""


class Trades(msgspec.Struct, frozen=True, gc=False):
    """Trades of one instrument as one message held them, in the message's order.

    One is made per message, so it is a struct: a frozen dataclass takes seven times as long.

    Attributes:
        channel: the venue's stream name; streams of one venue count differently and never mix.
        rows: at least one.
    """

    instrument: Instrument
    channel: str
    rows: list[TradeRow]


@dataclass(frozen=True, slots=True)
class TradeBlock:
    """Many trades of one instrument at once: from the simulator, from REST or from disk.

    Attributes:
        channel: as in Trades.
        rows: TRADE_DTYPE[n], sorted.
        history: the rows may lie before rows already held, and may repeat them.
    """

    instrument: Instrument
    channel: str
    rows: TradeArray
    history: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """Many rows of one instrument's channel other than trades: made, recorded, or accepted.

    Those of a book are taken as they are: no rule of the venue is asked whether they fit.

    Attributes:
        channel: BOOK, QUOTES, TICKER or LIQUIDATIONS.
        stream: the venue's stream name.
        rows: LEVEL_DTYPE[n], QUOTE_DTYPE[n], TICKER_DTYPE[n] or LIQUIDATION_DTYPE[n], in the
            order in which they came; of a book whole messages.
    """

    instrument: Instrument
    channel: Channel
    stream: str
    rows: RowArray


@dataclass(frozen=True, slots=True)
class Klines:
    """The venue's own candles of one instrument and timeframe.

    Attributes:
        bars: BAR_DTYPE[n], sorted, provenance KLINES, closed bars only.
    """

    instrument: Instrument
    timeframe: str
    bars: BarArray


@dataclass(frozen=True, slots=True)
class Listed:
    """An instrument is (still) listed with these facts; comes before its first trade."""

    instrument: Instrument


@dataclass(frozen=True, slots=True)
class Gap:
    """Something is missing, or may be, in ``[from_ns, to_ns)``.

    Attributes:
        reason: one plain sentence.
        channel: of which rows are missing.
    """

    instrument_id: InstrumentId
    from_ns: Ns
    to_ns: Ns
    reason: str
    channel: Channel = Channel.TRADES


Level: TypeAlias = tuple[int, int]
"""(price_ticks, size_lots); zero lots = nothing rests at this price."""

NO_ID: Final = -1
"""Stands for an update id where the venue gives none."""

REST: Final = "rest"
"""The channel of a snapshot that was asked for over REST."""


class BookSnapshot(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Both sides of a book as they were at ``last_id``.

    Attributes:
        channel: the venue's stream name, or REST.
        ts_event_ns: the venue's time; 0 where it gives none.
        last_id: the newest update that is in it.
        bids: prices above zero, in any order.
        asks: as bids.
        depth: most levels that one side can have here. A side with fewer is known whole; of one
            with as many, nothing is known beyond the last level.
        rolls: the stream keeps the best ``depth`` levels as prices move, and so must we. False =
            the range that the snapshot covers stays, and beyond it only changes become known.
        left_out: levels that are not in it, since their prices lie between two ticks.
        checksum: of the book with this applied; None = there is none to verify.
    """

    instrument: Instrument
    channel: str
    ts_event_ns: Ns
    ts_recv_ns: Ns
    last_id: int
    bids: list[Level]
    asks: list[Level]
    depth: int
    rolls: bool
    left_out: int = 0
    checksum: int | None = None


class BookDelta(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What changed in a book.

    Attributes:
        channel: the venue's stream name.
        ts_event_ns: the venue's time, of the matching engine where it is given.
        first_id: the oldest update that is in it.
        last_id: the newest; the book is at this id once the delta is applied.
        previous_id: ``last_id`` of the delta before, where the venue says so.
        bids: prices above zero with their new sizes, in any order.
        asks: as bids.
        left_out: as in BookSnapshot.
        checksum: as in BookSnapshot.
    """

    instrument: Instrument
    channel: str
    ts_event_ns: Ns
    ts_recv_ns: Ns
    first_id: int
    last_id: int
    previous_id: int | None
    bids: list[Level]
    asks: list[Level]
    left_out: int = 0
    checksum: int | None = None


class BestQuote(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The best bid and ask of one moment.

    Attributes:
        channel: the venue's stream name.
        ts_event_ns: the venue's time; 0 where it gives none.
        update_id: in the space of the venue's book deltas.
        bid: None = nobody bids.
        ask: None = nobody offers.
    """

    instrument: Instrument
    channel: str
    ts_event_ns: Ns
    ts_recv_ns: Ns
    update_id: int
    bid: Level | None
    ask: Level | None


class BookBegins(msgspec.Struct, frozen=True, gc=False):
    """A connection that was just subscribed brings the book from now on: sync anew."""

    instrument: Instrument


class BookEnds(msgspec.Struct, frozen=True, gc=False):
    """The connection that brought the book is lost: what is held is not the present.

    Attributes:
        reason: one clause for the trader.
    """

    instrument: Instrument
    reason: str
    ts_recv_ns: Ns


class NoSnapshot(msgspec.Struct, frozen=True, gc=False):
    """A snapshot of the book that was asked for will not come."""

    instrument: Instrument
    ts_recv_ns: Ns


class ControlKind(StrEnum):
    """What a message that carries no market data says."""

    ACK = "ack"
    REFUSED = "refused"
    PONG = "pong"
    RESTART = "restart"
    """The venue will close this connection soon: open the next one now."""
    IGNORED = "ignored"
    """Well-formed, but of no interest here."""


@dataclass(frozen=True, slots=True)
class Control:
    """A message about the connection.

    Attributes:
        request_id: the request that it answers; empty where the venue does not say.
        topics: the topics that it speaks of; empty = all of the request, or none.
        reason: the venue's words, for REFUSED.
    """

    kind: ControlKind
    request_id: str = ""
    topics: tuple[str, ...] = field(default=())
    reason: str = ""


class NoTrade(msgspec.Struct, frozen=True, gc=False):
    """A venue's number that no trade of the book bears: nothing is missing where it lies.

    Attributes:
        channel: as in Trades.
    """

    instrument: Instrument
    channel: str
    trade_id: int


BookEvent: TypeAlias = BookSnapshot | BookDelta | BestQuote
"""What a venue's bytes say about resting orders."""

WireEvent: TypeAlias = Trades | NoTrade | Control
"""What a venue's bytes become where only trades are wanted."""

AnyWireEvent: TypeAlias = WireEvent | BookEvent | DerivativeTicker | Liquidations
"""What a venue's bytes become where everything is wanted."""

MarketEvent: TypeAlias = (
    Trades
    | TradeBlock
    | Rows
    | Klines
    | Listed
    | Gap
    | BookEvent
    | BookBegins
    | BookEnds
    | NoSnapshot
    | DerivativeTicker
    | Liquidations
)
"""What the engine takes."""
