"""The recorder: a thread between the engine, which must never wait, and the disk, which may."""

import logging
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Lock, Thread
from typing import Final

from core.domain.errors import RecordingError
from core.domain.events import Gap, TradeBlock
from data.clock import monotonic_s, wall_ns
from data.store.losses import Losses
from data.store.store import Store

FLUSH_S: Final = 0.1
"""A row is in the hands of the operating system this long after it was accepted."""
SYNC_S: Final = 1.0
"""A row is on the disk, and acknowledged, this long after it was accepted."""
RETRY_S: Final = 1.0
TIDY_S: Final = 1.0
RETAIN_S: Final = 600.0
STOP_S: Final = 2.0
MAX_QUEUED_ROWS: Final = 2_000_000
"""80 MB: what comes while the disk does not take anything."""

log = logging.getLogger(__name__)


class RecorderState(StrEnum):
    """What becomes of the trades that come now."""

    RECORDING = "recording"
    STOPPED = "stopped"
    """The disk does not take them; they wait in memory, and recording resumes when it does."""
    READ_ONLY = "read-only"
    """Another Tapescope records in this workspace."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """What the recorder says of itself.

    Attributes:
        reason: a sentence for the trader; empty while recording.
        received: rows that came from the engine.
        acknowledged: rows that are on the disk, whatever happens to this machine.
        waiting: rows in memory.
        lost: rows that were neither kept nor stored; each span of them is a stored gap.
        refused: rows of instruments that cannot be stored.
    """

    state: RecorderState
    reason: str
    received: int
    acknowledged: int
    waiting: int
    lost: int
    refused: int


class Recorder(Thread):
    """Stores what the engine accepted of one source. A tap of the engine.

    received = acknowledged + waiting + lost + refused, at any moment but in the middle of a step.
    """

    def __init__(
        self,
        store: Store,
        source: str,
        *,
        keep_days: int | None = None,
        keep_bytes: int | None = None,
        max_queued_rows: int = MAX_QUEUED_ROWS,
    ) -> None:
        """Make one; it takes events at once, and stores them after ``start``.

        Args:
            keep_days: older days of the source are deleted; None = kept.
            keep_bytes: the oldest days of the source are deleted beyond it; None = kept.
        """
        super().__init__(name=f"recorder {source}", daemon=True)
        self._store = store
        self._source = source
        self._keep = keep_days, keep_bytes
        self._max_queued_rows = max_queued_rows
        self._queue: deque[TradeBlock | Gap] = deque()
        self._queued_rows = 0
        self._losses = Losses()
        self._lock = Lock()
        self._ending = Event()
        self._state = RecorderState.RECORDING
        self._reason = ""
        self._received = 0
        self._appended = 0
        self._acknowledged = 0
        self._lost = 0
        self._refused = 0
        self._tidier = Thread(target=self._tidy, name=f"tidy {source}", daemon=True)

    def __call__(self, event: TradeBlock | Gap) -> None:
        """Take what the engine accepted; returns at once, and never raises for the disk's sake."""
        rows = event.rows.size if isinstance(event, TradeBlock) else 0
        with self._lock:
            self._received += rows
            if isinstance(event, TradeBlock) and self._queued_rows + rows > self._max_queued_rows:
                self._lost += rows
                self._losses.add(event)
                return
            self._queued_rows += rows
            self._queue.append(event)

    def status(self) -> RecorderStatus:
        """Return how it goes."""
        with self._lock:
            waiting = self._queued_rows + self._appended - self._acknowledged
            return RecorderStatus(
                state=self._state,
                reason=self._reason,
                received=self._received,
                acknowledged=self._acknowledged,
                waiting=waiting,
                lost=self._lost,
                refused=self._refused,
            )

    def start(self) -> None:
        """Start to store."""
        super().start()
        self._tidier.start()

    def stop(self) -> None:
        """Store what was taken, as far as the disk takes it within STOP_S."""
        deadline_s = monotonic_s() + STOP_S
        self._ending.set()
        for thread in (self, self._tidier):
            if thread.ident is not None:
                thread.join(max(deadline_s - monotonic_s(), 0.0))

    def run(self) -> None:
        """Flush and sync until the end."""
        synced_s = monotonic_s()
        while True:
            ending = self._ending.wait(
                FLUSH_S if self._state is RecorderState.RECORDING else RETRY_S
            )
            due = ending or monotonic_s() - synced_s >= SYNC_S
            if self._step(sync=due or self._state is not RecorderState.RECORDING) and due:
                synced_s = monotonic_s()
            if ending:
                self._say(RecorderState.ENDED, "Recording has ended.")
                return

    def _step(self, *, sync: bool) -> bool:
        """Bring what is queued to the store; return whether the disk took it."""
        try:
            if self._state is not RecorderState.STOPPED:
                self._append_queued()
            if sync:
                self._store.sync()
                self._acknowledge()
                self._append_queued()
            self._store.flush()
            self._append_losses()
        except RecordingError as error:
            self._discard()
            self._say(RecorderState.READ_ONLY, error.ui_message)
            return False
        except OSError as error:
            self._say(
                RecorderState.STOPPED,
                f"Recording has stopped: {error.strerror or error} ({self._store.root}). The "
                "market goes on; recording resumes by itself when the disk takes data again.",
            )
            return False
        self._say(RecorderState.RECORDING, "")
        return True

    def _append_queued(self) -> None:
        """Append everything queued.

        Raises:
            OSError: the disk does not take it; rows are with the store then, gaps still queued.
            RecordingError: another process writes here.
        """
        while self._queue:
            event = self._queue[0]
            try:
                if isinstance(event, Gap):
                    self._store.append_gap(self._source, event)
                else:
                    self._store.append(self._source, event.instrument, event.channel, event.rows)
            except ValueError:
                log.exception("%s cannot be stored", event)
                self._took(event, refused=True)
            except OSError:
                if isinstance(event, TradeBlock):
                    self._took(event)
                raise
            else:
                self._took(event)

    def _took(self, event: TradeBlock | Gap, *, refused: bool = False) -> None:
        rows = event.rows.size if isinstance(event, TradeBlock) else 0
        with self._lock:
            self._queue.popleft()
            self._queued_rows -= rows
            if refused:
                self._refused += rows
            else:
                self._appended += rows

    def _discard(self) -> None:
        """What another process records is not ours to keep."""
        with self._lock:
            self._lost += self._queued_rows
            self._queued_rows = 0
            self._queue.clear()

    def _acknowledge(self) -> None:
        with self._lock:
            self._acknowledged = self._appended

    def _append_losses(self) -> None:
        """Store where rows were lost, once there is room again."""
        with self._lock:
            gaps = self._losses.take() if self._queued_rows < self._max_queued_rows else []
        for index, gap in enumerate(gaps):
            try:
                self._store.append_gap(self._source, gap)
            except OSError:
                with self._lock:
                    self._losses.put_back(gaps[index:])
                raise

    def _say(self, state: RecorderState, reason: str) -> None:
        if (state, reason) == (self._state, self._reason):
            return
        if state in (RecorderState.STOPPED, RecorderState.READ_ONLY):
            log.warning(reason)
        elif state is RecorderState.RECORDING and self._reason:
            log.warning("recording has resumed")
        with self._lock:
            self._state, self._reason = state, reason

    def _tidy(self) -> None:
        """Compact what is full and delete what is too old, beside the thread that flushes."""
        retained_s = 0.0
        while not self._ending.wait(TIDY_S):
            try:
                if self._store.writable:
                    self._store.roll(wall_ns())
                    if monotonic_s() - retained_s >= RETAIN_S:
                        retained_s = monotonic_s()
                        days, size = self._keep
                        self._store.retain(
                            self._source, days=days, size_bytes=size, now_ns=wall_ns()
                        )
            except OSError as error:
                log.warning("recordings could not be compacted or deleted: %s", error)
                self._ending.wait(RETAIN_S / 10)
