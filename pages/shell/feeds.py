"""Feeds: what the publisher sends for each kind of view."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any, Final

from core.calc.grade import Grades
from core.domain.instrument import InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_MS, Ns
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
from pages.figures import explorer, headline, opened
from pages.figures.grade_text import Notes, notes
from pages.figures.scale import coins, decimals, milliseconds, prices
from pages.layers.own import SIGMAS_OF
from pages.layers.registry import LAYERS
from pages.shell.beside import Beside, columns
from pages.shell.codec import coarsely, encode
from pages.shell.layer_views import Answers, LayerViews
from pages.shell.publisher import PERIOD_S, Feed
from pages.shell.queries import Queries, newest_write_ns
from pages.shell.spec import ChartSpec, OpenedSpec, ViewSpec
from pages.shell.states import describe
from pages.shell.words import instrument_title, utc_text, view_title

_MANY_ROWS: Final = 80
"""A footprint of more rows is drawn once a second at most: it takes the browser 50 ms and more."""


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
            return encode({"kind": "empty", "seq": seq, "text": text} | self._states(missing))
        message = self._message(view, written_ns=answer.written_ns)
        return encode({"kind": "chart", "seq": seq} | message | self._states(view.missing))

    def _states(self, missing: Sequence[InstrumentId]) -> dict[str, str]:
        """Return what the channels are worth; only those of the live market are ours to judge."""
        run = self._runtime
        channels = run.health.snapshot() if run.source.name == "live" else ()
        state, words = describe(channels, self._spec.explorer.instruments, missing)
        return {"state": state, "state_words": words}

    def _message(self, view: ExplorerView, *, written_ns: Ns) -> dict[str, Any]:
        spec = self._spec.explorer
        name = view_title(spec.instruments, spec.timeframe)
        more = self._beside.view(view)
        others = self._layers.parts(view, now_ns=more.now_ns)
        grid = view.instrument
        return _stamps(self._runtime, view.newest_recv_ns, written_ns) | {
            "title": name,
            "step_ns": str(view.step_ns),
            "decimals": decimals(grid.tick_size),
            "unit": grid.base,
            "refused": self._runtime.health.refused_total(),
            # What is read comes first: the figure then shows the same numbers, sent once.
            "bars": _columns(view, self._notes(view)),
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

    def _notes(self, view: ExplorerView) -> Notes | None:
        """Return what to say of each bar; worded anew only when something was graded anew."""
        if view.grades is None:
            return None
        if self._noted is None or self._noted[0] is not view.grades:
            self._noted = view.grades, notes(view.grades, view.instrument)
        return self._noted[1]


class OpenedFeed:
    """Frames of an opened candle: while it is open as it grows, afterwards only on a change."""

    linger_s = 0.0
    heartbeat_s: float | None = None

    def __init__(self, spec: OpenedSpec, runtime: Runtime) -> None:
        self._opened = spec
        self._runtime = runtime
        self._step_ns = TIMEFRAMES_NS[spec.footprint.timeframe]
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
        closed_ns = spec.bar_ns + self._step_ns
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
        state = "closed" if view.closed else "open"
        message = _stamps(run, view.newest_recv_ns, written_ns) | {
            "kind": "footprint",
            "seq": seq,
            "beats": False,
            "bar_ns": str(spec.bar_ns),
            "rows": rows,
            "closed": view.closed,
            "title": f"{utc_text(spec.bar_ns)} ({spec.timeframe}, {state}, {view.instrument.base})",
            "note": note(view, complete_from_ns=self._complete_from_ns()),
            "headline": headline.draw(view.footprint, view.instrument, view.grades),
            "figure": opened.draw(view, focus_ns=spec.focus_ns, source=run.source.name),
        }
        return encode(message)

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

    def __call__(self, spec: ViewSpec) -> Feed:
        """Return a new feed."""
        if spec.kind == "chart":
            return ChartFeed(spec, self._runtime, self._queries, self._answers)
        return OpenedFeed(spec, self._runtime)


def waiting_for(runtime: Runtime, instruments: Sequence[InstrumentId]) -> str:
    """Return the sentence for a view of which nothing has come."""
    if not runtime.source.instruments():
        return " ".join(runtime.notes()) or "Waiting for the market."
    names = " and ".join(map(instrument_title, instruments))
    return f"Waiting for the first trade of {names}."


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


def _stamps(runtime: Runtime, newest_recv_ns: Ns, written_ns: Ns) -> dict[str, Any]:
    """Return the source, and how old the newest event was when the frame left.

    Age is taken on the source's own clock, so that a replay's is that of its recording. Arrival
    is on ours: what was not received now arrived when the engine wrote it.
    """
    age_ns = max(runtime.source.now_ns() - newest_recv_ns, 0) if newest_recv_ns else 0
    arrived_ns = newest_recv_ns if runtime.source.name == "live" else written_ns
    return {
        "source": runtime.source.name,
        "recv_ns": str(newest_recv_ns),
        "arrived_ms": arrived_ns / NS_PER_MS,
        "written_ms": written_ns / NS_PER_MS,
        "age_ms": age_ns / NS_PER_MS,
    }


def _columns(view: ExplorerView, said: Notes | None) -> dict[str, Any]:
    """Return what the line above the chart reads of each bar."""
    bars, grid = view.bars, view.instrument
    volume = bars["buy_lots"] + bars["sell_lots"] + bars["unknown_lots"]
    return {
        "time": milliseconds(bars["open_ns"]),
        **{key: prices(bars[f"{key}_ticks"], grid) for key in ("open", "high", "low", "close")},
        "volume": coins(volume, grid),
        "delta": coins(view.delta.delta_lots, grid),
        "cvd": coins(view.cvd.close_lots, grid),
        "vwap": prices(view.vwap.vwap_ticks, grid),
        **({"grade": said.of_bar, "grades": said.texts} if said is not None else {}),
    }
