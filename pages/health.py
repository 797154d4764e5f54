"""Health: every channel of every exchange, and the messages that could not be read."""

import streamlit as st
from streamlit_autorefresh import st_autorefresh

from data.runtime import runtime
from pages.shell.tables import channels_table, refused_table

st.subheader("Health")


@st.fragment
def board() -> None:
    """Show the tables; once a second."""
    st_autorefresh(interval=1000, key="health")
    run = runtime()
    channels, source = run.health.snapshot(), run.source
    st.html(channels_table(channels, now_ns=source.now_ns(), source=source.name))
    st.caption(f"Refused frames: {run.health.refused_total()}")
    samples = run.health.refused_samples()
    if samples:
        st.html(refused_table(samples))


board()
