"""Guide: the keys in words, and the tour of the first start."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from data.runtime import runtime
from pages.shell import hud
from pages.shell.assets import loader
from pages.shell.remembering import remember

TIMEFRAMES: Final = ("1s", "5s", "15s", "1m", "5m", "15m", "1h", "4h", "1d")
"""Of the keys 1 to 9."""
KEYS: Final = (
    ("R", "the charts show everything again"),
    ("F", "footprint of the candle under the mouse, else of the newest"),
    ("Space", "pause: of a replay the tape, else the charts hold still; again goes on"),
    ("1 – 9", f"timeframe: {', '.join(TIMEFRAMES)}"),
    ("/", "choose the instrument"),
    ("H", "the HUD, on and off"),
    ("?", "these keys"),
)
STEPS: Final = (
    {
        "page": "Explorer",
        "at": [".ts-chart .ts-stage"],
        "title": "Click a candle",
        "text": "Its footprint opens beside the chart: what was bought and sold at each price. "
        "The wheel zooms, dragging moves, R shows everything again.",
    },
    {
        "page": "Explorer",
        "at": [".st-key-presets", ".st-key-group_PRICE"],
        "title": "Switch layers on",
        "text": "VWAP, profile, CVD, markers and more: each has its own line of settings, and what "
        "you choose is there at the next start.",
    },
    {
        "page": "",
        "at": [".st-key-banner"],
        "title": "Whose market this is",
        "text": "LIVE, SIMULATED or REPLAY, on every page, and what is amiss with it. The Health "
        "page has every channel. What is not live is grey and says since when.",
    },
    {
        "page": "",
        "at": ['[data-testid="stSidebarNav"]'],
        "title": "The other pages",
        "text": "The dashboard compares coins, Context says what kind of market it is, Depth and "
        "Tape show the book and the orders; Recordings plays what was recorded.",
    },
    {
        "page": "",
        "at": [".st-key-guide"],
        "title": "Alerts, HUD and keys",
        "text": "Alerts ring while you look elsewhere. The HUD keeps the main figures over every "
        "page (H). ? shows all keys, and Help begins this tour again.",
    },
)
_AGAIN: Final = "tour_again"
_KEYS: Final = st.components.v2.component(
    "tapescope_keys", js=loader("shortcuts"), isolate_styles=False
)
_TOUR: Final = st.components.v2.component("tapescope_tour", js=loader("tour"), isolate_styles=False)


def show() -> None:
    """Show the switch of the HUD and the help in the sidebar; keys work from here on."""
    with (
        st.sidebar,
        st.container(horizontal=True, vertical_alignment="center", key="guide"),
    ):
        hud.switch()
        with st.popover("Help", icon=":material/help:", type="tertiary"):
            st.markdown(_table(KEYS))
            st.button("Take the tour", key="take-tour", on_click=_begin)
    data = {"keys": KEYS, "timeframes": TIMEFRAMES}
    _KEYS(key="keys", data=data, on_hud_change=hud.flip, height="content")
    if st.session_state.get(_AGAIN, runtime().settings.tour):
        _TOUR(key="tour", data={"steps": STEPS}, on_done_change=_end, height="content")


def _table(rows: Sequence[tuple[str, str]]) -> str:
    return "\n".join(["|Key||", "|---|---|", *(f"|`{key}`|{words}|" for key, words in rows)])


def _begin() -> None:
    st.session_state[_AGAIN] = True


def _end() -> None:
    """Do not show the tour again, here or at the next start."""
    st.session_state[_AGAIN] = False
    if runtime().settings.tour:
        remember("tour", value=False)
