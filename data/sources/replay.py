"""Replay: a raw recording through the same decoders as live, at a speed of the trader's choice."""

from collections.abc import Callable, Iterator, Sequence
from math import inf, isfinite
from pathlib import Path
from threading import Condition, Thread
from typing import Final

from core.domain.errors import FeedError, RecordingError, UnknownSymbol
from core.domain.events import Listed, MarketEvent, Trades
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_S, Ns
from data.clock import monotonic_s
from data.feeds.health import HealthBoard
from data.store.raw_formats import RawFrame
from data.store.raw_log import RawLog
from data.store.raw_scan import scan
from data.venues.registry import MARKETS

MAX_SPEED: Final = 1000.0


class ReplaySource:
    """Plays recordings, one after another, with pause and seek.

    Attributes:
        span_ns: receipt times of the first and the last frame.
        finished: every frame was played.
        trades_played: trades submitted since the start or the last jump back.
    """

    name = "replay"

    def __init__(
        self,
        paths: Sequence[Path],
        *,
        speed: float = 1.0,
        health: HealthBoard,
        on_restart: Callable[[], None],
    ) -> None:
        """Read the recordings once, for their span and their instruments.

        Args:
            paths: in the order of time.
            speed: recorded seconds per second, in (0, 1000]; ``inf`` = as fast as it goes.
            health: where refused frames are counted.
            on_restart: drops all that was submitted; called before a jump back is played.

        Raises:
            RecordingError: a file cannot be read at all, or none of them holds a trade.
            ValueError: the speed is out of range.
        """
        self._logs = [RawLog(path) for path in paths]
        self._scan = scan(self._logs)
        if not any(self._scan.instruments.values()):
            names = ", ".join(path.name for path in paths)
            msg = f"{names} holds no trade that can be played; choose another recording"
            raise RecordingError(msg)
        self.run_id = f"replay-{paths[0].name}-{self._scan.first_ns}"
        self.span_ns = (self._scan.first_ns, self._scan.last_ns)
        self.finished = False
        self.trades_played = 0
        self._health = health
        self._on_restart = on_restart
        self._submit: Callable[[MarketEvent], None] = _nowhere
        self._changed = Condition()
        self._paused = self._stopped = False
        self._jump_ns: Ns | None = None
        self._thread = Thread(target=self._run, name="replay", daemon=True)
        self._counted_refusals = False
        self._set_speed(speed)
        self._rest_at(self.span_ns[0])

    def start(self, submit: Callable[[MarketEvent], None]) -> None:
        """Start playing."""
        self._submit = submit
        with self._changed:
            self._run_from(self.span_ns[0])
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

    def instruments(self) -> tuple[Instrument, ...]:
        """Return the instruments that trade in the recordings."""
        return tuple(each for listed in self._scan.instruments.values() for each in listed.values())

    def notes(self) -> tuple[str, ...]:
        """Return what is odd about the recordings."""
        lines = list(self._scan.problems)
        if self._scan.other_symbols:
            names = ", ".join(sorted(self._scan.other_symbols))
            lines.append(f"Not played, since neither spot nor a linear perpetual: {names}.")
        lines += [
            f"Tick and lot of {each.id} are the finest decimals in the recording."
            for each in self._scan.inferred
        ]
        return tuple(lines)

    def want(self, instrument_id: InstrumentId, timeframe: str, bars: int) -> None:
        """Do nothing: a recording has what it has."""

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
            self._rest_at(self._position_ns())
            self._paused = True
            self._changed.notify_all()

    def resume(self) -> None:
        """Go on."""
        with self._changed:
            if self._paused:
                self._paused = False
                self._run_from(self._rest_ns)
            self._changed.notify_all()

    def set_speed(self, speed: float) -> None:
        """Go on at another speed.

        Raises:
            ValueError: the speed is out of range.
        """
        with self._changed:
            position_ns = self._position_ns()
            self._set_speed(speed)
            if self._paused:
                self._rest_at(position_ns)
            else:
                self._run_from(position_ns)
            self._changed.notify_all()

    def seek(self, ts_ns: Ns) -> None:
        """Go to a recorded time; what lies before it is played as fast as it goes.

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

    def _run_from(self, ts_ns: Ns) -> None:
        self._rest_ns, self._since_s, self._running = ts_ns, monotonic_s(), True

    def _rest_at(self, ts_ns: Ns) -> None:
        self._rest_ns, self._since_s, self._running = ts_ns, monotonic_s(), False

    def _position_ns(self) -> Ns:
        """Return the recorded time of now: it runs on between frames, but not past the last."""
        if not self._running or self._speed == inf:
            return self._rest_ns
        ran_ns = int((monotonic_s() - self._since_s) * self._speed * NS_PER_S)
        return min(self._rest_ns + ran_ns, self.span_ns[1])

    def _run(self) -> None:
        from_ns: Ns | None = self.span_ns[0]
        while from_ns is not None:
            self._play(from_ns)
            from_ns = self._wait_for_jump()
            if from_ns is not None:
                self._on_restart()

    def _wait_for_jump(self) -> Ns | None:
        """Wait, at the end or because of a jump back; None = the thread shall end."""
        with self._changed:
            self.finished = self._jump_ns is None and not self._stopped
            self._changed.wait_for(lambda: self._stopped or self._jump_ns is not None)
            self.finished = False
            target_ns, self._jump_ns = self._jump_ns, None
            return None if self._stopped else target_ns

    def _play(self, from_ns: Ns) -> None:
        """Play from the first frame; the frames before ``from_ns`` without waiting."""
        self.trades_played = 0
        for each in self.instruments():
            self._submit(Listed(each))
        with self._changed:
            if not self._paused:
                self._run_from(from_ns)
            else:
                self._rest_at(from_ns)
        for frame in self._frames():
            if frame.ts_recv_ns >= from_ns and not self._wait_for(frame.ts_recv_ns):
                return
            if self._stopped:
                return
            self._decode(frame)
        self._counted_refusals = True
        with self._changed:
            self._rest_at(self.span_ns[1])

    def _frames(self) -> Iterator[RawFrame]:
        for log in self._logs:
            yield from log.frames()

    def _wait_for(self, ts_ns: Ns) -> bool:
        """Wait until ``ts_ns`` is due; False = stop here, to end or to play from elsewhere."""
        with self._changed:
            while not self._stopped:
                if self._jump_ns is not None and not self._take_jump_ahead(ts_ns):
                    return False
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
        """Move the clock forward to the jump's target; False = it lies behind."""
        target_ns = self._jump_ns
        if target_ns is None or target_ns < ts_ns:
            return False
        self._jump_ns = None
        if self._paused:
            self._rest_at(target_ns)
        else:
            self._run_from(target_ns)
        return True

    def _decode(self, frame: RawFrame) -> None:
        listed = self._scan.instruments.get((frame.venue, frame.kind), {})
        market = MARKETS[frame.venue, frame.kind]
        try:
            events = market.parse(frame.payload, ts_recv_ns=frame.ts_recv_ns, instruments=listed)
        except UnknownSymbol:
            return  # named in the notes
        except FeedError as error:
            if not self._counted_refusals:
                self._health.refused(
                    frame.venue,
                    frame.kind,
                    raw=frame.payload,
                    reason=str(error),
                    now_ns=frame.ts_recv_ns,
                )
            return
        for event in events:
            if isinstance(event, Trades):
                self.trades_played += len(event.rows)
                self._submit(event)


def _nowhere(_: MarketEvent) -> None:
    """Take events before the start; there are none."""
