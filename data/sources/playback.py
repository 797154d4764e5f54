"""The clock and the pace of what is played: from its begin to its end, with pause, speed and jumps.

What is played, and how, is for those who build on it: replays of raw recordings and of our own.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from math import inf, isfinite
from threading import Condition, Thread
from typing import Final, Generic, TypeVar

from core.domain.events import MarketEvent
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_S, Ns
from data.buffers.keeper import Request
from data.clock import monotonic_s

MAX_SPEED: Final = 1000.0

Item = TypeVar("Item")


class Playback(ABC, Generic[Item]):
    """Plays items at their recorded times.

    Attributes:
        run_id: unique per run.
        span_ns: recorded times of the first and the last item.
        finished: everything was played.
        trades_played: trades submitted since the start or the last jump back.
    """

    name = "replay"

    def __init__(
        self, run_id: str, span_ns: tuple[Ns, Ns], *, speed: float, on_restart: Callable[[], None]
    ) -> None:
        """Make one; it stands at its begin.

        Args:
            speed: recorded seconds per second, in (0, 1000]; ``inf`` = as fast as it goes.
            on_restart: drops all that was submitted; called before a jump back is played.

        Raises:
            ValueError: the speed is out of range.
        """
        self.run_id = run_id
        self.span_ns = span_ns
        self.finished = False
        self.trades_played = 0
        self._on_restart = on_restart
        self._submit: Callable[[MarketEvent], None] = _nowhere
        self._changed = Condition()
        self._paused = self._stopped = False
        self._jump_ns: Ns | None = None
        self._thread = Thread(target=self._run, name="replay", daemon=True)
        self._catching_up = True
        self._set_speed(speed)
        self._place(span_ns[0])

    @abstractmethod
    def instruments(self) -> tuple[Instrument, ...]:
        """Return the instruments that are played."""

    @abstractmethod
    def has_book(self, instrument_id: InstrumentId) -> bool:
        """Return whether anything of this instrument's book was recorded."""

    @abstractmethod
    def notes(self) -> tuple[str, ...]:
        """Return what is odd about the recordings."""

    @abstractmethod
    def _begin(self) -> None:
        """Submit what comes before the first item; everything is played anew from here."""

    @abstractmethod
    def _items(self) -> Iterator[tuple[Ns, Item]]:
        """Yield (recorded time, item) from the first to the last."""

    @abstractmethod
    def _take(self, item: Item) -> None:
        """Submit what an item says."""

    def start(self, submit: Callable[[MarketEvent], None]) -> None:
        """Start playing."""
        self._submit = submit
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def now_ns(self) -> Ns:
        """Return the recorded time that is being played."""
        with self._changed:
            return self._position_ns()

    def want(self, instrument_id: InstrumentId, timeframe: str, bars: int) -> None:
        """Do nothing: a recording has what it has."""

    def ask(self, instrument_id: InstrumentId, request: Request) -> None:
        """Do nothing: nobody answers; what was answered then is in the recording."""

    @property
    def paused(self) -> bool:
        """Whether the tape stands still."""
        return self._paused

    @property
    def speed(self) -> float:
        """Recorded seconds per second."""
        return self._speed

    def pause(self) -> None:
        """Stand still."""
        with self._changed:
            self._place(self._position_ns())
            self._paused = True
            self._changed.notify_all()

    def resume(self) -> None:
        """Go on."""
        with self._changed:
            if self._paused:
                self._paused = False
                self._place(self._rest_ns)
            self._changed.notify_all()

    def set_speed(self, speed: float) -> None:
        """Go on at another speed.

        Raises:
            ValueError: the speed is out of range.
        """
        with self._changed:
            position_ns = self._position_ns()
            self._set_speed(speed)
            self._place(position_ns)
            self._changed.notify_all()

    def seek(self, ts_ns: Ns) -> None:
        """Go to a recorded time; what lies before it is played as fast as it goes.

        The clock rests there meanwhile, and runs on once all of it was played.

        Args:
            ts_ns: clipped to the span of the recording.
        """
        with self._changed:
            self._jump_ns = min(max(ts_ns, self.span_ns[0]), self.span_ns[1])
            self._changed.notify_all()

    def _set_speed(self, speed: float) -> None:
        if speed != inf and not (isfinite(speed) and 0 < speed <= MAX_SPEED):
            msg = f"speed must be above 0 and at most {MAX_SPEED:g}, or inf, was {speed}"
            raise ValueError(msg)
        self._speed = speed

    def _place(self, ts_ns: Ns) -> None:
        """Set the clock; it runs from there unless it is paused or a jump is being caught up."""
        self._rest_ns, self._since_s = ts_ns, monotonic_s()

    def _position_ns(self) -> Ns:
        """Return the recorded time of now: it runs on between items, but not past the last."""
        if self._paused or self._catching_up or self._speed == inf:
            return self._rest_ns
        ran_ns = int((monotonic_s() - self._since_s) * self._speed * NS_PER_S)
        return min(self._rest_ns + ran_ns, self.span_ns[1])

    def _run(self) -> None:
        while True:
            self._play()
            if not self._wait_for_jump():
                return
            self._on_restart()

    def _wait_for_jump(self) -> bool:
        """Wait, at the end or because of a jump back; False = the thread shall end."""
        with self._changed:
            self.finished = self._jump_ns is None and not self._stopped
            self._changed.wait_for(lambda: self._stopped or self._jump_ns is not None)
            self.finished = False
            if self._stopped or self._jump_ns is None:
                return False
            self._catch_up_to(self._jump_ns)
            return True

    def _catch_up_to(self, target_ns: Ns) -> None:
        self._jump_ns = None
        self._catching_up = True
        self._place(target_ns)

    def _play(self) -> None:
        """Play from the first item; those before the clock's time without waiting."""
        self.trades_played = 0
        self._begin()
        for ts_ns, item in self._items():
            if not self._wait_for(ts_ns):
                return
            self._take(item)
        with self._changed:
            self._catching_up = False
            self._place(self.span_ns[1])

    def _wait_for(self, ts_ns: Ns) -> bool:
        """Wait until ``ts_ns`` is due; False = stop here, to end or to play from elsewhere."""
        with self._changed:
            while not self._stopped:
                if self._jump_ns is not None and not self._take_jump_ahead(ts_ns):
                    return False
                if self._catching_up:
                    if ts_ns < self._rest_ns:
                        return True
                    self._catching_up = False
                    self._place(self._rest_ns)
                if self._position_ns() >= ts_ns:
                    return True
                if not self._paused and self._speed == inf:
                    self._rest_ns = ts_ns
                    return True
                self._changed.wait(None if self._paused else self._due_s(ts_ns))
        return False

    def _due_s(self, ts_ns: Ns) -> float:
        return max((ts_ns - self._position_ns()) / NS_PER_S / self._speed, 0.001)

    def _take_jump_ahead(self, ts_ns: Ns) -> bool:
        """Set the clock to the jump's target; False = that lies behind the next item."""
        target_ns = self._jump_ns
        if target_ns is None or target_ns < ts_ns:
            return False
        self._catch_up_to(target_ns)
        return True


def _nowhere(_: MarketEvent) -> None:
    """Take events before the start; there are none."""
