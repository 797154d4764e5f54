"""The Explorer's figure, drawn the ordinary way: st.plotly_chart, four times a second.

Its title is ``<drawings>|<receipt of the newest event, ms>``, by which it is measured.
"""

import streamlit as st

from core.domain.instrument import InstrumentId
from data.runtime import runtime
from data.views.explorer import ExplorerQuery, ExplorerSpec
from pages.figures import explorer

st.set_page_config(layout="wide")
spec = ExplorerSpec((InstrumentId.parse("binance.perp.BTCUSDT"),), "1m")
query = st.session_state.setdefault("query", ExplorerQuery(spec))


@st.fragment(run_every=0.25)
def chart() -> None:
    run = runtime()
    view = query.view(run.engine, now_ns=run.source.now_ns())
    if view is None:
        return
    st.session_state["drawn"] = st.session_state.get("drawn", 0) + 1
    figure = explorer.draw(view, explorer.Look(source=run.source.name, revision="fixed"))
    stamp = f"{st.session_state['drawn']}|{view.newest_recv_ns / 1e6:.1f}"
    figure["layout"] |= {"title": {"text": stamp}, "height": 760}
    st.plotly_chart(figure, key="chart")


chart()
