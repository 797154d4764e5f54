"""Layer views: the questions of a chart's layers, asked once for all tabs, and what they draw."""

import logging
from collections.abc import Hashable, Sequence
from typing import Any, Final, TypeAlias

from core.domain.instrument import InstrumentId
from core.domain.units import Ns
from data.runtime import Runtime
from data.views.explorer import ExplorerView
from data.views.query import Query, Spec
from pages.figures.axes import AXES
from pages.figures.part import Part, corner_note
from pages.layers.layer import Layer, Scene
from pages.shell.shared_answers import SharedAnswers
from pages.shell.spec import ChartSpec

_KEPT: Final = 64

_Key: TypeAlias = tuple[Spec, int]

log = logging.getLogger(__name__)


class Answers:
    """Answers by question, so that views which share one ask it once a tick.

    What settled is kept of one window, so charts of other lengths have queries of their own, unless
    the question is the same in any window.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._shared: SharedAnswers[_Key, Query, Any | None] = SharedAnswers(
            lambda key: key[0].query(), most=_KEPT
        )

    def query(self, spec: Spec, bars: int) -> Query:
        """Return what answers a question for charts of so many bars."""
        return self._shared.query(_key(spec, bars))

    def view(self, spec: Spec, bars: int, *, from_ns: Ns, now_ns: Ns) -> Any | None:
        """Return the answer of this moment; publisher's thread only.

        Raises:
            ValueError: it cannot be answered; in words.
        """

        def ask(query: Query) -> Any | None:
            return query.view(self._runtime.engine, from_ns=from_ns, now_ns=now_ns)

        return self._shared.answer(_key(spec, bars), ask, at=from_ns)


def _key(spec: Spec, bars: int) -> _Key:
    return spec, 0 if getattr(spec, "any_window", False) else bars


class LayerViews:
    """The layers of one chart that have a question of their own."""

    def __init__(self, spec: ChartSpec, runtime: Runtime, answers: Answers) -> None:
        self._spec = spec
        self._runtime = runtime
        self._answers = answers
        self._every = [(each, spec.question(each)) for each in spec.layers if each.draw]
        self._questions = [question for _, question in self._every if question is not None]
        self._faults: dict[str, str] = {}

    def marker(self) -> Hashable:
        """Return what changes whenever something that they show does."""
        tape = self._runtime.engine.tape
        found = [
            (tape(instrument_id), channel)
            for question in self._questions
            for instrument_id, channel in self._query(question).channels()
        ]
        return tuple(each.version(channel) for each, channel in found if each is not None)

    def parts(self, view: ExplorerView, *, now_ns: Ns) -> dict[str, Part]:
        """Return what each draws, by its name; one that cannot says why in a corner."""
        self._want()
        parts = {layer.name: self._part(layer, each, view, now_ns) for layer, each in self._every}
        return {name: part for name, part in parts.items() if part is not None}

    def _part(
        self, layer: Layer, question: Spec | None, view: ExplorerView, now_ns: Ns
    ) -> Part | None:
        try:
            part = self._drawn(layer, question, view, now_ns)
        except ValueError as error:
            return _told(f"{layer.title}: cannot be shown; {error}")
        except Exception as error:
            # One layer that fails must not take the candles with it.
            if self._faults.get(layer.name) != repr(error):
                log.exception("the layer %s could not be drawn", layer.name)
                self._faults[layer.name] = repr(error)
            return _told(f"{layer.title}: could not be drawn; the log of the server says why")
        self._faults.pop(layer.name, None)
        return part

    def _drawn(
        self, layer: Layer, question: Spec | None, view: ExplorerView, now_ns: Ns
    ) -> Part | None:
        found = None
        if question is not None:
            from_ns = int(view.bars["open_ns"][0])
            bars = self._spec.explorer.bars
            found = self._answers.view(question, bars, from_ns=from_ns, now_ns=now_ns)
            if found is None:
                return Part()
        if layer.draw is None:
            return None
        yaxis = AXES.get(layer.name, "y")
        return layer.draw(Scene(view, found, self._spec.chosen(layer), now_ns, yaxis))

    def _query(self, question: Spec) -> Query:
        return self._answers.query(question, self._spec.explorer.bars)

    def _markets(self, question: Spec) -> list[InstrumentId]:
        """Return the markets that a question looks at, those that it finds in the list included."""
        named: Sequence[InstrumentId] = getattr(question, "instruments", ())
        find = getattr(self._query(question), "wanted", None)
        listed = self._runtime.source.instruments()
        found: Sequence[InstrumentId] = find(listed) if find is not None else ()
        return list(dict.fromkeys([*named, *found]))

    def _want(self) -> None:
        """Ask the source for the markets and candles that layers look at and the chart does not."""
        explorer = self._spec.explorer
        shown = explorer.timeframe, explorer.bars
        wanted: list[tuple[InstrumentId, str, int]] = []
        for question in self._questions:
            candles: tuple[str, int] = getattr(question, "candles", shown)
            wanted += [
                (each, *candles)
                for each in self._markets(question)
                if each not in explorer.instruments or candles != shown
            ]
        for market in dict.fromkeys(wanted):
            self._runtime.source.want(*market)


def _told(words: str) -> Part:
    return Part(annotations=[corner_note(words)])
