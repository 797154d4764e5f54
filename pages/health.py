"""Health: whether all is well, every channel of every exchange, the process and its buffers."""

import streamlit as st
from streamlit_autorefresh import st_autorefresh

from pages.shell import health_board

st.subheader("Health")


@st.fragment
def board() -> None:
    """Show the figures; once a second."""
    health_board.show()
    st_autorefresh(interval=1000, key="health")


board()
health_board.show_files()
