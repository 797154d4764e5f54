"""Replay: a raw recording through the same decoders as live, at a speed of the trader's choice."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import inf, isfinite
from pathlib import Path
from threading import Condition, Thread
from typing import Final

from core.domain.errors import FeedError, RecordingError, UnknownSymbol
from core.domain.events import Listed, MarketEvent, NoTrade, Trades
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_S, Ns
from data.clock import monotonic_s
from data.feeds.continuity import Continuity, named
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
        self._catching_up = True
        self._frames_judged = 0
        self._continuity = Continuity()
        self._set_speed(speed)
        self._place(self.span_ns[0])

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
        """Return the recorded time of now: it runs on between frames, but not past the last."""
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
        """Play from the first frame; those before the clock's time without waiting."""
        self.trades_played = 0
        self._continuity = Continuity()
        for each in self.instruments():
            self._submit(Listed(each))
        for number, frame in enumerate(self._frames(), start=1):
            if not self._wait_for(frame.ts_recv_ns):
                return
            self._decode(frame, first_time=number > self._frames_judged)
            self._frames_judged = max(self._frames_judged, number)
        with self._changed:
            self._catching_up = False
            self._place(self.span_ns[1])

    def _frames(self) -> Iterator[RawFrame]:
        for log in self._logs:
            yield from log.frames()

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
        """Set the clock to the jump's target; False = that lies behind the next frame."""
        target_ns = self._jump_ns
        if target_ns is None or target_ns < ts_ns:
            return False
        self._catch_up_to(target_ns)
        return True

    def _decode(self, frame: RawFrame, *, first_time: bool) -> None:
        listed = self._scan.instruments.get((frame.venue, frame.kind), {})
        market = MARKETS[frame.venue, frame.kind]
        try:
            events = market.parse(frame.payload, ts_recv_ns=frame.ts_recv_ns, instruments=listed)
        except UnknownSymbol:
            return  # named in the notes
        except FeedError as error:
            if first_time:
                self._health.refused(
                    frame.venue,
                    frame.kind,
                    raw=frame.payload,
                    reason=str(error),
                    now_ns=frame.ts_recv_ns,
                )
            self._doubt(frame, listed)
            return
        for event in events:
            if isinstance(event, Trades):
                for gap in self._continuity.take(event, market.facts):
                    self._submit(gap)
                self.trades_played += len(event.rows)
                self._submit(event)
            elif isinstance(event, NoTrade):
                self._continuity.skip(event)

    def _doubt(self, frame: RawFrame, listed: Mapping[str, Instrument]) -> None:
        """A frame that could not be read may have held trades of what it names."""
        topic_of = MARKETS[frame.venue, frame.kind].trade_topic
        topics = {topic_of(symbol): each.id for symbol, each in listed.items()}
        self._continuity.doubt(topics[topic] for topic in named(frame.payload, topics))


def _nowhere(_: MarketEvent) -> None:
    """Take events before the start; there are none."""
