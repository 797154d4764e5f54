"""Cut feed: frames of the Explorer's chart where its axis counts bars."""

from collections.abc import Hashable
from typing import Any, Final

import numpy as np

from core.calc.bar_size import BarSize
from core.calc.words import decimals
from core.domain.units import NS_PER_MS
from data.runtime import Runtime
from data.views.cut_bars import CutBarsView
from data.views.cut_chart import SLOT_NS, CutChart, CutChartSpec
from pages.figures import cut_bars
from pages.figures.axes import AXES
from pages.figures.explorer import Look
from pages.figures.part import Part
from pages.layers.layer import Scene
from pages.layers.own import SIGMAS_OF
from pages.layers.registry import LAYERS
from pages.shell.beside import told
from pages.shell.codec import coarsely, encode
from pages.shell.frames import bar_columns, channel_states, stamps, waiting_for
from pages.shell.layer_views import Answers
from pages.shell.publisher import PERIOD_S
from pages.shell.queries import newest_write_ns
from pages.shell.spec import ChartSpec
from pages.shell.words import bars_title, view_title

_WORDS: Final = ("", "trades missing, there is a gap in this bar: it may have ended too late")
"""What is said of a bar, by whether a gap touches it."""


class CutFeed:
    """Ten frames a second while trades come, else one."""

    pause_s = PERIOD_S
    linger_s = 1.0
    heartbeat_s: float | None = 1.0

    def __init__(self, spec: ChartSpec, size: BarSize, runtime: Runtime, answers: Answers) -> None:
        self._spec = spec
        self._runtime = runtime
        self._answers = answers
        self._first = spec.explorer.instruments[0]
        self._asked = CutChartSpec(spec.explorer, size)

    def marker(self) -> Hashable:
        """Return how far the tape is, and what stands on the status line."""
        run = self._runtime
        tape = run.engine.tape(self._first)
        newest = (tape.newest_recv_ns, len(tape.trades), tape.gaps) if tape else None
        return newest, run.engine.epoch, run.health.refused_total()

    def frame(self, seq: int) -> bytes:
        """Return the chart, or one sentence while nothing has come, or where it cannot be."""
        run, spec = self._runtime, self._spec.explorer
        run.source.want(self._first, spec.timeframe, spec.bars)
        states = channel_states(run, [self._first], ())
        written_ns = newest_write_ns(run.engine, [self._first])
        chart: CutChart | None = None
        text = waiting_for(run, [self._first])
        try:
            now_ns = run.source.now_ns()
            chart = self._answers.view(self._asked, spec.bars, from_ns=0, now_ns=now_ns)
        except ValueError as error:
            text = f"Such bars cannot be shown: {error}."
        if chart is None or not chart.view.bars.size:
            return encode({"kind": "empty", "seq": seq, "text": text} | states)
        message = self._message(chart) | states
        return encode(
            {"kind": "chart", "seq": seq}
            | stamps(run, chart.view.newest_recv_ns, written_ns)
            | message
        )

    def _message(self, chart: CutChart) -> dict[str, Any]:
        view, run = chart.view, self._runtime
        name = view_title((self._first,), bars_title(self._asked.size, view.instrument))
        parts = self._parts(chart)
        look = Look(
            layers=frozenset(self._spec.shown.layers),
            source=run.source.name,
            # The places of bars count from the first trade held, which another epoch changes.
            revision=f"{run.source.run_id}|{run.engine.epoch}|{name}",
            sigmas=SIGMAS_OF[self._spec.chosen(LAYERS["bands"])["at"]],
        )
        columns = bar_columns(view)
        return {
            "title": name,
            "step_ns": str(SLOT_NS),
            "decimals": decimals(view.instrument.tick_size),
            "unit": view.instrument.base,
            "refused": run.health.refused_total(),
            "bars": columns | _times(chart.cut),
            "beside": {"time": columns["time"], "panes": told(view.bars["open_ns"], parts)},
            "cut": {"by": str(self._asked.size), "open": chart.cut.is_open},
            "figure": coarsely(cut_bars.draw(chart, look, parts)),
        }

    def _parts(self, chart: CutChart) -> dict[str, Part]:
        """Return what layers with settings of their own draw of these bars."""
        parts = {}
        for layer in self._spec.layers:
            asks = self._spec.question(layer) is not None
            if layer.name not in cut_bars.LAYERS or layer.draw is None or asks:
                continue
            chosen, now_ns = self._spec.chosen(layer), self._runtime.source.now_ns()
            part = layer.draw(Scene(chart.view, None, chosen, now_ns, AXES.get(layer.name, "y")))
            if part is not None:
                parts[layer.name] = part
        return parts


def _times(cut: CutBarsView) -> dict[str, Any]:
    """Return when each bar was, to the nanosecond, and which trades are its own."""
    first_ns, last_ns = cut.bars["first_ns"], cut.bars["last_ns"]
    return {
        "first_ms": first_ns // NS_PER_MS,
        "first_rest_ns": first_ns % NS_PER_MS,
        "last_ms": last_ns // NS_PER_MS,
        "last_rest_ns": last_ns % NS_PER_MS,
        "skip": cut.skips,
        "trades": cut.bars["trades"].astype(np.int64),
        "grade": cut.has_gap,
        "grades": list(_WORDS),
    }
