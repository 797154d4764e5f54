"""Tape controls: which orders the tape shows, and whether it stands still."""

from typing import Final

import streamlit as st

from core.domain.instrument import InstrumentId, MarketKind
from core.domain.units import Aggressor, Ns
from data.runtime import runtime
from data.views.coin_markets import CoinMarkets
from pages.boards.tape import TapeFilter
from pages.shell.coins import CoinChoice

_KINDS: Final = {"spot and perp": None, "perp": MarketKind.PERP, "spot": MarketKind.SPOT}
_SIDES: Final = {"both sides": None, "▲ buys": Aggressor.BUY, "▼ sells": Aggressor.SELL}
_UNITS: Final = ("orders", "fills")
_PAUSED: Final = "tape_paused_ns"
_LARGEST: Final = 1e12


def choose_filter(choice: CoinChoice) -> TapeFilter | None:
    """Show the line of filters and return what they say; each is a parameter of the address.

    Args:
        choice: of the sidebar: coins, and the venues that are looked at.

    Returns:
        None where the venues list no such market.
    """
    by_coin = {each.coin: each for each in choice.coins}
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        coin = st.segmented_control(
            "Coin", list(by_coin), default=next(iter(by_coin)), required=True, key="tape_coin"
        )
        kind = st.segmented_control(
            "Markets", list(_KINDS), default="spot and perp", required=True, key="tape_kind"
        )
        side = st.segmented_control(
            "Side", list(_SIDES), default="both sides", required=True, key="tape_side"
        )
        least = _worth("From (USD)", "tape_least", "Orders worth less are left out.")
        most = _worth("Below (USD)", "tape_most", "Orders worth this and more too; 0 = no limit.")
        unit = st.segmented_control(
            "Rows",
            _UNITS,
            default="orders",
            required=True,
            key="tape_unit",
            help="An order is put together again from its fills: neighbours of one instant and "
            "side whose prices never get better for the taker. Its size is an upper bound.",
        )
    instruments = markets(by_coin[coin], _KINDS[kind])
    if not instruments:
        return None
    return TapeFilter(instruments, least, most or float("inf"), _SIDES[side], unit == "fills")


def choose_pause() -> Ns | None:
    """Show the switch; return since when the tape stands still, None = it runs."""
    st.toggle(
        "Pause",
        key="tape_pause",
        on_change=_pause,
        help="The list stands still, and what comes meanwhile is counted.",
    )
    paused_ns: Ns | None = st.session_state.get(_PAUSED)
    return paused_ns


def markets(coin: CoinMarkets, kind: MarketKind | None) -> tuple[InstrumentId, ...]:
    """Return the markets of a coin: perpetuals first, of each venue after venue."""
    return (*coin.perps, *coin.spots) if kind is None else coin.of(kind)


def _worth(title: str, key: str, words: str) -> float:
    return float(
        st.number_input(title, 0.0, _LARGEST, 0.0, step=1_000.0, format="%.0f", key=key, help=words)
    )


def _pause() -> None:
    paused = st.session_state["tape_pause"]
    st.session_state[_PAUSED] = runtime().source.now_ns() if paused else None
