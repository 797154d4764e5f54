"""Feeds: what the publisher sends for each kind of view."""

from collections.abc import Hashable
from dataclasses import replace
from typing import Any, Final

from core.calc.grade import Grades
from core.calc.words import decimals
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import Ns
from data.runtime import Runtime
from data.views.derivatives import DerivativesView
from data.views.explorer import ExplorerView
from data.views.footprint import (
    FootprintSpec,
    FootprintView,
    footprint_view,
    graded_bars,
    reach,
)
from data.views.grade import GradedBars, settled_ns
from data.views.query import Spec
from pages.figures import explorer, headline, opened
from pages.figures.grade_text import Notes, notes
from pages.layers.own import SIGMAS_OF
from pages.layers.registry import LAYERS
from pages.shell.beside import Beside, columns
from pages.shell.board_feed import BoardFeed, PanelAnswers
from pages.shell.codec import coarsely, encode
from pages.shell.cut_feed import CutFeed
from pages.shell.depth_feed import DepthFeed
from pages.shell.frames import bar_columns, channel_states, stamps, waiting_for
from pages.shell.layer_views import Answers, LayerViews
from pages.shell.publisher import PERIOD_S, Feed
from pages.shell.queries import Queries, newest_write_ns
from pages.shell.spec import ChartSpec, OpenedSpec, ViewSpec
from pages.shell.words import market_title, utc_text, view_title

_MANY_ROWS: Final = 80
"""A footprint of more rows is drawn once a second at most: it takes the browser 50 ms and more."""
_STILL_OPEN: Final = "This bar was open when it was clicked: click it again for what came since."


class ChartFeed:
    """Frames of the Explorer's chart: ten a second while trades come, else one."""

    pause_s = PERIOD_S
    linger_s = 1.0
    heartbeat_s: float | None = 1.0

    def __init__(
        self, spec: ChartSpec, runtime: Runtime, queries: Queries, answers: Answers
    ) -> None:
        self._spec = spec
        self._runtime = runtime
        self._queries = queries
        self._beside = Beside(spec, runtime)
        self._layers = LayerViews(spec, runtime, answers)
        self._noted: tuple[Grades, Notes] | None = None

    def marker(self) -> Hashable:
        """Return the newest receipts of the instruments, and what stands on the status line."""
        tapes = map(self._runtime.engine.tape, self._spec.explorer.instruments)
        newest = tuple((t.newest_recv_ns, t.klines_version, len(t.trades)) for t in tapes if t)
        refused = self._runtime.health.refused_total()
        others = self._beside.marker(), self._layers.marker()
        return newest, others, self._runtime.engine.epoch, refused

    def frame(self, seq: int) -> bytes:
        """Return the chart, or one sentence while nothing has come."""
        spec = self._spec.explorer
        for each in spec.instruments:
            self._runtime.source.want(each, spec.timeframe, spec.bars)
        answer = self._queries.view(spec, self.marker())
        view = answer.view
        if view is None or not view.bars.size:
            text = waiting_for(self._runtime, spec.instruments[:1])
            missing = spec.instruments[:1] if view is None else view.missing
            return encode(
                {"kind": "empty", "seq": seq, "text": text}
                | channel_states(self._runtime, spec.instruments, missing)
            )
        message = self._message(view, written_ns=answer.written_ns)
        states = channel_states(self._runtime, spec.instruments, view.missing)
        return encode({"kind": "chart", "seq": seq} | message | states)

    def _message(self, view: ExplorerView, *, written_ns: Ns) -> dict[str, Any]:
        spec = self._spec.explorer
        name = view_title(spec.instruments, spec.timeframe)
        more = self._beside.view(view)
        others = self._layers.parts(view, now_ns=more.now_ns)
        grid = view.instrument
        return stamps(self._runtime, view.newest_recv_ns, written_ns) | {
            "title": name,
            "step_ns": str(view.step_ns),
            "decimals": decimals(grid.tick_size),
            "unit": grid.base,
            "refused": self._runtime.health.refused_total(),
            # What is read comes first: the figure then shows the same numbers, sent once.
            "bars": bar_columns(view) | self._said(view),
            "beside": columns(more, view.bars["open_ns"], others),
            "figure": coarsely(explorer.draw(view, self._look(name, more), more, others)),
        }

    def _look(self, name: str, more: DerivativesView) -> explorer.Look:
        source, spec = self._runtime.source, self._spec
        return explorer.Look(
            layers=frozenset(spec.shown.layers),
            source=source.name,
            revision=f"{source.run_id}|{name}",
            sigmas=SIGMAS_OF[spec.chosen(LAYERS["bands"])["at"]],
            quote_is_live=self._beside.is_live(more.best),
        )

    def _said(self, view: ExplorerView) -> dict[str, Any]:
        """Return what to say of each bar; worded anew only when something was graded anew."""
        if view.grades is None:
            return {}
        if self._noted is None or self._noted[0] is not view.grades:
            self._noted = view.grades, notes(view.grades, view.instrument)
        return {"grade": self._noted[1].of_bar, "grades": self._noted[1].texts}


class OpenedFeed:
    """Frames of an opened candle: while it is open as it grows, afterwards only on a change."""

    linger_s = 0.0
    heartbeat_s: float | None = None

    def __init__(self, spec: OpenedSpec, runtime: Runtime) -> None:
        self._opened = spec
        self._runtime = runtime
        self._step_ns = TIMEFRAMES_NS[spec.footprint.timeframe]  # of those that are followed
        self._graded: GradedBars = graded_bars(spec.footprint)
        self.pause_s = PERIOD_S

    def marker(self) -> Hashable:
        """Return how many trades candle and seconds have, and which of the two are over."""
        spec, engine = self._spec(), self._runtime.engine
        from_ns, end_ns = reach(spec)
        tapes = [tape for tape in map(engine.tape, spec.instruments) if tape]
        counts = tuple(
            (tape.trades.count_before(from_ns), tape.trades.count_before(end_ns)) for tape in tapes
        )
        now_ns = self._runtime.source.now_ns()
        closed_ns = spec.end_ns
        over = tuple(now_ns >= each for each in (closed_ns, settled_ns(closed_ns), end_ns))
        proof = tuple((tape.gaps, tape.klines_version) for tape in tapes)
        return spec.bar_ns, counts, over, engine.epoch, proof

    def frame(self, seq: int) -> bytes:
        """Return the footprint, or one sentence while nothing is known of the instrument."""
        spec, run = self._spec(), self._runtime
        written_ns = newest_write_ns(run.engine, spec.instruments)
        view = footprint_view(run.engine, spec, now_ns=run.source.now_ns(), graded=self._graded)
        if view is None:
            text = waiting_for(run, spec.instruments[:1])
            return encode({"kind": "empty", "seq": seq, "text": text, "beats": False})
        rows = view.footprint.row_ticks.size
        self.pause_s = 1.0 if rows > _MANY_ROWS else PERIOD_S
        message = stamps(run, view.newest_recv_ns, written_ns) | {
            "kind": "footprint",
            "seq": seq,
            "beats": False,
            "bar_ns": str(spec.bar_ns),
            "rows": rows,
            "closed": view.closed,
            "title": _title(spec, view),
            "market": market_title(spec.instruments),
            "note": self._note(spec, view),
            "headline": headline.draw(view.footprint, view.instrument, view.grades),
            "figure": opened.draw(view, focus_ns=spec.focus_ns, source=run.source.name),
        }
        return encode(message)

    def _note(self, spec: FootprintSpec, view: FootprintView) -> str:
        if spec.cut is not None and spec.cut.is_open:
            return _STILL_OPEN
        return note(view, complete_from_ns=self._complete_from_ns())

    def _spec(self) -> FootprintSpec:
        """Return which candle: the one asked for, or the newest."""
        spec = self._opened.footprint
        if not self._opened.follow:
            return spec
        now_ns = self._runtime.source.now_ns()
        return replace(spec, bar_ns=now_ns // self._step_ns * self._step_ns)

    def _complete_from_ns(self) -> Ns | None:
        tapes = map(self._runtime.engine.tape, self._opened.footprint.instruments)
        starts = [tape.complete_from_ns for tape in tapes if tape]
        known = [start for start in starts if start is not None]
        return max(known) if known and len(known) == len(starts) else None


class Feeds:
    """Makes the feed of a spec."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._queries = Queries(runtime)
        self._answers = Answers(runtime)
        self._panels = PanelAnswers(runtime)

    def answer(self, question: Spec, bars: int, *, from_ns: Ns) -> Any | None:
        """Return what charts of so many bars are told of a question; publisher's thread only."""
        now_ns = self._runtime.source.now_ns()
        return self._answers.view(question, bars, from_ns=from_ns, now_ns=now_ns)

    def __call__(self, spec: ViewSpec) -> Feed:
        """Return a new feed."""
        if spec.kind == "board":
            return BoardFeed(spec.board, self._runtime, self._panels)
        if spec.kind == "depth":
            return DepthFeed(spec.depth, self._runtime, self._panels)
        if spec.kind == "chart":
            if spec.size is not None:
                return CutFeed(spec, spec.size, self._runtime, self._answers)
            return ChartFeed(spec, self._runtime, self._queries, self._answers)
        return OpenedFeed(spec, self._runtime)


def _title(spec: FootprintSpec, view: FootprintView) -> str:
    state = "closed" if view.closed else "open"
    until = f" to {utc_text(spec.end_ns)[11:19]}" if spec.cut else ""
    return f"{utc_text(spec.bar_ns)}{until} ({spec.bars}, {state}, {view.instrument.base})"


def note(view: FootprintView, *, complete_from_ns: Ns | None) -> str:
    """Return what the trader must know before reading the rows; empty where all is well."""
    if complete_from_ns is None:
        return "" if view.complete else "No trades are held of this candle yet."
    if complete_from_ns > view.footprint.open_ns:
        return f"Trades are held since {utc_text(complete_from_ns)}: what came before is not shown."
    if view.grades is not None and bool((view.grades.grade < 1).any()):
        said = notes(view.grades, view.instrument).texts[0]
        return f"Some trades of this candle were missed ({said})."
    if not view.complete:
        return "Some trades of this candle were missed."
    return "" if view.footprint.row_ticks.size else "Nothing traded in this candle."
