"""Dashboard: six panels for each coin, four times a second, and every whale that is held."""

import streamlit as st
from streamlit_autorefresh import st_autorefresh

from data.runtime import runtime
from pages.shell import whale_table
from pages.shell.coins import choose_coins
from pages.shell.dashboard_controls import choose_board
from pages.shell.frames import waiting_for
from pages.shell.mounts import live_board


@st.fragment
def wait() -> None:
    """Say what is being waited for, and look again every second."""
    st_autorefresh(interval=1000, key="waiting")
    if runtime().source.instruments():
        st.rerun()
    st.info(waiting_for(runtime(), ()))


choice = choose_coins(runtime().source)
if choice is None:
    wait()
else:
    board = choose_board(choice, runtime())
    live_board(board, key="dashboard")
    whale_table.show(board)
    whale_table.show_files()
