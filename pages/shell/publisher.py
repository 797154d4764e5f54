"""Publisher: one thread that makes one frame per distinct view per tick, for all tabs."""

import hashlib
import logging
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Final, Generic, Protocol, TypeVar

from core.domain.errors import TapescopeError
from data.clock import monotonic_s
from pages.shell.codec import encode

POLL_S: Final = 0.01
"""How often the publisher looks whether something changed; looking costs microseconds."""
PERIOD_S: Final = 0.095
"""Shortest time between two frames of a view: ten a second, a poll's delay included."""
RETRY_S: Final = 1.0
"""A view that could not be drawn is tried again after this."""
ASK_S: Final = 20.0
"""So long one who asks something waits at most."""
MAX_VIEWS: Final = 256
"""Views remembered; the one unused for longest is forgotten first, never a watched one."""
_FAULT: Final = "This view could not be drawn; the log of the server says why."

log = logging.getLogger(__name__)

_Spec = TypeVar("_Spec")
_Answer = TypeVar("_Answer")


class Feed(Protocol):
    """Makes the frames of one view.

    Attributes:
        pause_s: shortest time between two frames.
        linger_s: after a change frames go on at that pace for this long, so that what moves
            moves evenly.
        heartbeat_s: longest time between two frames; None = only when something changed.
    """

    pause_s: float
    linger_s: float
    heartbeat_s: float | None

    def marker(self) -> Hashable:
        """Return what changes whenever a new frame would differ; cheap."""
        ...

    def frame(self, seq: int) -> bytes:
        """Return the newest frame.

        Raises:
            TapescopeError: shown to the trader in its own words.
        """
        ...


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame, shared by every tab that shows the view.

    Attributes:
        seq: counts up within a view.
    """

    seq: int
    payload: bytes


class Sink(Protocol):
    """One tab. Both methods are called in the publisher's thread and return at once."""

    def wants(self) -> bool:
        """Return whether frames are being taken; False for a tab that nobody looks at."""
        ...

    def offer(self, frame: Frame) -> None:
        """Take a frame; it replaces one that was not sent yet."""
        ...


@dataclass(slots=True)
class _View(Generic[_Spec]):
    spec: _Spec
    feed: Feed | None = None
    sinks: list[Sink] = field(default_factory=list)
    latest: Frame | None = None
    marker: Hashable = None
    changed_s: float = float("-inf")
    made_s: float = float("-inf")
    not_before_s: float = float("-inf")
    fault: str = ""


class Publisher(Generic[_Spec]):
    """Makes frames of the views that somebody watches.

    Attributes:
        frames_made: since the start, over all views.
    """

    def __init__(self, make_feed: Callable[[_Spec], Feed], *, poll_s: float = POLL_S) -> None:
        self.frames_made = 0
        self._make_feed = make_feed
        self._poll_s = poll_s
        self._lock = Lock()
        self._views: OrderedDict[str, _View[_Spec]] = OrderedDict()
        self._asked: deque[Callable[[], None]] = deque()
        self._wake = Event()
        self._stopping = Event()
        self._thread: Thread | None = None

    def register(self, spec: _Spec) -> str:
        """Return the id of the view of ``spec``; equal specs have one."""
        view_id = hashlib.sha256(repr(spec).encode()).hexdigest()[:24]
        with self._lock:
            if view_id not in self._views:
                self._views[view_id] = _View(spec)
            self._views.move_to_end(view_id)
            self._forget()
        return view_id

    def watch(self, view_id: str, sink: Sink) -> None:
        """Send the frames of a view to ``sink``, the newest one at once.

        Raises:
            KeyError: no such view; the server was restarted since it was registered.
        """
        with self._lock:
            view = self._views[view_id]
            self._views.move_to_end(view_id)
            view.feed = view.feed or self._make_feed(view.spec)
            view.sinks.append(sink)
            latest = view.latest
        if latest is not None:
            sink.offer(latest)
        self._wake.set()

    def unwatch(self, view_id: str, sink: Sink) -> None:
        """Send no more frames to ``sink``; with the last one gone the view costs nothing."""
        with self._lock:
            view = self._views.get(view_id)
            if view is None or sink not in view.sinks:
                return
            view.sinks.remove(sink)
            if not view.sinks:
                self._views[view_id] = _View(view.spec)

    def ask(self, work: Callable[[], _Answer]) -> _Answer:
        """Return what ``work`` returns, run between two ticks: what feeds know is the thread's own.

        Raises:
            TimeoutError: the thread does not run, or has not come to it in ASK_S.
        """
        answer: Future[_Answer] = Future()

        def run() -> None:
            try:
                answer.set_result(work())
            except Exception as error:  # noqa: BLE001  # whoever asked is told
                answer.set_exception(error)

        self._asked.append(run)
        self._wake.set()
        return answer.result(ASK_S)

    def start(self) -> None:
        """Start the thread, unless it runs."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = Thread(target=self._run, name="publisher", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stopping.set()
            self._wake.set()
            thread.join()

    def tick(self) -> int:
        """Make the frames that are due, send them, and return how many."""
        with self._lock:
            watched = [(view, list(view.sinks)) for view in self._views.values() if view.sinks]
        made = 0
        for view, sinks in watched:
            frame = self._frame(view) if any(sink.wants() for sink in sinks) else None
            if frame is not None:
                made += 1
                for sink in sinks:
                    sink.offer(frame)
        self.frames_made += made
        return made

    def _run(self) -> None:
        while not self._stopping.is_set():
            started_s = monotonic_s()
            self.tick()
            while self._asked:
                self._asked.popleft()()
            self._wake.wait(max(self._poll_s - (monotonic_s() - started_s), 0.0))
            self._wake.clear()

    def _frame(self, view: _View[_Spec]) -> Frame | None:
        feed, now_s = view.feed, monotonic_s()
        if feed is None or now_s < view.not_before_s:
            return None
        seq = 1 + (view.latest.seq if view.latest else 0)
        try:
            marker = feed.marker()
            if marker != view.marker:
                view.changed_s = now_s
            if not _is_due(view, feed, marker, now_s):
                return None
            payload, pause_s, view.fault = feed.frame(seq), feed.pause_s, ""
        except TapescopeError as error:
            marker, payload, pause_s = None, _message(error.ui_message, seq), RETRY_S
        except Exception as error:
            marker, payload, pause_s = None, _message(_FAULT, seq), RETRY_S
            if view.fault != repr(error):
                log.exception("a view could not be drawn")
                view.fault = repr(error)
        view.marker, view.made_s, view.not_before_s = marker, now_s, now_s + pause_s
        view.latest = Frame(seq, payload)
        return view.latest

    def _forget(self) -> None:
        idle = [view_id for view_id, view in self._views.items() if not view.sinks]
        for view_id in idle[: max(len(self._views) - MAX_VIEWS, 0)]:
            del self._views[view_id]


def _is_due(view: _View[_Spec], feed: Feed, marker: Hashable, now_s: float) -> bool:
    beat = feed.heartbeat_s is not None and now_s - view.made_s >= feed.heartbeat_s
    lingers = now_s - view.changed_s < feed.linger_s
    return beat or lingers or view.latest is None or marker != view.marker


def _message(text: str, seq: int) -> bytes:
    return encode({"kind": "message", "seq": seq, "text": text})
