"""Tape: time and sales of orders put together again from their fills."""

import streamlit as st
from streamlit_autorefresh import st_autorefresh

from data.runtime import runtime
from pages.boards.tape import TapeBoard
from pages.shell import tape_table
from pages.shell.coins import CoinChoice, choose_coins
from pages.shell.frames import waiting_for
from pages.shell.mounts import live_board
from pages.shell.tape_controls import choose_tape, remember_window, window_s


@st.fragment
def screen(choice: CoinChoice) -> None:
    """Show filters and tape; a filter that changes runs only this."""
    wanted, paused_ns = choose_tape(choice)
    if wanted is None:
        st.info("None of the venues chosen lists this coin against USDT.")
        return
    board = TapeBoard(wanted, paused_ns, window_s(), runtime().settings.thresholds)
    picked = live_board(board, key="tape")
    tape_table.show(wanted)
    remember_window(picked)


@st.fragment
def wait() -> None:
    """Say what is being waited for, and look again every second."""
    st_autorefresh(interval=1000, key="waiting")
    if runtime().source.instruments():
        st.rerun()
    st.info(waiting_for(runtime(), ()))


chosen = choose_coins(runtime().source)
if chosen is None:
    wait()
else:
    screen(chosen)
