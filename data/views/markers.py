"""What the marker rules found on one tape, as far as it has been read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.calc.marker_rules import find_markers
from core.calc.marker_tape import MarkerTape
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.marker import Marker, Markers, Preset
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_MINUTE, NS_PER_S, Ns
from data.buffers.tape import Tape
from data.engine import Engine

_BACK_NS: Final[Ns] = 30 * NS_PER_MINUTE


@dataclass(frozen=True, slots=True)
class MarkersSpec:
    """What is looked for.

    Attributes:
        instrument_id: on whose tape.
        timeframe: a key of TIMEFRAMES_NS; for the rules that look at bars.
        rules: names of ``MARKER_RULES``.
        preset: the thresholds.
        ticks_per_row: height of a footprint's row, >= 1.
    """

    instrument_id: InstrumentId
    timeframe: str
    rules: tuple[str, ...]
    preset: Preset = Preset.ADAPTIVE
    ticks_per_row: int = 1

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
        self._state: tuple[object, ...] = ()
        self._told: dict[str, Markers] = {}

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return what it rests on besides trades."""
        rest = (Channel.QUOTES, Channel.LIQUIDATIONS, Channel.TICKER)
        return tuple((self.spec.instrument_id, channel) for channel in rest)

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> MarkersView:
        """Return what is known now.

        Args:
            from_ns: markers known before it are left out.
            now_ns: the source's clock.
        """
        spec, tape = self.spec, engine.tape(self.spec.instrument_id)
        if tape is None:
            waits = dict.fromkeys(spec.rules, "no trade has come yet")
            return MarkersView(spec, dict.fromkeys(spec.rules, ()), waits, 0.0)
        state = engine.epoch, id(tape), now_ns // NS_PER_S
        if state != self._state:
            whole = _marker_tape(tape, spec, now_ns // NS_PER_S * NS_PER_S)
            self._told = {name: find_markers(whole, name) for name in spec.rules}
            self._state = state
        return MarkersView(
            spec=spec,
            found={
                name: tuple(each for each in told.found if each.known_ns >= from_ns)
                for name, told in self._told.items()
            },
            not_ready={name: told.not_ready for name, told in self._told.items() if told.not_ready},
            read_frac=1.0,
            instrument=tape.instrument,
        )


def _marker_tape(tape: Tape, spec: MarkersSpec, until_ns: Ns) -> MarkerTape:
    step_ns = TIMEFRAMES_NS[spec.timeframe]
    begin_ns = (until_ns - _BACK_NS) // step_ns * step_ns
    span = (begin_ns, until_ns + 1)
    return MarkerTape(
        instrument=tape.instrument,
        trades=tape.trades.window(*span),
        quotes=tape.quotes.window(*span),
        liquidations=tape.liquidations.window(*span),
        from_ns=begin_ns,
        until_ns=until_ns,
        step_ns=step_ns,
        ticks_per_row=spec.ticks_per_row,
        gaps_ns=tuple((gap.from_ns, gap.to_ns) for gap in tape.gaps),
        quote_gaps_ns=tuple((gap.from_ns, gap.to_ns) for gap in tape.gaps_of(Channel.QUOTES)),
    )
