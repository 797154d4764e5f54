"""The health of every channel, and the messages that could not be used."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import Final

from core.domain.instrument import InstrumentId, MarketKind, Venue
from core.domain.units import Ns

TRADES: Final = "trades"
"""The channel of an instrument's trades."""
SAMPLES_KEPT: Final = 32
SAMPLE_BYTES: Final = 4096


class State(StrEnum):
    """What a channel is worth. Only LIVE may be drawn as live, alerted on or filled against."""

    CONNECTING = "connecting"
    SYNCING = "syncing"
    """Connected and subscribed; no data yet."""
    LIVE = "live"
    STALE = "stale"
    """What is held is not the present; the reason says why."""
    REJECTED = "rejected"
    """The venue refused the subscription or this address."""
    HALTED = "halted"
    """The venue no longer trades the instrument."""


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """One channel of one instrument.

    Attributes:
        channel: ``trades``.
        since_ns: since when it is in this state.
        last_recv_ns: when its newest data came; None = never.
        messages: data messages received.
        refused: messages of its whole market (venue and kind) that could not be used.
        reconnects: times its connection was lost and opened again.
        reason: one sentence; empty where nothing is wrong.
    """

    venue: Venue
    kind: MarketKind
    symbol: str
    channel: str
    state: State
    since_ns: Ns
    last_recv_ns: Ns | None
    messages: int
    refused: int
    reconnects: int
    reason: str


@dataclass(frozen=True, slots=True)
class RefusedFrame:
    """A message that could not be used.

    Attributes:
        raw: its first SAMPLE_BYTES bytes.
        size: how many bytes it had.
        reason: one sentence.
    """

    venue: Venue
    kind: MarketKind
    raw: bytes
    size: int
    reason: str
    ts_recv_ns: Ns


class _Channel:
    """What is counted of one channel."""

    __slots__ = ("last_recv_ns", "messages", "reason", "reconnects", "since_ns", "state")

    def __init__(self, now_ns: Ns) -> None:
        self.state = State.CONNECTING
        self.since_ns = now_ns
        self.last_recv_ns: Ns | None = None
        self.messages = 0
        self.reconnects = 0
        self.reason = ""


class HealthBoard:
    """Written by the feeds, read by anyone, from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._channels: dict[tuple[InstrumentId, str], _Channel] = {}
        self._refused: Counter[tuple[Venue, MarketKind]] = Counter()
        self._samples: deque[RefusedFrame] = deque(maxlen=SAMPLES_KEPT)

    def set_state(
        self,
        instrument_id: InstrumentId,
        channel: str,
        state: State,
        *,
        now_ns: Ns,
        reason: str = "",
    ) -> None:
        """Put a channel into ``state``; ``since_ns`` moves only when the state changes."""
        with self._lock:
            known = self._channel(instrument_id, channel, now_ns)
            if known.state is not state:
                known.state = state
                known.since_ns = now_ns
            known.reason = reason

    def received(self, instrument_id: InstrumentId, channel: str, *, now_ns: Ns) -> None:
        """Count one data message that arrived at ``now_ns``."""
        with self._lock:
            known = self._channel(instrument_id, channel, now_ns)
            known.messages += 1
            known.last_recv_ns = now_ns

    def reconnected(self, instrument_id: InstrumentId, channel: str, *, now_ns: Ns) -> None:
        """Count one connection that was lost and is open again."""
        with self._lock:
            self._channel(instrument_id, channel, now_ns).reconnects += 1

    def forget(self, instrument_ids: Iterable[InstrumentId]) -> None:
        """Drop every channel of instruments that are no longer followed."""
        gone = set(instrument_ids)
        with self._lock:
            for key in [key for key in self._channels if key[0] in gone]:
                del self._channels[key]

    def snapshot(self) -> tuple[ChannelHealth, ...]:
        """Return every channel, in the order in which they were first heard of."""
        with self._lock:
            return tuple(
                ChannelHealth(
                    venue=instrument_id.venue,
                    kind=instrument_id.kind,
                    symbol=instrument_id.symbol,
                    channel=channel,
                    state=known.state,
                    since_ns=known.since_ns,
                    last_recv_ns=known.last_recv_ns,
                    messages=known.messages,
                    refused=self._refused[instrument_id.venue, instrument_id.kind],
                    reconnects=known.reconnects,
                    reason=known.reason,
                )
                for (instrument_id, channel), known in self._channels.items()
            )

    def refused(
        self, venue: Venue, kind: MarketKind, *, raw: bytes, reason: str, now_ns: Ns
    ) -> None:
        """Count a message that could not be used, and keep the newest ones with their bytes."""
        sample = RefusedFrame(venue, kind, bytes(raw[:SAMPLE_BYTES]), len(raw), reason, now_ns)
        with self._lock:
            self._refused[venue, kind] += 1
            self._samples.append(sample)

    def refused_total(self) -> int:
        """Return how many messages could not be used, ever."""
        with self._lock:
            return self._refused.total()

    def refused_samples(self) -> tuple[RefusedFrame, ...]:
        """Return the newest SAMPLES_KEPT of them, oldest first."""
        with self._lock:
            return tuple(self._samples)

    def _channel(self, instrument_id: InstrumentId, channel: str, now_ns: Ns) -> _Channel:
        key = (instrument_id, channel)
        known = self._channels.get(key)
        if known is None:
            known = self._channels[key] = _Channel(now_ns)
        return known
