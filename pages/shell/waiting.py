"""Waiting: what a page says while its source has no market for it."""

import streamlit as st
from streamlit_autorefresh import st_autorefresh

from data.runtime import runtime
from pages.shell.frames import waiting_for


def wait() -> None:
    """Say what is being waited for; the page looks again every second until it can begin."""
    st_autorefresh(interval=1000, key="waiting")
    st.info(waiting_for(runtime(), ()))
