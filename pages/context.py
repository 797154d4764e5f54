"""Context: the regime of a coin, what it rests on, the nearest walls, and the chart below."""

import streamlit as st

from data.runtime import runtime
from data.views.coin_markets import CoinMarkets
from pages.boards.context import ContextBoard, ContextColumn
from pages.shell.coins import choose_coin
from pages.shell.context_chart import chart_of
from pages.shell.mounts import live_board, live_chart
from pages.shell.waiting import wait

# The chart is so much lower than the window: banner and chart are seen together.
_BANNER_PX = 230


@st.fragment
def screen(markets: CoinMarkets) -> None:
    """Show the banner, the chart, and the column beside it."""
    run = runtime()
    banner = ContextBoard(markets, run.settings.thresholds.wall_btc_base, run.store.root)
    live_board(banner, key="context")
    chart, column = st.columns([7, 3], gap="small")
    with chart:
        live_chart(chart_of(markets), below_px=_BANNER_PX)
    with column:
        words = ContextColumn(markets, run.store.root)
        live_board(words, key="context-words", testid="context-words")


chosen = choose_coin(runtime().source)
if chosen is None:
    wait()
else:
    screen(chosen)
