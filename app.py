"""Tapescope's ASGI entry: ``streamlit run app.py``."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from core.domain.errors import TapescopeError
from data.runtime import runtime, stop_runtime
from pages.figures import alert_price
from pages.shell import assets, live
from pages.shell.delivery import Delivery
from pages.shell.running import publisher, stop_publisher, token


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Run the engine and the publisher for as long as the server runs."""
    # What was imported lives as long as the process: the collector need not search it for ever.
    gc.collect()
    gc.freeze()
    runtime().alerts.packs.draw = alert_price.draw
    publisher()
    try:
        yield
    finally:
        await asyncio.to_thread(stop_publisher)
        await asyncio.to_thread(stop_runtime)


async def serve_live(socket: WebSocket) -> None:
    """Serve one browser tab's live view."""
    hosts = st.get_option("server.allowedHosts")
    await live.serve(socket, publisher=publisher(), token=token(), hosts=hosts)


def explain(error: Exception) -> bool:
    """Show an error of ours in its own words; leave every other one to Streamlit."""
    if isinstance(error, TapescopeError):
        st.error(error.ui_message)
        return True
    return False


app = st.App(
    Path(__file__).resolve().parent / "pages" / "shell" / "main.py",
    lifespan=lifespan,
    routes=[WebSocketRoute("/live", serve_live), *assets.mounts()],
    middleware=[Middleware(Delivery)],
    on_script_error=explain,
)
