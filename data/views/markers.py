"""What the marker rules found on one tape, as far as it has been read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from core.calc.marker_stream import MarkerStream
from core.calc.words import share_text
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.marker import Marker, Preset
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.candle_rows import usual_rows
from data.views.marker_reading import MarkerReading


@dataclass(frozen=True, slots=True)
class MarkersSpec:
    """What is looked for.

    Attributes:
        instrument_id: on whose tape.
        timeframe: a key of TIMEFRAMES_NS; for the rules that look at bars.
        rules: names of ``MARKER_RULES``.
        preset: the thresholds.
        ticks_per_row: height of a footprint's row; 0 = what suits a minute of this market when the
            reading of its tape begins.
    """

    any_window: ClassVar[bool] = True
    instrument_id: InstrumentId
    timeframe: str
    rules: tuple[str, ...]
    preset: Preset = Preset.ADAPTIVE
    ticks_per_row: int = 0

    def query(self) -> "MarkersQuery":
        """Return a new query that answers it."""
        return MarkersQuery(self)


@dataclass(frozen=True, slots=True)
class MarkersView:
    """What is known now.

    Attributes:
        found: by rule, in the order of ``known_ns``.
        not_ready: by rule, why it cannot judge yet, a clause; rules that can are left out.
        read_frac: which share of the past has been read, in [0, 1].
        instrument: the grid of the markers' ticks; None while nothing has come.
    """

    spec: MarkersSpec
    found: Mapping[str, tuple[Marker, ...]]
    not_ready: Mapping[str, str]
    read_frac: float
    instrument: Instrument | None = None


class MarkersQuery:
    """Answers one spec again and again."""

    def __init__(self, spec: MarkersSpec) -> None:
        self.spec = spec
        self._epoch = -1
        self._reading: MarkerReading | None = None

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return what it rests on besides trades."""
        rest = (Channel.QUOTES, Channel.LIQUIDATIONS, Channel.TICKER)
        return tuple((self.spec.instrument_id, channel) for channel in rest)

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> MarkersView:
        """Return what is known now.

        The past is read first, for a bounded time at each call; until then no rule is ready.

        Args:
            from_ns: markers known before it are left out.
            now_ns: the source's clock.
        """
        spec, tape = self.spec, engine.tape(self.spec.instrument_id)
        if tape is None:
            waits = dict.fromkeys(spec.rules, "no trade has come yet")
            return MarkersView(spec, dict.fromkeys(spec.rules, ()), waits, 0.0)
        reading = self._read(engine.epoch, tape, now_ns)
        not_ready, read_frac = reading.not_ready, reading.read_frac
        if read_frac < 1:
            not_ready = dict.fromkeys(spec.rules, f"reading the past, {share_text(read_frac)}")
        return MarkersView(
            spec=spec,
            found={name: reading.since(name, from_ns) for name in spec.rules},
            not_ready=not_ready,
            read_frac=read_frac,
            instrument=tape.instrument,
        )

    def _read(self, epoch: int, tape: Tape, now_ns: Ns) -> MarkerReading:
        reading = self._reading
        is_same = reading is not None and reading.tape is tape and epoch == self._epoch
        if reading is None or not is_same or reading.is_stale:
            step_ns = TIMEFRAMES_NS[self.spec.timeframe]
            stream = MarkerStream(
                tape.instrument,
                step_ns=step_ns,
                ticks_per_row=self.spec.ticks_per_row or usual_rows(tape, tape.instrument, now_ns),
                rules=self.spec.rules,
                preset=self.spec.preset,
            )
            reading = MarkerReading(tape, stream, step_ns=step_ns, now_ns=now_ns)
            self._epoch, self._reading = epoch, reading
        reading.read(now_ns)
        return reading
