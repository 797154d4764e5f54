"""Footprint panel: the candle that was clicked, beside the chart and independent of it."""

from dataclasses import replace
from typing import Final

import streamlit as st

from core.calc.imbalance_presets import PRESETS, Preset
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import Ns
from data.runtime import runtime
from data.views.explorer import ExplorerSpec
from data.views.footprint import FootprintSpec
from pages.shell import explorer_export, journal_entry, places
from pages.shell.controls import row_size
from pages.shell.layer_controls import switch_on
from pages.shell.mounts import Click, opened_candle
from pages.shell.spec import ChartSpec, OpenedSpec
from pages.shell.words import utc_text

_TOOLS_PX: Final = 92
_BY_NAME: Final = {each.name: each for each in PRESETS}
_NOTHING: Final = "nothing"
_USUAL: Final = "1m"
"""The candles that a bar which ended by what traded is compared with."""


def show(chart: ChartSpec, click: Click | None) -> None:
    """Show the opened candle, or how to open one.

    Args:
        chart: what is shown; a candle of another market or of other bars is closed again.
        click: the click of this run.
    """
    spec = chart.explorer
    if chart.size is not None:  # such bars are those of one market
        spec = replace(spec, instruments=spec.instruments[:1], timeframe=_USUAL)
    bars = str(chart.size) if chart.size is not None else spec.timeframe
    opened = _opened(spec, bars, click)
    tools = st.container(horizontal=True, vertical_alignment="bottom", key="footprint-tools")
    with tools:
        rows = row_size("Rows", key="rows")
        if chart.size is None and st.button(
            "Follow live", icon=":material/my_location:", key="follow"
        ):
            opened = OpenedSpec(_newest(spec), follow=True)
    if opened is None:
        with tools:
            explorer_export.show(chart, None)
        st.info("Click a candle to open its footprint.", icon=":material/ads_click:")
        return
    st.session_state["opened"] = opened
    with tools:
        preset, other = _conventions()
        if opened.footprint.cut is None:
            _from_here(opened)
    candle = replace(opened.footprint, ticks_per_row=rows, preset=preset, compare_with=other)
    shown = replace(opened, footprint=candle)
    with tools:
        explorer_export.show(chart, shown)
        journal_entry.show(shown)
    opened_candle(shown, below_px=_TOOLS_PX)


def _conventions() -> tuple[Preset, Preset | None]:
    """Show by which convention imbalances are marked, and with which it is compared."""
    with st.popover("Imbalances", icon=":material/compare_arrows:"):
        preset = st.selectbox(
            "Imbalances by",
            list(_BY_NAME),
            key="imbalance_preset",
            bind="query-params",
            help="Platforms read the same 300 % differently: whether reaching it is enough, "
            "whether nothing on the other side counts, and in which row of its pair a mark is "
            "written.",
        )
        other = st.selectbox(
            "Compare with",
            [_NOTHING, *_BY_NAME],
            key="compare_with",
            bind="query-params",
            help="Outlines and lists the cells that the two judge differently.",
        )
    return _BY_NAME[preset], _BY_NAME.get(other)


def _from_here(opened: OpenedSpec) -> None:
    """Show what can begin or end at the candle."""
    candle = opened.footprint
    with st.popover("From here", icon=":material/anchor:"):
        if st.button("Anchor VWAP and CVD here", key="anchor-here", width="stretch"):
            places.put_anchor(candle.bar_ns)
            switch_on(["vwap_anchor"])
            st.rerun(scope="app")
        begun_ns = places.half_range()
        label = "Profile from here" if begun_ns is None else "Profile up to here"
        if begun_ns is not None:
            st.caption(f"A profile begins at {utc_text(begun_ns)}; open the candle where it ends.")
        if st.button(label, key="range-here", width="stretch"):
            places.put_range_end(candle.bar_ns, TIMEFRAMES_NS[candle.timeframe])
            switch_on(["profile(of: range)"])
            st.rerun(scope="app")
        if st.button("Forget both", key="forget-places", width="stretch"):
            places.clear()
            st.rerun(scope="app")


def _opened(spec: ExplorerSpec, bars: str, click: Click | None) -> OpenedSpec | None:
    if click is not None:
        candle = FootprintSpec(
            spec.instruments,
            spec.timeframe,
            click.bar_ns,
            focus_ns=click.focus_ns,
            cut=click.cut,
        )
        return OpenedSpec(candle)
    kept: OpenedSpec | None = st.session_state.get("opened")
    if kept is None:
        return None
    candle = kept.footprint
    same = (candle.instruments, candle.bars) == (spec.instruments, bars)
    return kept if same else None


def _newest(spec: ExplorerSpec) -> FootprintSpec:
    return FootprintSpec(spec.instruments, spec.timeframe, _open_bar(spec.timeframe))


def _open_bar(timeframe: str) -> Ns:
    step_ns = TIMEFRAMES_NS[timeframe]
    return runtime().source.now_ns() // step_ns * step_ns
