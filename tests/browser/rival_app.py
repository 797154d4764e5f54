"""The Explorer's figure, drawn the ordinary way: st.plotly_chart, four times a second.

Its title is ``<drawings>|<receipt of the newest event, ms>``, by which it is measured. With
``?layers=`` it draws them too, but what the Explorer draws on a canvas of its own, which is more
than Plotly could.
"""

import streamlit as st

from core.domain.instrument import InstrumentId
from data.runtime import runtime
from data.views.explorer import ExplorerQuery, ExplorerSpec
from pages.figures import explorer
from pages.layers.registry import LAYERS
from pages.layers.shown import read, split
from pages.shell.beside import Beside
from pages.shell.layer_views import Answers, LayerViews
from pages.shell.spec import ChartSpec

st.set_page_config(layout="wide")
spec = ExplorerSpec((InstrumentId.parse("binance.perp.BTCUSDT"),), "1m")
query = st.session_state.setdefault("query", ExplorerQuery(spec))


def _others(run, view):
    """What the layers of the address add."""
    if "layers" not in st.query_params:
        return ()
    if "layers" not in st.session_state:
        what, _ = read(LAYERS, split(st.query_params["layers"]))
        chart = ChartSpec(spec, what)
        st.session_state["layers"] = Beside(chart, run), LayerViews(chart, run, Answers(run))
    beside, layers = st.session_state["layers"]
    more = beside.view(view)
    return more, layers.parts(view, now_ns=more.now_ns)


@st.fragment(run_every=0.25)
def chart() -> None:
    run = runtime()
    view = query.view(run.engine, now_ns=run.source.now_ns())
    if view is None:
        return
    st.session_state["drawn"] = st.session_state.get("drawn", 0) + 1
    look = explorer.Look(source=run.source.name, revision="fixed")
    figure = explorer.draw(view, look, *_others(run, view))
    figure["data"] = [each for each in figure["data"] if "meta" not in each]
    stamp = f"{st.session_state['drawn']}|{view.newest_recv_ns / 1e6:.1f}"
    figure["layout"] |= {"title": {"text": stamp}, "height": 760}
    st.plotly_chart(figure, key="chart")


chart()
