"""/live: the frames of one view to one browser tab; the event loop only sends bytes.

The browser asks for ``/live?token=...&view=...`` and then sends text messages, one JSON object
each: ``{"ack": seq}`` when a frame is painted, ``{"view": id}`` to look at another view. One frame
is in flight per tab: until it is acknowledged the newest one waits and replaces older ones.

A page of another origin, or of a host that is not ours, gets HTTP 403. Everything else that is
refused is told by the close code:

    4400  a message that is none of the above
    4401  wrong token: the page comes from an earlier run of the server
    4404  no such view, for the same reason
"""

import asyncio
import hmac
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from data.clock import monotonic_s, wall_ns
from pages.shell.painted import painted
from pages.shell.publisher import Frame, Publisher

BAD_MESSAGE: Final = 4400
BAD_TOKEN: Final = 4401
UNKNOWN_VIEW: Final = 4404
_FORBIDDEN: Final = 1008
_IDLE_S: Final = 2.0
"""A tab that leaves a frame unacknowledged for longer is not being looked at."""
_LONGEST: Final = 1024

log = logging.getLogger(__name__)


class _Message(msgspec.Struct, forbid_unknown_fields=True):
    ack: int | None = None
    view: str | None = None


class _Tab:
    """What one tab is shown: the newest frame, and whether it may be sent."""

    def __init__(self, publisher: Publisher[Any]) -> None:
        self._publisher = publisher
        self._loop = asyncio.get_running_loop()
        self._sink: _Sink | None = None
        self._newest: Frame | None = None
        self._sent: Frame | None = None
        self._fresh = asyncio.Event()
        self._acked = asyncio.Event()
        self._acked.set()
        self._sent_s = float("inf")

    def show(self, view_id: str) -> bool:
        """Watch another view; False = there is none of that id."""
        self.leave()
        sink = _Sink(self, view_id)
        try:
            self._publisher.watch(view_id, sink)
        except KeyError:
            return False
        self._sink = sink
        return True

    def leave(self) -> None:
        """Watch nothing."""
        sink, self._sink = self._sink, None
        self._newest = None
        self._fresh.clear()
        if sink is not None:
            self._publisher.unwatch(sink.view_id, sink)

    def ack(self, seq: int) -> None:
        """The frame in flight was painted."""
        self._acked.set()
        if self._sent is not None and self._sent.seq == seq:
            painted().note(self._sent.payload, now_ns=wall_ns())

    def is_taking(self) -> bool:
        """Return whether frames are acknowledged in time; any thread."""
        return self._acked.is_set() or monotonic_s() - self._sent_s < _IDLE_S

    def take_from(self, sink: "_Sink", frame: Frame) -> None:
        """Hold ``frame`` until it can be sent; publisher's thread."""
        with suppress(RuntimeError):  # the loop closed: the server is stopping
            self._loop.call_soon_threadsafe(self._take, sink, frame)

    def _take(self, sink: "_Sink", frame: Frame) -> None:
        # A frame of the view before the last switch may still be on its way here.
        if sink is self._sink:
            self._newest = frame
            self._fresh.set()

    async def next(self) -> Frame:
        """Return the newest frame as soon as there is one and the last one was painted."""
        while True:
            await self._acked.wait()
            await self._fresh.wait()
            self._fresh.clear()
            frame, self._newest = self._newest, None
            if frame is not None:
                self._acked.clear()
                self._sent = frame
                self._sent_s = monotonic_s()
                return frame


class _Sink:
    """One tab watching one view."""

    def __init__(self, tab: _Tab, view_id: str) -> None:
        self.view_id = view_id
        self._tab = tab

    def wants(self) -> bool:
        return self._tab.is_taking()

    def offer(self, frame: Frame) -> None:
        self._tab.take_from(self, frame)


async def serve(
    socket: WebSocket,
    *,
    publisher: Publisher[Any],
    token: str,
    hosts: Sequence[str],
) -> None:
    """Serve one tab until it goes, or is sent away.

    Args:
        socket: not yet accepted.
        publisher: whose views can be watched.
        token: this process's; a page gets it with its script run.
        hosts: names by which this server may be addressed; none = any. Against DNS rebinding.
    """
    if not _is_ours(socket, hosts):
        await socket.close(_FORBIDDEN)
        return
    await socket.accept()
    given = socket.query_params.get("token", "")
    if not hmac.compare_digest(given.encode(), token.encode()):
        await socket.close(BAD_TOKEN, "this page is from an earlier run: reload it")
        return
    tab = _Tab(publisher)
    try:
        if tab.show(socket.query_params.get("view", "")):
            await _converse(socket, tab)
        else:
            await socket.close(UNKNOWN_VIEW, "no such view: reload the page")
    finally:
        tab.leave()


def _is_ours(socket: WebSocket, hosts: Sequence[str]) -> bool:
    """Return whether a page of this very server opened the connection."""
    host, origin = socket.headers.get("host", ""), socket.headers.get("origin", "")
    try:
        parts = urlsplit(origin)
        name = parts.hostname or ""
    except ValueError:
        return False
    same = parts.scheme in {"http", "https"} and parts.netloc == host
    return bool(name) and same and (not hosts or name in hosts)


async def _converse(socket: WebSocket, tab: _Tab) -> None:
    """Send and receive until one of the two ends; then neither is left running."""
    tasks = {asyncio.create_task(_send(socket, tab)), asyncio.create_task(_receive(socket, tab))}
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                log.error("a live connection ended on a fault", exc_info=ended)


async def _send(socket: WebSocket, tab: _Tab) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            frame = await tab.next()
            await socket.send_bytes(frame.payload)


async def _receive(socket: WebSocket, tab: _Tab) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            message = _read(await socket.receive())
            if message is None:
                await socket.close(BAD_MESSAGE, "not a message of this protocol")
                return
            if message.ack is not None:
                tab.ack(message.ack)
            if message.view is not None and not tab.show(message.view):
                await socket.close(UNKNOWN_VIEW, "no such view: reload the page")
                return


def _read(event: Any) -> _Message | None:
    """Return the message in an ASGI event; None = it is none.

    Raises:
        WebSocketDisconnect: the browser went away.
    """
    if event["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(event.get("code") or 1005)
    text = event.get("text") or ""
    if not text or len(text) > _LONGEST:
        return None
    try:
        return msgspec.json.decode(text, type=_Message)
    except msgspec.DecodeError:
        return None
