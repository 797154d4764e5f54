"""The recorder: a thread between the engine, which must never wait, and the disk, which may."""

import logging
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Lock, Thread
from typing import Final

from core.domain.errors import RecordingError
from core.domain.events import Channel, Gap, Rows, TradeBlock
from data.clock import monotonic_s, wall_ns
from data.store.event_writer import EventWriter, Queued, Recordable
from data.store.losses import Losses, channel_of
from data.store.store import Store

FLUSH_S: Final = 0.1
"""A row is in the hands of the operating system this long after it was accepted."""
SYNC_S: Final = 1.0
"""A row is on the disk, and acknowledged, this long after it was accepted."""
RETRY_S: Final = 1.0
TIDY_S: Final = 1.0
RETAIN_S: Final = 600.0
STOP_S: Final = 2.0
MAX_QUEUED_BYTES: Final = 80 * 10**6
"""What comes while the disk does not take anything: the books of 18 instruments for minutes."""


log = logging.getLogger(__name__)


class RecorderState(StrEnum):
    """What becomes of the rows that come now."""

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

    received = acknowledged + waiting + lost + refused, at any moment but in the middle of a step,
    in rows of all channels. Checkpoints of books are written besides and do not count.
    """

    def __init__(
        self,
        store: Store,
        source: str,
        *,
        keep_days: int | None = None,
        keep_bytes: int | None = None,
        max_queued_bytes: int = MAX_QUEUED_BYTES,
        books: bool = True,
    ) -> None:
        """Make one; it takes events at once, and stores them after ``start``.

        Args:
            keep_days: older days of the source are deleted; None = kept.
            keep_bytes: the oldest days of the source are deleted beyond it; None = kept.
            max_queued_bytes: rows in memory beyond it are lost, and a gap.
            books: whether books are recorded too; if not, their rows are passed over.
        """
        super().__init__(name=f"recorder {source}", daemon=True)
        self._store = store
        self._source = source
        self._keep = keep_days, keep_bytes
        self._max_queued_bytes = max_queued_bytes
        self._books = books
        self._queue: deque[Queued] = deque()
        self._queued_rows = 0
        self._queued_bytes = 0
        self._writer = EventWriter(store, source)
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

    def __call__(self, event: Recordable) -> None:
        """Take what the engine accepted; returns at once, and never raises for the disk's sake."""
        if isinstance(event, Gap):
            if self._books or event.channel is not Channel.BOOK:
                with self._lock:
                    self._queue.append(event)
            return
        is_book = channel_of(event) is Channel.BOOK
        if is_book and not self._books:
            return
        with self._lock:
            self._received += event.rows.size
            if self._queued_bytes + event.rows.nbytes > self._max_queued_bytes:
                self._lose(event)
                return
            if is_book:
                self._losses.end(event)
            self._queued_rows += event.rows.size
            self._queued_bytes += event.rows.nbytes
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

    def _lose(self, event: TradeBlock | Rows) -> None:
        if channel_of(event) is Channel.BOOK and not self._losses.is_open(event):
            self._queue.append(event.instrument.id)
        self._lost += event.rows.size
        self._losses.add(event)

    def _append_queued(self) -> None:
        """Append everything queued.

        Raises:
            OSError: the disk does not take it; rows are with the store then, gaps still queued.
            RecordingError: another process writes here.
        """
        while self._queue:
            event = self._queue[0]
            try:
                self._writer.write(event)
            except ValueError:
                log.exception("%s cannot be stored", event)
                self._took(event, refused=True)
            except OSError:
                if isinstance(event, TradeBlock | Rows):
                    self._took(event)
                raise
            else:
                self._took(event)

    def _took(self, event: Queued, *, refused: bool = False) -> None:
        if not isinstance(event, TradeBlock | Rows):
            with self._lock:
                self._queue.popleft()
            return
        rows = event.rows.size
        with self._lock:
            self._queue.popleft()
            self._queued_rows -= rows
            self._queued_bytes -= event.rows.nbytes
            if refused:
                self._refused += rows
            else:
                self._appended += rows

    def _discard(self) -> None:
        """What another process records is not ours to keep."""
        with self._lock:
            self._lost += self._queued_rows
            self._queued_rows = self._queued_bytes = 0
            self._queue.clear()

    def _acknowledge(self) -> None:
        with self._lock:
            self._acknowledged = self._appended

    def _append_losses(self) -> None:
        """Store where rows were lost, once there is room again."""
        with self._lock:
            has_room = self._queued_bytes < self._max_queued_bytes
            gaps = self._losses.take() if has_room else []
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
