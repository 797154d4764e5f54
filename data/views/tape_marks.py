"""What the marker rules of the tape found on several tapes: one tape's past is read at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.domain.instrument import Instrument, InstrumentId
from core.domain.marker import Marker
from core.domain.units import NS_PER_S, Ns
from data.engine import Engine
from data.views.markers import MarkersQuery, MarkersSpec, MarkersView
from data.views.moment import Moment
from data.views.panel import Want, wanted

TAPE_RULES: Final = ("burst", "book-sweep", "micro-push", "micro-pullback", "large-trade")
_TIMEFRAME: Final = "1m"


@dataclass(frozen=True, slots=True)
class TapeMarksSpec:
    """Where is looked, and for what.

    Attributes:
        instruments: their pasts are read in this order.
        rules: names of ``MARKER_RULES``.
        window_s: only what became known in the last so many seconds is told.
    """

    instruments: tuple[InstrumentId, ...]
    rules: tuple[str, ...] = TAPE_RULES
    window_s: float = 3_600.0

    def query(self) -> "TapeMarksQuery":
        """Return a new query that answers it."""
        return TapeMarksQuery(self)


@dataclass(frozen=True, slots=True)
class TapeMarksView:
    """What is known now.

    Attributes:
        found: by instrument, in the order of ``known_ns``. One that was not heard of, or whose turn
            to be read has not come, is not among them.
        listed: the grid of each of them.
        not_ready: by instrument, by rule: why it cannot judge yet, a clause.
    """

    found: Mapping[InstrumentId, tuple[Marker, ...]]
    listed: Mapping[InstrumentId, Instrument]
    not_ready: Mapping[InstrumentId, Mapping[str, str]]


class TapeMarksQuery:
    """Answers one spec again and again."""

    def __init__(self, spec: TapeMarksSpec) -> None:
        self.spec = spec
        self._queries = {
            each: MarkersQuery(MarkersSpec(each, _TIMEFRAME, spec.rules))
            for each in spec.instruments
        }
        self._views: dict[InstrumentId, MarkersView] = {}
        self._epoch = -1

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return that trades of its instruments must come; no candles."""
        return wanted(listed, self.spec.instruments)

    def view(self, engine: Engine, moment: Moment) -> TapeMarksView | None:
        """Return what was found; None while nothing was heard of any of its instruments."""
        if engine.epoch != self._epoch:
            self._epoch, self._views = engine.epoch, {}
        now_ns = moment.now_ns
        from_ns = now_ns - round(self.spec.window_s * NS_PER_S)
        self._look(engine, from_ns, now_ns)
        views = {each: view for each, view in self._views.items() if view.instrument is not None}
        if not views:
            return None
        return TapeMarksView(
            found={each: _in_order(view) for each, view in views.items()},
            listed={each: view.instrument for each, view in views.items() if view.instrument},
            not_ready={each: view.not_ready for each, view in views.items()},
        )

    def _look(self, engine: Engine, from_ns: Ns, now_ns: Ns) -> None:
        """Ask of each tape, but of those whose past is not read only the first."""
        reads = False
        for each, query in self._queries.items():
            known = self._views.get(each)
            if reads and (known is None or known.read_frac < 1):
                continue
            view = self._views[each] = query.view(engine, from_ns=from_ns, now_ns=now_ns)
            reads = reads or (view.instrument is not None and view.read_frac < 1)


def _in_order(view: MarkersView) -> tuple[Marker, ...]:
    every = [mark for marks in view.found.values() for mark in marks]
    return tuple(sorted(every, key=lambda each: (each.known_ns, each.event_ns, each.kind)))
