"""Tape table: every order that is held and passes the filters, to be searched and taken away."""

from typing import Final

import pandas as pd
import streamlit as st

from data.clock import monotonic_s
from data.runtime import Runtime, runtime
from data.views.orders import MOST_ORDERS, OrdersView
from pages.boards.tape import TapeFilter
from pages.figures.off_words import clock_text
from pages.figures.tape_words import market_text
from pages.shell.board_feed import moment_of
from pages.shell.order_columns import named, sides
from pages.shell.table_export import show_table

_HEIGHT_PX: Final = 420
_PATIENCE_S: Final = 3.0
"""So long the past is read for a table at most; it says how far that got."""


@st.fragment
def show(wanted: TapeFilter) -> None:
    """Show a switch, and the table while it is on; it stands still until it is asked for again."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        on = st.toggle(
            "All held orders in a table",
            key="tape_table",
            help="Those that pass the filters above, as they are held now.",
        )
        if on:
            st.button("Look again", icon=":material/refresh:", key="tape_again", type="tertiary")
    if not on:
        return
    run = runtime()
    view = held_orders(run, wanted)
    if view is None or not view.rows.size:
        st.caption("No such order is held.")
        return
    columns = st.column_config
    table = orders_table(view)
    st.caption(_said(view, run))
    show_table(
        # To be read: the files have every decimal.
        table.assign(value_quote=table["value_quote"].round(2)),
        name="tape",
        source=run.source.name,
        sent=table,
        height=_HEIGHT_PX,
        column_config={
            "time_utc": columns.DatetimeColumn("Time (UTC)", format="YYYY-MM-DD HH:mm:ss.SSS"),
            "market": "Market",
            "symbol": "Symbol",
            "side": "Side",
            "price": columns.NumberColumn("Average price", format="localized"),
            "first_price": columns.NumberColumn("First price", format="localized"),
            "last_price": columns.NumberColumn("Last price", format="localized"),
            "size_base": columns.NumberColumn("Size, coins", format="localized"),
            "value_quote": columns.NumberColumn("Value, USDT", format="localized"),
            "fills": "Fills",
            "levels": "Levels",
        },
    )


def held_orders(run: Runtime, wanted: TapeFilter) -> OrdersView | None:
    """Return the newest MOST_ORDERS that pass, as far back as can be read in a short while."""
    query, moment = wanted.spec(most=MOST_ORDERS).query(), moment_of(run)
    started_s = monotonic_s()
    while True:
        view = query.view(run.engine, moment)
        is_whole = view is None or view.since_ns == 0 or view.rows.size >= MOST_ORDERS
        if is_whole or monotonic_s() - started_s > _PATIENCE_S:
            return view


def orders_table(view: OrdersView) -> pd.DataFrame:
    """Return the orders as a table, the newest first."""
    rows = view.rows[::-1]
    numbers = ("price", "first_price", "last_price", "size_base", "value_quote", "fills", "levels")
    return pd.DataFrame(
        {
            "time_utc": pd.to_datetime(rows["ts_event_ns"], unit="ns", utc=True),
            "market": named(rows, view.instruments, market_text),
            "symbol": named(rows, view.instruments, lambda each: each.symbol),
            "side": sides(rows),
        }
        | {name: rows[name] for name in numbers}
    )


def _said(view: OrdersView, run: Runtime) -> str:
    since_ns = view.since_ns or int(view.rows["ts_event_ns"][0])
    of = "the newest " if view.rows.size >= MOST_ORDERS else ""
    now = clock_text(run.source.now_ns())
    return f"{of}{view.rows.size:,} since {clock_text(since_ns)}, as of {now} UTC"
