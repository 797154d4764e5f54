"""Waiting: what a page says while its source has no market for it."""

from collections.abc import Callable

import streamlit as st
from streamlit_autorefresh import st_autorefresh

from core.domain.instrument import Instrument
from data.runtime import runtime
from pages.shell.frames import waiting_for


@st.fragment
def wait(found: Callable[[tuple[Instrument, ...]], object] = bool) -> None:
    """Say what is being waited for, look again every second, and then run the page.

    Args:
        found: says of the markets on offer whether the page can begin; else any will do.
    """
    st_autorefresh(interval=1000, key="waiting")
    if found(runtime().source.instruments()):
        st.rerun()
    st.info(waiting_for(runtime(), ()))
