"""Health: whether all is well, every channel of every exchange, the process and its buffers."""

import streamlit as st

from pages.shell import health_board
from pages.shell.again import again

st.subheader("Health")


@st.fragment
def board() -> None:
    """Show the figures; once a second."""
    health_board.show()
    again("health", every_s=1.0)


board()
health_board.show_files()
