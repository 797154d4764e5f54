"""Alert toasts: what fires is told on every page, once in each tab, and sounds where it is to.

Over /live and not by runs of the script: one that runs by itself on every page would undo clicks.
"""

from typing import Final

import streamlit as st

from data.runtime import runtime
from pages.boards.alerts import ToastsBoard
from pages.shell.assets import loader
from pages.shell.mounts import board_data

_TOASTS: Final = st.components.v2.component(
    "tapescope_alert_toasts", js=loader("alert_toasts"), isolate_styles=False
)


def show() -> None:
    """Let the tab tell alerts; it takes no room."""
    data = board_data(ToastsBoard(runtime().alerts))
    _TOASTS(key="alert-toasts", data=data, height="content")
