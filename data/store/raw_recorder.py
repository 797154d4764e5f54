"""The raw recorder: every frame as it arrived, so that it can be decoded and played again.

One file per market and run lies in ``raw/<date>/`` beside the sources, packed, in the format of
our own that raw_log.py reads. Losing frames is better than holding up who receives them.
"""

import logging
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Final, TypeAlias

from core.domain.instrument import MarketKind, Venue
from core.domain.units import Ns
from data.clock import monotonic_s
from data.store import paths
from data.store.raw_log import RawLogWriter

FLUSH_S: Final = 0.5
"""A frame is in the hands of the operating system this long after it came."""
RETRY_S: Final = 5.0
STOP_S: Final = 2.0
MAX_QUEUED_BYTES: Final = 64 * 2**20

_Market: TypeAlias = tuple[Venue, MarketKind]
_Frame: TypeAlias = tuple[_Market, bytes, Ns, str]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RawStatus:
    """What the raw recorder says of itself; in frames.

    Attributes:
        reason: a sentence for the trader; empty while the disk takes frames.
        received: that came; ``written + waiting + lost``.
        written: handed to the operating system.
        waiting: in memory.
        lost: not kept, since too many waited or the disk did not take them.
    """

    reason: str
    received: int
    written: int
    waiting: int
    lost: int


class RawRecorder(Thread):
    """Writes frames of all sockets. Any thread may bring one; it is written by this one."""

    def __init__(self, root: Path, *, max_queued_bytes: int = MAX_QUEUED_BYTES) -> None:
        """Make one; it takes frames at once and writes them after ``start``.

        Args:
            root: ``recordings`` in the workspace.
            max_queued_bytes: frames in memory beyond it are lost.
        """
        super().__init__(name="raw recorder", daemon=True)
        self._root = root
        self._max_queued_bytes = max_queued_bytes
        self._queue: deque[_Frame] = deque()
        self._queued_bytes = 0
        self._lock = Lock()
        self._ending = Event()
        self._files: dict[_Market, tuple[str, RawLogWriter]] = {}
        self._reason = ""
        self._received = 0
        self._written = 0
        self._lost = 0

    def frame(
        self, venue: Venue, kind: MarketKind, raw: bytes, ts_recv_ns: Ns, *, asked: str = ""
    ) -> None:
        """Take a frame; returns at once and never raises.

        Args:
            raw: the payload of a WebSocket message, or the body of a REST answer; JSON, in which
                a line break means no more than a space.
            asked: of an answer with a book: the symbol that was asked for.
        """
        with self._lock:
            self._received += 1
            if self._queued_bytes + len(raw) > self._max_queued_bytes:
                self._lost += 1
                return
            self._queued_bytes += len(raw)
            self._queue.append(((venue, kind), raw, ts_recv_ns, asked))

    def status(self) -> RawStatus:
        """Return how it goes."""
        with self._lock:
            waiting = self._received - self._written - self._lost
            return RawStatus(self._reason, self._received, self._written, waiting, self._lost)

    def stop(self) -> None:
        """Write what was taken, as far as that takes no longer than STOP_S."""
        self._ending.set()
        if self.ident is not None:
            self.join(STOP_S)

    def run(self) -> None:
        """Write until the end."""
        retry_s = 0.0
        while True:
            ending = self._ending.wait(FLUSH_S)
            if ending or monotonic_s() >= retry_s:
                try:
                    self._write_queued()
                    self._say("")
                except OSError as error:
                    self._give_up(error)
                    retry_s = monotonic_s() + RETRY_S
            if ending:
                self._close()
                return

    def _write_queued(self) -> None:
        """Write what came until now.

        Raises:
            OSError: the disk does not take it.
        """
        with self._lock:
            count = len(self._queue)
        for _ in range(count):
            (venue, kind), raw, ts_recv_ns, asked = self._queue[0]
            file = self._file((venue, kind), ts_recv_ns)
            file.write(ts_recv_ns, venue, kind, raw.replace(b"\n", b" "), asked=asked)
            with self._lock:
                self._queue.popleft()
                self._queued_bytes -= len(raw)
        for _, file in self._files.values():
            file.flush()
        with self._lock:
            self._written += count

    def _file(self, market: _Market, ts_recv_ns: Ns) -> RawLogWriter:
        """Return the file of a market and day."""
        date = paths.day_name(ts_recv_ns)
        known = self._files.get(market)
        if known is not None and known[0] == date:
            return known[1]
        if known is not None:
            known[1].close()
        day = self._root / paths.RAW / date
        paths.refuse_links(self._root, day)
        day.mkdir(parents=True, exist_ok=True)
        file = RawLogWriter(paths.next_raw(day, *market))
        self._files[market] = date, file
        return file

    def _give_up(self, error: OSError) -> None:
        """Begin new files later; what was not flushed of the old ones may be lost."""
        with self._lock:
            self._lost = self._received - self._written - len(self._queue)
        self._close()
        self._say(f"Frames are not kept: {error.strerror or error} ({self._root / paths.RAW}).")

    def _close(self) -> None:
        files, self._files = self._files, {}
        for _, file in files.values():
            try:
                file.close()
            except OSError:
                log.warning("a file of raw frames could not be ended")

    def _say(self, reason: str) -> None:
        if reason and reason != self._reason:
            log.warning(reason)
        with self._lock:
            self._reason = reason
