"""Cut bars: the Explorer on an axis that counts bars, each as wide as any other."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from core.calc.sessions import Sessions
from core.calc.vwap import Vwap
from data.views.cut_chart import CutChart
from pages.figures import explorer
from pages.figures.explorer import Look
from pages.figures.part import Part, corner_note
from pages.figures.scale import moment_text

LAYERS: Final = ("vwap", "bands", "profile", "cvd", "delta")
"""What is drawn on such an axis; all else stands at times."""
_NOTHING: Final[Mapping[str, Part]] = MappingProxyType({})


def draw(chart: CutChart, look: Look, others: Mapping[str, Part] = _NOTHING) -> dict[str, Any]:
    """Return the figure of one moment; as ``explorer.draw``, but for the words on the time axis.

    Those are the browser's: which bars have room for a time depends on the zoom.

    Args:
        chart: what traded; at least one bar.
        look: what of it is drawn.
        others: parts that take the place of ours of that name.
    """
    parts = {"since": Part(annotations=_since(chart))} | dict(others)
    kept = replace(look, layers=look.layers & set(LAYERS))
    figure = explorer.draw(replace(chart.view, vwap=_broken(chart)), kept, None, parts)
    # No axis of dates: Plotly takes a small number there for a year.
    axis = {"type": "linear", "tickmode": "array", "tickvals": [], "ticktext": []}
    figure["layout"]["xaxis"] |= axis
    return figure


def _sessions(chart: CutChart) -> Sessions:
    return Sessions(start_ns=chart.cut.spec.session_start_ns)


def _broken(chart: CutChart) -> Vwap:
    """Return VWAP with a point that is missing before each session: no line leads into the next."""
    line = chart.view.vwap
    at = 1 + np.flatnonzero(np.diff(_sessions(chart).index(chart.cut.bars["open_ns"])))
    return Vwap(
        np.insert(line.ts_ns, at, line.ts_ns[at]),
        np.insert(line.vwap_ticks, at, np.nan),
        np.insert(line.sigma_ticks, at, np.nan),
    )


def _since(chart: CutChart) -> list[dict[str, Any]]:
    """Return what must be known where trades of the first bar's session are not held."""
    cut = chart.cut
    moments = np.array([cut.since_ns, int(cut.bars["open_ns"][0])])
    held, shown = _sessions(chart).index(moments)
    if held != shown:
        return []
    text = f"Bars, VWAP and CVD count from the first trade held, {moment_text(cut.since_ns)} UTC"
    return [corner_note(text)]
