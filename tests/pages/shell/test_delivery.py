import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.responses import HTMLResponse, PlainTextResponse

from pages.shell.assets import FRONT
from pages.shell.delivery import Delivery


def ask(answer, *, client=("127.0.0.1", 5), encoding=b"gzip"):
    """(headers that the application saw, headers that the browser gets)."""
    seen, sent = {}, {}

    async def application(scope, receive, send):
        seen.update(scope["headers"])
        await answer(scope, receive, send)

    async def send(message):
        sent.update(message.get("headers", []))

    headers = [(b"accept-encoding", encoding), (b"accept", b"*/*")]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers, "client": client}

    async def deliver():
        await Delivery(application)(scope, None, send)

    # In a thread of its own: a browser test before may have left a loop in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(deliver())).result()
    return seen, sent


def test_a_page_names_every_script_of_ours_and_plotly():
    _, sent = ask(HTMLResponse("<p>"))
    links = sent[b"link"].decode().split(", ")
    assert links[0].startswith("</assets/plotly/plotly.min.js>")
    named = {link[1 : link.index(">")].removeprefix("/assets/front/") for link in links[1:]}
    assert named == {path.name for path in FRONT.glob("*.js")}


def test_what_is_no_page_names_nothing():
    assert b"link" not in ask(PlainTextResponse("hello"))[1]


@pytest.mark.parametrize(
    ("client", "packed"),
    [(("127.0.0.1", 5), False), (("::1", 5), False), (("192.0.2.7", 5), True), (None, True)],
)
def test_nothing_is_packed_for_a_browser_on_this_machine(client, packed):
    seen, _ = ask(PlainTextResponse("hello"), client=client)
    assert (b"accept-encoding" in seen) == packed
    assert seen[b"accept"] == b"*/*"
