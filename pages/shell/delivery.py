"""Delivery: how pages and scripts reach a browser on the same machine the soonest."""

from ipaddress import ip_address
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.shell.assets import FRONT

_LINKS: Final = ", ".join(
    [
        "</assets/plotly/plotly.min.js>; rel=preload; as=script; fetchpriority=low",
        *(
            f"</assets/front/{path.name}>; rel=modulepreload; fetchpriority=low"
            for path in sorted(FRONT.glob("*.js"))
        ),
    ]
)


class Delivery:
    """ASGI middleware around the whole application.

    Every HTML answer names our scripts in its ``Link`` header, so that they are fetched while
    Streamlit is still starting; after its own, without which nothing starts. And nothing is
    compressed for a browser on this machine: packing the scripts takes the server longer than
    sending them as they are.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the wrapped application does."""

        async def send_with_links(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers["link"] = _LINKS
            await send(message)

        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _is_here(scope.get("client")):
            del MutableHeaders(scope=scope)["accept-encoding"]
        await self._app(scope, receive, send_with_links)


def _is_here(client: Any) -> bool:
    """Return whether an ASGI client, ``(host, port)`` or None, is on this machine."""
    try:
        return ip_address(client[0]).is_loopback
    except (TypeError, ValueError):
        return False
