"""Again: runs a fragment once more after a while, when that disturbs nobody.

A timer of the browser that does not ask what else is going on gets in the way: a run that it wants
while another page is on its way brings the page that was left, without its body; runs that pile up
take clicks and files with them. So this one waits until nothing runs, nothing is being pressed or
typed, and somebody can see it.
"""

from typing import Final

import streamlit as st

from pages.shell.assets import loader

_AGAIN: Final = st.components.v2.component(
    "tapescope_again", js=loader("again"), isolate_styles=False
)


def again(key: str, *, every_s: float) -> None:
    """Let the fragment that this is called in run again; outside of one, the page.

    Args:
        key: no other of the page has it.
        every_s: at the earliest after that time.
    """
    # The styles of the banner let what begins so take no room.
    _AGAIN(
        key=f"again-{key}",
        data={"every_ms": every_s * 1000},
        on_again_change=_nothing,
        height="content",
    )


def _nothing() -> None:
    """Streamlit wants to be told what a trigger calls; the run is all that is wanted."""
