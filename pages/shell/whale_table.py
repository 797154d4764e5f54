"""Whale table: every whale that is held of the coins shown, searchable, once a second."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from data.runtime import Runtime, runtime
from data.views.dash_whales import WhalesSpec
from data.views.orders import OrdersQuery, OrdersView
from pages.boards.dashboard import Dashboard
from pages.figures.flow_words import IN_USD, money
from pages.figures.widgets import VENUE_CODES
from pages.shell.again import again
from pages.shell.board_feed import moment_of
from pages.shell.order_columns import named, sides
from pages.shell.table_export import download_table, search_table

_KEY: Final = "whale_table"
_HEIGHT_PX: Final = 320


@st.fragment
def show(board: Dashboard) -> None:
    """Show the table; it is made anew only when a whale has come."""
    run, level = runtime(), board.thresholds
    specs = [spec for spec in board.questions().values() if isinstance(spec, WhalesSpec)]
    found = _table(run, specs, level.mega_quote)
    what = "single fills" if board.as_fills else "orders"
    st.caption(
        f"Whales: all {what} of at least {money(level.whale_quote)} that are held, {len(found):,} "
        f"now; ⚠ from {money(level.mega_quote)}. {IN_USD}"
    )
    if len(found):
        _shown(found)
    again("whales", every_s=1.0)


def _shown(found: pd.DataFrame) -> None:
    columns = st.column_config
    search_table(
        # To be read: the files have every decimal.
        found.assign(value_usdt=found["value_usdt"].round()),
        height=_HEIGHT_PX,
        column_config={
            "time_utc": columns.DatetimeColumn("Time (UTC)", format="YYYY-MM-DD HH:mm:ss.SSS"),
            "symbol": "Symbol",
            "market": "Market",
            "venue": "Venue",
            "side": "Side",
            "value_usdt": columns.NumberColumn("Value, USDT", format="localized"),
            "price_usdt": columns.NumberColumn("Price, USDT", format="localized"),
            "fills": "Fills",
            "mega": columns.TextColumn("⚠"),
        },
    )


def show_files() -> None:
    """Offer the table of the moment of the click as files; outside of what runs again by itself."""
    known: _Known | None = st.session_state.get(_KEY)
    if known is not None:
        download_table(
            lambda: known.table, name="whales", source=runtime().source.name, title="Whales:"
        )


class _Known:
    """What this tab asked last."""

    def __init__(self, run: Runtime, specs: Sequence[WhalesSpec], mega_quote: float) -> None:
        self.of = run, tuple(specs), mega_quote
        self.queries: list[OrdersQuery] = [each.orders.query() for each in specs]
        self.views: list[OrdersView] = []
        self.table = whale_table((), mega_quote)


def _table(run: Runtime, specs: Sequence[WhalesSpec], mega_quote: float) -> pd.DataFrame:
    known: _Known | None = st.session_state.get(_KEY)
    if known is None or known.of != (run, tuple(specs), mega_quote):
        known = st.session_state[_KEY] = _Known(run, specs, mega_quote)
    moment = moment_of(run)
    found = [query.view(run.engine, moment) for query in known.queries]
    views = [each for each in found if each is not None]
    if [id(each) for each in views] != [id(each) for each in known.views]:
        known.views, known.table = views, whale_table(views, mega_quote)
    return known.table


def whale_table(views: Sequence[OrdersView], mega_quote: float) -> pd.DataFrame:
    """Return orders as a table, the newest first.

    Args:
        views: of one coin each.
        mega_quote: from this value on a line has a warning sign.
    """
    parts = [_columns(each, mega_quote) for each in views if each.rows.size]
    if not parts:
        return pd.DataFrame()
    names = parts[0].keys()
    table = pd.DataFrame({name: np.concatenate([each[name] for each in parts]) for name in names})
    table["time_utc"] = pd.to_datetime(table["time_utc"], unit="ns", utc=True)
    return table.sort_values("time_utc", ascending=False, kind="stable", ignore_index=True)


def _columns(view: OrdersView, mega_quote: float) -> dict[str, Any]:
    rows, of = view.rows, view.instruments
    return {
        "time_utc": rows["ts_event_ns"],
        "symbol": named(rows, of, lambda each: each.symbol),
        "market": named(rows, of, lambda each: str(each.kind)),
        "venue": named(rows, of, lambda each: VENUE_CODES[each.venue]),
        "side": sides(rows),
        "value_usdt": rows["value_quote"],
        "price_usdt": rows["price"],
        "fills": rows["fills"],
        "mega": np.where(rows["value_quote"] >= mega_quote, "⚠", "").astype(object),
    }
