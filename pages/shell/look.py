"""Look: the theme and the palette of a page, for everything that Streamlit does not draw."""

from typing import Final

import streamlit as st

from data.runtime import runtime
from pages.shell.assets import loader

_LOOK: Final = st.components.v2.component(
    "tapescope_look", js=loader("theme"), isolate_styles=False
)


def show() -> None:
    """Tell the page which pair of colours stands for buying and selling; it takes no room."""
    _LOOK(key="look", data={"palette": runtime().settings.palette}, height="content")
