"""Explorer: the live chart, and beside it the footprint of the candle that was clicked."""

import streamlit as st

from data.runtime import runtime
from pages.shell import footprint_panel
from pages.shell.controls import choose
from pages.shell.mounts import live_chart
from pages.shell.spec import ChartSpec
from pages.shell.waiting import wait


@st.fragment
def screen(spec: ChartSpec) -> None:
    """Show the chart and the panel; a click runs only this, and the chart stays as it is."""
    chart, panel = st.columns([7, 3], gap="small")
    with chart:
        click = live_chart(spec)
    with panel:
        footprint_panel.show(spec, click)


wanted = choose(runtime().source)
if wanted is None:
    wait()
else:
    screen(wanted)
