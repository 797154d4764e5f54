"""HUD: the floating panel that every page can have, and its switch."""

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from core.domain.instrument import Instrument
from data.runtime import runtime
from data.views.coin_markets import coin_markets
from pages.boards.hud import HudBoard
from pages.shell.again import again
from pages.shell.assets import loader
from pages.shell.coins import FIRST
from pages.shell.mounts import board_data
from pages.shell.remembering import remember

_ON: Final = "hud"
_HUD: Final = st.components.v2.component("tapescope_hud", js=loader("hud"), isolate_styles=False)
_LOOK_AGAIN_S: Final = 5.0
"""Venues say what they list one after the other: the coin may have more markets by then."""


def switch() -> None:
    """Show the switch; what it says is remembered for the next start."""
    st.session_state.setdefault(_ON, runtime().settings.hud)
    st.toggle(
        "HUD",
        key=_ON,
        on_change=_remember,
        help="A small panel over every page, with the figures of the instrument shown last, else "
        "of BTC. Drag it where it is not in the way. Key: H.",
    )


def flip() -> None:
    """Switch it on, or off; runs before the page's script does."""
    st.session_state[_ON] = not st.session_state.get(_ON, runtime().settings.hud)
    _remember()


def of(listed: Sequence[Instrument], named: str | None) -> HudBoard | None:
    """Return the panel of an instrument, of the first one where none is of that name.

    Args:
        listed: on offer.
        named: ``binance.perp.BTCUSDT``.

    Returns:
        None while nothing is on offer.
    """
    by_name = {str(each.id): each for each in listed}
    if not by_name:
        return None
    found = by_name.get(named or "") or by_name.get(FIRST) or listed[0]
    least = runtime().settings.thresholds.wall_btc_base
    return HudBoard(found.id, coin_markets(listed, found.base), least)


@st.fragment
def show() -> None:
    """Show the panel if it is on; it looks again for what is on offer."""
    if st.session_state[_ON]:
        again("hud", every_s=_LOOK_AGAIN_S)
    named = st.session_state.get("instrument") or st.query_params.get("instrument")
    board = of(runtime().source.instruments(), named) if st.session_state[_ON] else None
    data: dict[str, Any] = {"on": False} if board is None else {"on": True} | board_data(board)
    _HUD(key="hud-panel", data=data, height="content")


def _remember() -> None:
    remember("hud", st.session_state[_ON])
