"""Tape: time and sales of orders put together again from their fills."""

import streamlit as st
from streamlit_autorefresh import st_autorefresh

from data.runtime import runtime
from pages.boards.tape import TapeBoard
from pages.shell.coins import CoinChoice, choose_coins
from pages.shell.frames import waiting_for
from pages.shell.mounts import live_board
from pages.shell.tape_controls import choose_filter, choose_pause


@st.fragment
def screen(choice: CoinChoice) -> None:
    """Show filters and tape; a filter that changes runs only this."""
    wanted = choose_filter(choice)
    if wanted is None:
        st.info("None of the venues chosen lists this coin against USDT.")
        return
    paused_ns = choose_pause()
    whale_quote = runtime().settings.thresholds.whale_quote
    live_board(TapeBoard(wanted, paused_ns, whale_quote), key="tape")


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
