"""Tape controls: which orders the tape shows, and whether it stands still."""

from typing import Final

import streamlit as st

from core.domain.instrument import InstrumentId, MarketKind
from core.domain.units import Aggressor, Ns
from data.runtime import runtime
from data.views.coin_markets import CoinMarkets
from pages.boards.tape import TapeFilter
from pages.figures.tape_bubbles import WINDOWS_S
from pages.shell.choosing import one_of
from pages.shell.coins import CoinChoice

_KINDS: Final = {"spot + perp": None, "perp": MarketKind.PERP, "spot": MarketKind.SPOT}
_SIDES: Final = {"both sides": None, "▲ buys": Aggressor.BUY, "▼ sells": Aggressor.SELL}
_PAUSED: Final = "tape_paused_ns"
_WINDOW: Final = "tape_window_s"
_LARGEST: Final = 1e12


def choose_tape(choice: CoinChoice) -> tuple[TapeFilter | None, Ns | None]:
    """Show the line above the tape; return what it filters, and since when it stands still.

    Args:
        choice: of the sidebar: coins, and the venues that are looked at.

    Returns:
        The filter is None where the venues list no such market; without an instant the tape runs.
    """
    by_coin = {each.coin: each for each in choice.coins}
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        coin = one_of("Coin", by_coin, key="tape_coin")
        kind = one_of("Markets", _KINDS, key="tape_kind")
        side = one_of("Side", _SIDES, key="tape_side")
        least = _worth("From (USD)", "tape_least", "Orders worth less are left out.")
        most = _worth("Below (USD)", "tape_most", "Orders worth this and more too; 0 = no limit.")
        as_fills = one_of(
            "Rows",
            {"orders": False, "fills": True},
            key="tape_unit",
            words="An order is put together again from its fills: neighbours of one instant and "
            "side whose prices never get better for the taker. Its size is an upper bound.",
        )
        is_paused = st.toggle(
            "Pause",
            key="tape_pause",
            on_change=_pause,
            help="The list stands still, and what comes meanwhile is counted.",
        )
    # The switch is forgotten when the page is left; the instant would not be.
    paused_ns: Ns | None = st.session_state.get(_PAUSED) if is_paused else None
    instruments = markets(coin, kind)
    if not instruments:
        return None, paused_ns
    most_quote = most or float("inf")
    return TapeFilter(instruments, least, most_quote, side, as_fills), paused_ns


def window_s() -> int:
    """Return how far back the largest orders are drawn."""
    chosen: int = st.session_state.get(_WINDOW, WINDOWS_S["15 min"])
    return chosen


def remember_window(picked: str | None) -> None:
    """Take what was picked on the board; what it does not offer is left alone."""
    chosen = {str(each): each for each in WINDOWS_S.values()}.get(picked or "")
    if chosen is not None and chosen != window_s():
        st.session_state[_WINDOW] = chosen
        st.rerun(scope="fragment")


def markets(coin: CoinMarkets, kind: MarketKind | None) -> tuple[InstrumentId, ...]:
    """Return the markets of a coin: perpetuals first, of each venue after venue."""
    return (*coin.perps, *coin.spots) if kind is None else coin.of(kind)


def _worth(title: str, key: str, words: str) -> float:
    value = st.number_input(
        title,
        0.0,
        _LARGEST,
        0.0,
        step=1_000.0,
        format="%.0f",
        key=key,
        bind="query-params",
        help=words,
        width=112,
    )
    return float(value)


def _pause() -> None:
    """Note the instant of the click."""
    st.session_state[_PAUSED] = runtime().source.now_ns()
