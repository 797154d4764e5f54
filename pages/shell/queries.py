"""Queries: what the Explorer asks, once a tick for all views that ask the same."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

from core.domain.instrument import InstrumentId
from core.domain.units import Ns
from data.engine import Engine
from data.runtime import Runtime
from data.views.explorer import ExplorerQuery, ExplorerSpec, ExplorerView
from pages.shell.shared_answers import SharedAnswers

_KEPT: Final = 12


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
        self._shared: SharedAnswers[ExplorerSpec, ExplorerQuery, Answer] = SharedAnswers(
            ExplorerQuery, most=_KEPT
        )

    def view(self, spec: ExplorerSpec, marker: Hashable) -> Answer:
        """Return the answer of this moment; publisher's thread only."""
        return self._shared.answer(spec, self._asked, at=marker)

    def _asked(self, query: ExplorerQuery) -> Answer:
        engine = self._runtime.engine
        written_ns = newest_write_ns(engine, query.spec.instruments)
        return Answer(query.view(engine, now_ns=self._runtime.source.now_ns()), written_ns)


def newest_write_ns(engine: Engine, instruments: Sequence[InstrumentId]) -> Ns:
    """Return when the engine last wrote a trade of them.

    Asked before a view is made: a trade that comes while it is made is not in it.
    """
    tapes = [tape for tape in map(engine.tape, instruments) if tape]
    return max((tape.written_ns for tape in tapes), default=0)
