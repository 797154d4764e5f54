"""Explorer: the live chart, and beside it the footprint of the candle that was clicked."""

import streamlit as st
from streamlit_autorefresh import st_autorefresh

from data.runtime import runtime
from pages.shell import footprint_panel
from pages.shell.controls import choose
from pages.shell.frames import waiting_for
from pages.shell.mounts import live_chart
from pages.shell.spec import ChartSpec


@st.fragment
def screen(spec: ChartSpec) -> None:
    """Show the chart and the panel; a click runs only this, and the chart stays as it is."""
    chart, panel = st.columns([7, 3], gap="small")
    with chart:
        click = live_chart(spec)
    with panel:
        footprint_panel.show(spec, click)


@st.fragment
def wait() -> None:
    """Say what is being waited for, and look again every second."""
    st_autorefresh(interval=1000, key="waiting")
    if runtime().source.instruments():
        st.rerun()
    st.info(waiting_for(runtime(), ()))


wanted = choose(runtime().source)
if wanted is None:
    wait()
else:
    screen(wanted)
