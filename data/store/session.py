"""One run's recording: what was recorded comes back, what comes is recorded, and what lies between.

The live source alone is recorded. A second process in the same workspace reads, and says so.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Final

import numpy as np

from core.domain.arrays import TradeArray
from core.domain.errors import RecordingError
from core.domain.events import Channel, Gap, Rows, TradeBlock
from core.domain.instrument import InstrumentId, MarketKind, Venue
from core.domain.units import NS_PER_MINUTE, Ns
from data.store.raw_recorder import RawRecorder
from data.store.recorder import Recorder
from data.store.recovery import quick_since_ns, recover
from data.store.store import Store

JOIN_NS: Final[Ns] = 10 * NS_PER_MINUTE
"""A hole up to this long is closed over REST, or marked where that fails; a longer one is marked
at once: paging through hours of trades would keep the candles waiting."""
NEWEST_ROWS: Final = 2_000
"""Kept of each instrument, to know its trades again when the venue repeats them."""
_GB: Final = 10**9
_NOT_RUNNING: Final = "Tapescope was not running"
_NOT_FOLLOWED: Final = "Tapescope was not running, or did not follow it"

log = logging.getLogger(__name__)


class Session:
    """Recording of one source in one run.

    Attributes:
        recorder: a tap for the engine; None = nothing is recorded.
    """

    def __init__(
        self,
        store: Store,
        source: str,
        *,
        keep_days: int | None,
        keep_gb: float | None,
        books: bool = True,
        raw: bool = False,
    ) -> None:
        """Make one; nothing is read or written yet.

        Args:
            keep_days: as in Recorder.
            keep_gb: size kept, 10^9 bytes; None = any.
            books: as in Recorder.
            raw: whether what ``keep`` is told is kept, too.
        """
        self.recorder: Recorder | None = None
        self._store = store
        self._source = source
        self._keep_days = keep_days
        self._keep_bytes = None if keep_gb is None else int(keep_gb * _GB)
        self._books = books
        self._wants_raw = raw
        self._raw: RawRecorder | None = None
        self._newest: dict[InstrumentId, TradeArray] = {}
        self._notes: tuple[str, ...] = ()
        self._off_ns: Ns | None = None
        self._missed: list[Gap] | None = None

    def restore(
        self,
        submit: Callable[[TradeBlock | Rows | Gap], None],
        *,
        now_ns: Ns,
        is_over: Callable[[], bool] = lambda: False,
    ) -> None:
        """Mend what a crash left, and submit the last hours; blocks for seconds at most.

        Trades, quotes, tickers and liquidations come back. Books do not: they begin anew.

        Args:
            is_over: asked between blocks; True ends the reading.
        """
        try:
            if self._store.writable:
                for sentence in self._store.repair():
                    log.warning("%s; the damaged part is in the quarantine", sentence)
            since_ns = quick_since_ns(self._store, self._source, now_ns)
            for event in recover(self._store, self._source, since_ns):
                if is_over():
                    return
                submit(event)
                if isinstance(event, TradeBlock):
                    self._remember(event)
        except (OSError, RecordingError) as error:
            log.exception("what was recorded could not be read")
            self._notes += (f"What was recorded could not be read: {error}.",)

    def known(self, now_ns: Ns) -> dict[InstrumentId, TradeArray]:
        """Return the newest trades of the instruments to be joined over REST."""
        return {each: rows for each, rows in self._newest.items() if now_ns - _end(rows) <= JOIN_NS}

    def gaps(self, now_ns: Ns) -> list[Gap]:
        """Return the holes up to now that are too long to be closed, or cannot be."""
        gaps = [
            Gap(each, _end(rows), now_ns, _NOT_RUNNING)
            for each, rows in self._newest.items()
            if now_ns - _end(rows) > JOIN_NS
        ]
        return gaps + self._side_gaps(now_ns)

    def record(self, ids: Iterable[InstrumentId] = (), *, now_ns: Ns) -> Recorder | None:
        """Start to record, if this process may; return the tap.

        Args:
            ids: what the engine holds; since recording was switched off it has a gap.
        """
        refusal = self._store.refusal()
        if refusal:
            self._notes = (*self._notes, refusal)
            return None
        self.recorder = Recorder(
            self._store,
            self._source,
            keep_days=self._keep_days,
            keep_bytes=self._keep_bytes,
            books=self._books,
        )
        if self._off_ns is None:
            for gap in self._side_gaps(now_ns):  # the engine may not know its instrument yet
                self.recorder(gap)
        else:
            for each in ids:
                for channel in (Channel.TRADES, *_others(each)):
                    reason = "recording was switched off"
                    self.recorder(Gap(each, self._off_ns, now_ns, reason, channel))
        if self._wants_raw:
            self._raw = RawRecorder(self._store.root)
            self._raw.start()
        self.recorder.start()
        return self.recorder

    def keep(
        self, venue: Venue, kind: MarketKind, raw: bytes, ts_recv_ns: Ns, *, asked: str = ""
    ) -> None:
        """Keep a frame as it arrived, as RawRecorder does, while this session records."""
        recorder = self._raw
        if recorder is not None:
            recorder.frame(venue, kind, raw, ts_recv_ns, asked=asked)

    def pause(self, *, now_ns: Ns) -> None:
        """Store what was taken, and record no more."""
        recorder, self.recorder = self.recorder, None
        if recorder is not None:
            self._off_ns = now_ns
            recorder.stop()
            try:
                self._store.finish()
            except OSError:
                log.exception("a recording could not be ended")
        raw, self._raw = self._raw, None
        if raw is not None:
            raw.stop()

    def notes(self) -> tuple[str, ...]:
        """Return what the trader should know about recording."""
        statuses = [each.status() for each in (self.recorder, self._raw) if each is not None]
        return (*self._notes, *(each.reason for each in statuses if each.reason))

    def _side_gaps(self, now_ns: Ns) -> list[Gap]:
        """Return the holes up to now in what cannot be asked for again; found once a session."""
        if self._missed is not None:
            return self._missed
        last = [
            (each, channel, self._last_ns(each, channel))
            for each in self._store.ids(self._source)
            for channel in _others(each)
        ]
        self._missed = [
            Gap(each, last_ns + 1, now_ns, _NOT_FOLLOWED, channel)
            for each, channel, last_ns in last
            if last_ns is not None and last_ns + 1 < now_ns
        ]
        return self._missed

    def _last_ns(self, instrument_id: InstrumentId, channel: Channel) -> Ns | None:
        """Return until when a channel was followed, or known not to be; None = it never was.

        There may be no liquidation for days: the tickers, on the same connection, tell.
        """
        told = [channel]
        if channel is Channel.LIQUIDATIONS:
            told.append(Channel.TICKER)
        rows = [self._store.last_ns(self._source, instrument_id, each) for each in told]
        found = [each for each in rows if each is not None]
        if found:
            gaps = self._store.gaps(self._source, instrument_id, channel)
            found += [gap.to_ns - 1 for gap in gaps]
        return max(found, default=None)

    def _remember(self, block: TradeBlock) -> None:
        before = self._newest.get(block.instrument.id)
        rows = block.rows if before is None else np.concatenate([before, block.rows])
        self._newest[block.instrument.id] = rows[-NEWEST_ROWS:].copy()


def _others(instrument_id: InstrumentId) -> tuple[Channel, ...]:
    """Return the channels of an instrument besides its trades."""
    if instrument_id.kind is MarketKind.SPOT:
        return Channel.BOOK, Channel.QUOTES
    return Channel.BOOK, Channel.QUOTES, Channel.TICKER, Channel.LIQUIDATIONS


def _end(rows: TradeArray) -> Ns:
    return int(rows["ts_event_ns"][-1])
