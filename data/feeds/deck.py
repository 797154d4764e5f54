"""What one connection needs to know of its surroundings."""

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from core.domain.events import AnyWireEvent, Channel
from core.domain.instrument import Instrument, MarketKind, Venue
from core.domain.units import Ns
from data.clock import monotonic_s, wall_ns
from data.feeds.health import HealthBoard
from data.feeds.inlet import Inlet
from data.venues.market import Market

InletKey: TypeAlias = tuple[str, Channel]
"""(symbol, channel)."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things may take, in seconds.

    Attributes:
        handshake_s: from the first packet to the open WebSocket.
        ack_s: from a request to its answer.
        pong_s: from our keep-alive to any byte.
        settle_s: an acknowledged topic without data counts as taken over after this.
        linger_s: both connections run this long after the new one has taken over every topic.
        early_s: before the venue's deadline, the next connection is opened.
        jump_s: the wall clock may run apart from the steady one by this much.
        first_retry_s: longest first wait after a connection was lost.
        stable_s: a connection that delivered this long is forgiven its past.
    """

    handshake_s: float = 5.0
    ack_s: float = 5.0
    pong_s: float = 10.0
    settle_s: float = 3.0
    linger_s: float = 1.0
    early_s: float = 60.0
    jump_s: float = 5.0
    first_retry_s: float = 0.15
    stable_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Clock:
    """Both clocks, so that a test can move one of them."""

    wall_ns: Callable[[], Ns] = wall_ns
    monotonic_s: Callable[[], float] = monotonic_s


class Keep(Protocol):
    """Keeps what came as it came; returns at once, and never raises."""

    def __call__(
        self, venue: Venue, kind: MarketKind, raw: bytes, ts_recv_ns: Ns, *, asked: str = ""
    ) -> None:
        """Keep a message, or a snapshot of the book of the symbol that was ``asked`` for."""
        ...


class Deck(Protocol):
    """What a connection needs to know of its surroundings."""

    @property
    def market(self) -> Market:
        """The market that it serves."""
        ...

    @property
    def health(self) -> HealthBoard:
        """Where refused messages are counted."""
        ...

    @property
    def timing(self) -> Timing:
        """How long things may take."""
        ...

    @property
    def clock(self) -> Clock:
        """What time it is."""
        ...

    @property
    def keep(self) -> Keep | None:
        """Who wants every message as it came; None = nobody."""
        ...

    @property
    def inlets(self) -> Mapping[InletKey, Inlet]:
        """What is followed; never changed once handed out, replaced instead."""
        ...

    @property
    def patience(self) -> MutableMapping[str, int] | None:
        """Topic -> how many times the usual silence it is given; None = anew on each connection."""
        ...

    def parse(
        self, raw: bytes, *, ts_recv_ns: Ns, instruments: Mapping[str, Instrument]
    ) -> Sequence[AnyWireEvent]:
        """Return what one message says, as ``Market.parse`` does."""
        ...

    def newest_id(self, instrument: Instrument) -> Future[int]:
        """Start to ask REST for the newest trade's id."""
        ...
