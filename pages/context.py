"""Context: the regime of a coin, what it rests on, the nearest walls, and the chart below."""

import streamlit as st
from streamlit_autorefresh import st_autorefresh

from core.domain.instrument import Instrument
from data.runtime import runtime
from data.views.coin_markets import CoinMarkets, coin_markets, coins_of
from pages.boards.context import ContextBoard, ContextColumn
from pages.shell.context_chart import chart_of
from pages.shell.frames import waiting_for
from pages.shell.mounts import live_board, live_chart

# The chart is so much lower than the window: banner and chart are seen together.
_BANNER_PX = 200


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


def choose(listed: tuple[Instrument, ...]) -> CoinMarkets:
    """Show the choice of the coin, and return its markets."""
    coins = coins_of(listed)
    with st.sidebar:
        coin = st.selectbox("Coin", coins, key="coin", bind="query-params")
    return coin_markets(listed, coin)


@st.fragment
def wait() -> None:
    """Say what is being waited for, and look again every second."""
    st_autorefresh(interval=1000, key="waiting")
    if coins_of(runtime().source.instruments()):
        st.rerun()
    st.info(waiting_for(runtime(), ()))


if coins_of(runtime().source.instruments()):
    screen(choose(runtime().source.instruments()))
else:
    wait()
