"""Tape: time and sales of orders put together again from their fills."""

import streamlit as st

from data.runtime import runtime
from pages.boards.tape import TapeBoard
from pages.shell import tape_table
from pages.shell.coins import CoinChoice, choose_coins
from pages.shell.mounts import live_board
from pages.shell.tape_controls import choose_tape, remember_window, window_s
from pages.shell.waiting import wait


@st.fragment
def screen(choice: CoinChoice) -> None:
    """Show filters and tape; a filter that changes runs only this."""
    wanted, paused_ns = choose_tape(choice)
    if wanted is None:
        st.info("None of the venues chosen lists this coin against USDT. Add another under Coins.")
        return
    board = TapeBoard(wanted, paused_ns, window_s(), runtime().settings.thresholds)
    picked = live_board(board, key="tape")
    tape_table.show(wanted)
    remember_window(picked)


chosen = choose_coins(runtime().source)
if chosen is None:
    wait()
else:
    screen(chosen)
