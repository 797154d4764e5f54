"""Events: what a venue's bytes become, and what the engine takes, in one order."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

import msgspec

from core.domain.arrays import BarArray, TradeArray
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import Ns

TradeRow: TypeAlias = tuple[int, int, int, int, int, int, int, int]
"""One row in the order of TRADE_DTYPE."""


class Trades(msgspec.Struct, frozen=True):
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
    """Trades are missing, or may be, in ``[from_ns, to_ns)``.

    Attributes:
        reason: one plain sentence.
    """

    instrument_id: InstrumentId
    from_ns: Ns
    to_ns: Ns
    reason: str


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


MarketEvent: TypeAlias = Trades | TradeBlock | Klines | Listed | Gap
"""What the engine takes."""

WireEvent: TypeAlias = Trades | Control
"""What a venue's bytes become."""
