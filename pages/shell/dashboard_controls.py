"""Dashboard controls: whose trades are looked at, and what a whale is."""

from typing import Final

import streamlit as st

from core.domain.instrument import MarketKind
from data.runtime import Runtime
from data.views.coin_markets import coin_markets
from pages.boards.dashboard import Dashboard
from pages.shell.coins import CoinChoice

_KINDS: Final = {"perpetuals": MarketKind.PERP, "spot": MarketKind.SPOT}
_ORDERS, _FILLS = "orders", "fills"


def choose_board(choice: CoinChoice, run: Runtime) -> Dashboard:
    """Show the rest of the choices in the sidebar; return the board they make."""
    with st.sidebar:
        kind = st.segmented_control(
            "Trades of",
            tuple(_KINDS),
            default="perpetuals",
            required=True,
            key="trades_of",
            bind="query-params",
            help="Of these are order flow, price and CVD, whales and timeframes. Spot and "
            "perpetuals are never summed.",
        )
        whales = st.segmented_control(
            "Whales are",
            (_ORDERS, _FILLS),
            default=_ORDERS,
            required=True,
            key="whales_are",
            bind="query-params",
            help="Market orders put together again from their fills, or the single fills.",
        )
    return Dashboard(
        choice.coins,
        coin_markets(run.source.instruments(), "BTC").perps,
        _KINDS[kind],
        apart=choice.apart,
        as_fills=whales == _FILLS,
        thresholds=run.settings.thresholds,
    )
