"""The health of every channel, and the messages that could not be used."""

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import Final

from core.domain.instrument import InstrumentId, MarketKind, Venue
from core.domain.units import NS_PER_MS, NS_PER_S, Ns
from data.clock import wall_ns

RATE_S: Final = 10
"""Messages a second are counted over so long."""
_LAG_WEIGHT: Final = 1 / 16
"""Of one message in the latency that is shown."""
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
        channel: a Channel.
        since_ns: since when it is in this state.
        last_recv_ns: when its newest data came; None = never.
        messages: data messages received.
        refused: messages of its whole market (venue and kind) that could not be used.
        reconnects: times its connection was lost and opened again.
        reason: one sentence; empty where nothing is wrong.
        rate_per_s: messages a second, over the last RATE_S seconds.
        lag_ms: from the venue's time of a message to its receipt, of late; below zero = the two
            clocks differ by more than that; None = the venue gives no time, or nothing came.
        gaps: how many spans there are of which rows are missing, or may be.
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
    rate_per_s: float = 0.0
    lag_ms: float | None = None
    gaps: int = 0


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

    __slots__ = (
        "_counts",
        "_seconds",
        "gaps",
        "lag_ms",
        "last_recv_ns",
        "messages",
        "reason",
        "reconnects",
        "since_ns",
        "state",
    )

    def __init__(self, now_ns: Ns) -> None:
        self.state = State.CONNECTING
        self.since_ns = now_ns
        self.last_recv_ns: Ns | None = None
        self.messages = 0
        self.reconnects = 0
        self.gaps = 0
        self.reason = ""
        self.lag_ms: float | None = None
        self._counts = [0] * RATE_S  # of the last seconds, each in the place of its remainder
        self._seconds = [-1] * RATE_S

    def count(self, now_ns: Ns, ts_event_ns: Ns) -> None:
        """Count a message; ``ts_event_ns`` 0 = the venue did not say when it was made."""
        self.messages += 1
        self.last_recv_ns = now_ns
        second = now_ns // NS_PER_S
        place = second % RATE_S
        if self._seconds[place] != second:
            self._seconds[place], self._counts[place] = second, 0
        self._counts[place] += 1
        if ts_event_ns:
            lag_ms = (now_ns - ts_event_ns) / NS_PER_MS
            known_ms = lag_ms if self.lag_ms is None else self.lag_ms
            self.lag_ms = known_ms + (lag_ms - known_ms) * _LAG_WEIGHT

    def rate_per_s(self, now_ns: Ns) -> float:
        """Return messages a second over the last RATE_S seconds; the newest of them still runs."""
        oldest = now_ns // NS_PER_S - RATE_S
        counted = zip(self._seconds, self._counts, strict=True)
        return sum(count for second, count in counted if second > oldest) / RATE_S


class HealthBoard:
    """Written by the feeds and by whoever keeps the books, read by anyone, from any thread."""

    def __init__(self, *, now_ns: Callable[[], Ns] = wall_ns) -> None:
        """Make an empty one.

        Args:
            now_ns: the clock that receipt times are of.
        """
        self._now_ns = now_ns
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
        unless: Collection[State] = (),
    ) -> None:
        """Put a channel into ``state``; ``since_ns`` moves only when the state changes.

        Args:
            unless: given by others than the feed, which knows better: a channel in one of these is
                left as it is, and one that is not followed (any more) does not come on the board.
        """
        with self._lock:
            if unless and (instrument_id, channel) not in self._channels:
                return
            known = self._channel(instrument_id, channel, now_ns)
            if known.state in unless:
                return
            if known.state is not state:
                known.state = state
                known.since_ns = now_ns
            known.reason = reason

    def received(
        self, instrument_id: InstrumentId, channel: str, *, now_ns: Ns, ts_event_ns: Ns = 0
    ) -> None:
        """Count one data message that arrived at ``now_ns``.

        Args:
            ts_event_ns: the venue's time of it; 0 = it gives none.
        """
        with self._lock:
            self._channel(instrument_id, channel, now_ns).count(now_ns, ts_event_ns)

    def gap(self, instrument_id: InstrumentId, channel: str) -> None:
        """Count one span of which rows are missing, or may be, of a channel that is followed."""
        with self._lock:
            known = self._channels.get((instrument_id, channel))
            if known is not None:
                known.gaps += 1

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
        now_ns = self._now_ns()
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
                    rate_per_s=known.rate_per_s(now_ns),
                    lag_ms=known.lag_ms,
                    gaps=known.gaps,
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
