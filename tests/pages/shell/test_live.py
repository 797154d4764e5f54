import json
import socket
import sys
import time
from types import ModuleType

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from pages.shell import live
from pages.shell.codec import encode
from pages.shell.painted import painted
from pages.shell.publisher import Publisher
from tests.support.served import served
from tests.support.waiting import until

TOKEN = "right"
WAIT_S = 10


class Feed:
    pause_s = 0.0
    linger_s = 0.0
    heartbeat_s = None

    def __init__(self, spec):
        self.spec = spec
        self.value = 0

    def marker(self):
        self.value += 1
        return self.value

    def frame(self, seq):
        return f"{self.spec} {seq}".encode()


@pytest.fixture
def publisher():
    return Publisher(Feed)


@pytest.fixture
def server(publisher):
    async def endpoint(connection):
        await live.serve(connection, publisher=publisher, token=TOKEN, hosts=["127.0.0.1"])

    with served(Starlette(routes=[WebSocketRoute("/live", endpoint)])) as address:
        yield address


def tab(server, view, *, token=TOKEN, origin=None, **more):
    address = f"ws://{server}/live?token={token}&view={view}"
    return connect(address, origin=origin or f"http://{server}", **more)


def watching(publisher, view):
    return len(publisher._views[view].sinks)


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "http://127.0.0.1:1", "null", "file://{}", "http://[", "ftp://{}"],
)
def test_a_page_of_another_origin_is_not_let_in(server, publisher, origin):
    view = publisher.register("BTC")
    with pytest.raises(InvalidStatus) as refusal:
        tab(server, view, origin=origin.format(server))
    assert refusal.value.response.status_code == 403


def test_who_names_no_origin_is_not_let_in(server, publisher):
    view = publisher.register("BTC")
    with pytest.raises(InvalidStatus) as refusal:
        connect(f"ws://{server}/live?token={TOKEN}&view={view}", origin=None)
    assert refusal.value.response.status_code == 403


def test_another_name_for_this_machine_is_not_let_in(server, publisher):
    # A page that makes its own name point at 127.0.0.1 sends that name as origin and as host.
    port = int(server.split(":")[1])
    with (
        socket.create_connection(("127.0.0.1", port)) as there,
        pytest.raises(InvalidStatus) as refusal,
    ):
        tab(f"evil.example:{port}", publisher.register("BTC"), sock=there)
    assert refusal.value.response.status_code == 403


def test_a_wrong_token_is_refused_with_its_code(server, publisher):
    with (
        tab(server, publisher.register("BTC"), token="wrong") as browser,
        pytest.raises(ConnectionClosed) as refusal,
    ):
        browser.recv(WAIT_S)
    assert refusal.value.rcvd.code == live.BAD_TOKEN
    assert "reload" in refusal.value.rcvd.reason


def test_an_unknown_view_is_refused_with_its_code(server):
    with tab(server, "nothing") as browser, pytest.raises(ConnectionClosed) as refusal:
        browser.recv(WAIT_S)
    assert refusal.value.rcvd.code == live.UNKNOWN_VIEW


def test_one_frame_is_in_flight_and_the_newest_follows_its_acknowledgement(server, publisher):
    view = publisher.register("BTC")
    with tab(server, view) as browser:
        until(lambda: watching(publisher, view))
        publisher.tick()
        assert browser.recv(WAIT_S) == b"BTC 1"
        for _ in range(5):
            publisher.tick()
        with pytest.raises(TimeoutError):
            browser.recv(0.2)
        browser.send(json.dumps({"ack": 1}))
        assert browser.recv(WAIT_S) == b"BTC 6"


def test_an_acknowledgement_tells_how_long_it_took_to_draw(server, publisher, monkeypatch):
    monkeypatch.setitem(sys.modules, "tapescope_painted", ModuleType("tapescope_painted"))
    stamped = encode({"kind": "chart", "written_ms": time.time() * 1000 - 250})
    monkeypatch.setattr(Feed, "frame", lambda *_: stamped)
    view = publisher.register("BTC")
    with tab(server, view) as browser:
        until(lambda: watching(publisher, view))
        publisher.tick()
        browser.recv(WAIT_S)
        assert painted().draw_ms is None
        browser.send(json.dumps({"ack": 0}))
        browser.send(json.dumps({"ack": 1}))
        assert 250 <= until(lambda: painted().draw_ms) < 10_000


def test_two_tabs_of_one_view_are_sent_the_same_frame(server, publisher):
    view = publisher.register("BTC")
    with tab(server, view) as one, tab(server, view) as two:
        until(lambda: watching(publisher, view) == 2)
        publisher.tick()
        assert one.recv(WAIT_S) == two.recv(WAIT_S) == b"BTC 1"
    assert publisher.frames_made == 1


def test_a_tab_switches_its_view_on_the_open_connection(server, publisher):
    first, other = publisher.register("BTC"), publisher.register("ETH")
    with tab(server, first) as browser:
        until(lambda: watching(publisher, first))
        publisher.tick()
        assert browser.recv(WAIT_S) == b"BTC 1"
        browser.send(json.dumps({"ack": 1, "view": other}))
        until(lambda: watching(publisher, other))
        assert not watching(publisher, first)
        publisher.tick()
        assert browser.recv(WAIT_S) == b"ETH 1"


def test_a_tab_that_leaves_costs_nothing_any_more(server, publisher):
    view = publisher.register("BTC")
    with tab(server, view):
        until(lambda: watching(publisher, view))
    until(lambda: not watching(publisher, view))
    assert publisher.tick() == 0


def test_a_tab_that_acknowledges_nothing_is_not_computed_for(server, publisher, monkeypatch):
    monkeypatch.setattr(live, "_IDLE_S", 0.0)
    view = publisher.register("BTC")
    with tab(server, view) as browser:
        until(lambda: watching(publisher, view))
        publisher.tick()
        assert browser.recv(WAIT_S) == b"BTC 1"
        assert publisher.tick() == 0
        browser.send(json.dumps({"ack": 1}))
        until(publisher.tick)
        assert browser.recv(WAIT_S).startswith(b"BTC")


@pytest.mark.parametrize(
    "text", ["", "a", "[]", '{"ack": "one"}', '{"run": 1}', '{"ack": 1' + " " * 2000 + "}", b"{}"]
)
def test_a_message_of_another_protocol_ends_the_connection(server, publisher, text):
    with tab(server, publisher.register("BTC")) as browser:
        browser.send(text)
        with pytest.raises(ConnectionClosed) as refusal:
            browser.recv(WAIT_S)
    assert refusal.value.rcvd.code == live.BAD_MESSAGE
