"""Queries: what the Explorer asks, once a tick for all views that ask the same."""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

from core.domain.instrument import InstrumentId
from core.domain.units import Ns
from data.clock import monotonic_s
from data.engine import Engine
from data.runtime import Runtime
from data.views.explorer import ExplorerQuery, ExplorerSpec, ExplorerView

_KEPT: Final = 12
_SHARED_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query said, and when the engine had last written before it was asked.

    Attributes:
        written_ns: on our own clock; 0 = never.
    """

    view: ExplorerView | None
    written_ns: Ns


class Queries:
    """Explorer queries by spec, so that views with other layers share one answer per tick."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._known: OrderedDict[ExplorerSpec, ExplorerQuery] = OrderedDict()
        self._answers: dict[ExplorerSpec, tuple[Hashable, float, Answer]] = {}

    def view(self, spec: ExplorerSpec, marker: Hashable) -> Answer:
        """Return the answer of this moment; publisher's thread only."""
        now_s = monotonic_s()
        if spec in self._answers:
            marked, made_s, answer = self._answers[spec]
            if marked == marker and now_s - made_s < _SHARED_S:
                return answer
        query = self._known.setdefault(spec, ExplorerQuery(spec))
        self._known.move_to_end(spec)
        if len(self._known) > _KEPT:
            gone, _ = self._known.popitem(last=False)
            self._answers.pop(gone, None)
        engine = self._runtime.engine
        written_ns = newest_write_ns(engine, spec.instruments)
        view = query.view(engine, now_ns=self._runtime.source.now_ns())
        answer = Answer(view, written_ns)
        self._answers[spec] = (marker, now_s, answer)
        return answer


def newest_write_ns(engine: Engine, instruments: Sequence[InstrumentId]) -> Ns:
    """Return when the engine last wrote a trade of them.

    Asked before a view is made: a trade that comes while it is made is not in it.
    """
    tapes = [tape for tape in map(engine.tape, instruments) if tape]
    return max((tape.written_ns for tape in tapes), default=0)
