"""Settings look: the theme of this browser, the palette of all pages, and what the colours mean."""

from html import escape
from typing import Final

import streamlit as st

from data.runtime import runtime
from data.settings import PaletteChoice
from pages.shell.assets import loader
from pages.shell.remembering import remember

_THEME: Final = st.components.v2.component(
    "tapescope_theme_choice", js=loader("theme_choice"), isolate_styles=False
)
_PALETTES: Final[dict[PaletteChoice, str]] = {
    "classic": "Green buys, red sells",
    "colour-blind": "Blue buys, orange sells",
}
_MEANINGS: Final = {
    "buy": "▲ buying",
    "sell": "▼ selling, danger",
    "caution": "◆ caution, neutral",
    "whale": "● whales",
    "frame": "BNC frames, venues",
    "aligned": "= aligned",
    "quiet": "– quiet, not known",
}


def show() -> None:
    """Show both choices side by side and a word in each colour."""
    left, right = st.columns(2)
    with left:
        st.markdown("**Theme** of this browser")
        _THEME(key="theme-choice", height="content")
    with right:
        palette = runtime().settings.palette
        key = f"palette_{palette}"
        st.segmented_control(
            "Buying and selling",
            list(_PALETTES),
            format_func=lambda each: _PALETTES[each],
            default=palette,
            key=key,
            required=True,
            on_change=_change,
            args=(key,),
            help="The second pair can be told apart by eyes that see no red or no green.",
        )
        words = "".join(
            f'<span style="color:var(--ts-{tone})">{escape(word)}</span>'
            for tone, word in _MEANINGS.items()
        )
        st.html(f'<div style="display:flex;flex-wrap:wrap;gap:2px 16px">{words}</div>')


def _change(key: str) -> None:
    remember("palette", st.session_state[key])
