"""Explorer export: the bars, the markers and the opened candle as files."""

from dataclasses import replace
from functools import partial

import streamlit as st

from core.domain.timeframe import TIMEFRAMES_NS
from data.exports.table import Table
from data.runtime import Runtime, runtime
from data.views.footprint import FootprintSpec, FootprintView, footprint_view
from pages.shell.chart_tables import bars_table, markers_table
from pages.shell.export import compared_table, footprint_table
from pages.shell.running import answered
from pages.shell.spec import ChartSpec, OpenedSpec
from pages.shell.table_export import download_table


def show(chart: ChartSpec, opened: OpenedSpec | None) -> None:
    """Show a button under which every table of the page can be taken away.

    Args:
        chart: what the chart shows.
        opened: the candle beside it; None = none is open.
    """
    run = runtime()
    source, first = run.source.name, chart.explorer.instruments[0]
    market = f"{first}-{chart.size if chart.size is not None else chart.explorer.timeframe}"
    with st.popover(
        "Export", icon=":material/download:", key="candle-export", help="Export: tables as files"
    ):
        if opened is not None:
            rows = partial(_footprint, run, opened)
            download_table(rows, name=f"footprint-{market}", source=source, title="This candle")
        if opened is not None and opened.footprint.compare_with is not None:
            cells = partial(_compared, run, opened)
            download_table(cells, name=f"compared-{market}", source=source, title="Cells compared")
        bars = partial(bars_table, run, chart)
        download_table(bars, name=f"bars-{market}", source=source, title="Bars shown")
        marks = partial(markers_table, run, chart, answered)
        download_table(marks, name=f"markers-{market}", source=source, title="Markers shown")


def candle_now(run: Runtime, opened: OpenedSpec) -> FootprintSpec:
    """Return which candle is shown at this moment: the one that was clicked, or the newest."""
    candle = opened.footprint
    if not opened.follow:
        return candle
    step_ns = TIMEFRAMES_NS[candle.timeframe]
    return replace(candle, bar_ns=run.source.now_ns() // step_ns * step_ns)


def _footprint(run: Runtime, opened: OpenedSpec) -> Table:
    spec = candle_now(run, opened)
    return footprint_table(_view(run, spec), spec)


def _compared(run: Runtime, opened: OpenedSpec) -> Table:
    spec = candle_now(run, opened)
    return compared_table(_view(run, spec), spec)


def _view(run: Runtime, spec: FootprintSpec) -> FootprintView | None:
    return footprint_view(run.engine, spec, now_ns=run.source.now_ns())
