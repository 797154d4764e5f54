"""Main: the script behind every page: navigation, the frame, then the page itself."""

from pathlib import Path

import streamlit as st

from pages.shell import alert_toasts, banner, guide, hud

_PAGES = Path(__file__).resolve().parent.parent
_ICON = _PAGES / "shell" / "front" / "icon.svg"

st.set_page_config(
    page_title="Tapescope",
    page_icon=str(_ICON),
    layout="wide",
    # Streamlit's menu has its choice of themes only where it has an entry of ours.
    menu_items={"About": "**Tapescope** reads the order flow of crypto markets, live."},
)
page = st.navigation(
    [
        st.Page(
            _PAGES / "explorer.py",
            title="Explorer",
            icon=":material/candlestick_chart:",
            url_path="home",
            default=True,
            help="The live chart: candles, VWAP, volume profile, CVD and delta. Click a candle "
            "to open its footprint.",
        ),
        # The first page's own address is /; by its name it can be found too.
        st.Page(_PAGES / "explorer.py", title="Explorer", url_path="explorer", visibility="hidden"),
        st.Page(
            _PAGES / "dashboard.py",
            title="Dashboard",
            icon=":material/dashboard:",
            help="Each coin at a glance: order flow, basis, liquidations, funding, whales, price "
            "against CVD, and five timeframes.",
        ),
        st.Page(
            _PAGES / "context.py",
            title="Context",
            icon=":material/explore:",
            help="The regime of a coin in a word, everything it rests on, what followed it, and "
            "the nearest walls; the chart and what to make of it below.",
        ),
        st.Page(
            _PAGES / "tape.py",
            title="Tape",
            icon=":material/receipt_long:",
            help="Time and sales of orders put together again from their fills: how fast they "
            "come, which side presses, bursts and sweeps, and the largest of them.",
        ),
        st.Page(
            _PAGES / "depth.py",
            title="Depth",
            icon=":material/stacked_bar_chart:",
            help="The order book: what rests around the price and how it changed, walls, its "
            "imbalance, and what an order of your size would pay.",
        ),
        st.Page(
            _PAGES / "alerts.py",
            title="Alerts",
            icon=":material/notifications_active:",
            help="Rules on any figure or marker: what each would have done, how it stands, and "
            "what it told, with the evidence.",
        ),
        st.Page(
            _PAGES / "journal.py",
            title="Journal",
            icon=":material/book_2:",
            help="Candles that you kept, each with its figure, its numbers and your note: search "
            "them, play them again, take them away as one file.",
        ),
        st.Page(
            _PAGES / "health.py",
            title="Health",
            icon=":material/monitor_heart:",
            help="Every channel of every exchange: its state, its age, its latency, and the "
            "messages that could not be read.",
        ),
        st.Page(
            _PAGES / "recordings.py",
            title="Recordings",
            icon=":material/video_library:",
            help="What is recorded, by day and channel: play it, export it, delete it, and bring "
            "in files of others.",
        ),
        st.Page(
            _PAGES / "settings.py",
            title="Settings",
            icon=":material/tune:",
            help="Theme and colours, every threshold behind the pages' words, and what the market "
            "comes from.",
        ),
    ]
)
st.logo(str(_ICON.with_name("logo.svg")), icon_image=str(_ICON))
guide.show()
banner.show()
with st.container(key="everywhere"):
    alert_toasts.show()
    hud.show()
page.run()
