"""Dashboard controls: whose trades are looked at, and what a whale is."""

import streamlit as st

from core.domain.instrument import MarketKind
from data.runtime import Runtime
from data.views.coin_markets import coin_markets
from pages.boards.dashboard import Dashboard
from pages.shell.choosing import one_of
from pages.shell.coins import CoinChoice


def choose_board(choice: CoinChoice, run: Runtime) -> Dashboard:
    """Show the rest of the choices in the sidebar; return the board they make."""
    with st.sidebar:
        kind = one_of(
            "Trades of",
            {"perpetuals": MarketKind.PERP, "spot": MarketKind.SPOT},
            key="trades_of",
            words="Of these are order flow, price and CVD, whales and timeframes. Spot and "
            "perpetuals are never summed.",
        )
        as_fills = one_of(
            "Whales are",
            {"orders": False, "fills": True},
            key="whales_are",
            words="Market orders put together again from their fills, or the single fills.",
        )
    return Dashboard(
        choice.coins,
        coin_markets(run.source.instruments(), "BTC").perps,
        kind,
        apart=choice.apart,
        as_fills=as_fills,
        thresholds=run.settings.thresholds,
    )
