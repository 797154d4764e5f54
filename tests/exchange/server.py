"""The server: one port for WebSockets and REST of all venues, in a thread of its own."""

import asyncio
import json
import socket
import struct
import time
from collections import Counter
from contextlib import suppress
from http import HTTPStatus
from threading import Event, Thread
from urllib.parse import parse_qsl, urlsplit

from websockets.asyncio.server import serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Response

from core.domain.instrument import MarketKind, Venue
from core.domain.units import NS_PER_MS
from data.venues.registry import MARKETS
from tests.exchange import binance, okx
from tests.exchange.faults import Faults, Timing
from tests.exchange.pushing import DIALECTS, Pushing
from tests.exchange.tape import Tapes
from tests.exchange.wire import frame, write
from tests.support.frames import trade_frames


class Exchange:
    """A local exchange; use it as a context manager.

    Attributes:
        tapes: what has traded; REST answers from it.
        books: what rests, by instrument id; empty until somebody changes it.
        contracts: mark, index, funding and open interest of the perpetuals, by instrument id.
        faults: switches, effective at once.
        requests: REST paths asked, counted.
        handshakes: WebSocket paths opened, counted.
        port: of everything; 0 = any that is free, until it runs.
    """

    def __init__(self, *, timing=None, port=0):
        self.port = port
        self.tapes = Tapes()
        self.faults = Faults()
        self.timing = timing or Timing()
        self.requests = Counter()
        self.handshakes = Counter()
        self._loop = asyncio.new_event_loop()
        self.pushing = Pushing(self._loop, self.faults, self.timing)
        self.books, self.contracts = self.pushing.books, self.pushing.contracts
        self._clients = self.pushing.clients
        self._ready = Event()
        self._thread = Thread(target=self._run, name="local-exchange", daemon=True)

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10)

    def endpoints(self):
        """(venue, kind, "WS" | "REST") -> base address, as the settings take it."""
        return {
            (venue, kind, transport): f"{scheme}://127.0.0.1:{self.port}"
            for venue, kind in MARKETS
            for transport, scheme in (("WS", "ws"), ("REST", "http"))
        }

    def environment(self):
        """The same as environment variables."""
        return {
            f"TAPESCOPE_ENDPOINT_{venue.upper()}_{kind.upper()}_{transport}": address
            for (venue, kind, transport), address in self.endpoints().items()
        }

    def trade(self, listed, ts_event_ns, price_ticks, size_lots, aggressor):
        """Let trades happen now: onto the tape, and pushed to whoever subscribed."""
        rows = self.tapes.get(listed.id.venue, listed.id.kind, listed.id.symbol).add(
            ts_event_ns, price_ticks, size_lots, aggressor
        )
        frames = trade_frames(MARKETS[listed.id.venue, listed.id.kind], listed, rows)
        self.pushing.soon("trades", listed, frames)
        return rows

    def liquidate(self, listed, position, price_ticks, lots, *, ts_ns=None):
        """Let a ``long`` or ``short`` position be liquidated now."""
        ts_ms = (ts_ns or time.time_ns()) // NS_PER_MS
        self.pushing.soon("liquidation", listed, position, price_ticks, lots, ts_ms)

    def run(self, coroutine):
        """Run a coroutine in the server's thread; return what it returns."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def send_raw(self, payload, *, venue=None):
        """Send any text or bytes as a message to every client (of a venue)."""
        self._loop.call_soon_threadsafe(self._send_raw, payload, venue)

    def clients(self, venue=None, kind=None):
        """The clients connected now."""
        return [
            client
            for client in list(self._clients.values())
            if venue in {None, client.venue} and kind in {None, client.kind}
        ]

    def cut(self, how, *, venue=None, code=1001, reason=""):
        """End connections: ``rst``, ``fin``, ``close`` (with a code), or leave ``half`` a frame,
        or announce a frame that is too ``big``."""
        self._loop.call_soon_threadsafe(self._cut, how, venue, code, reason)

    def announce_restart(self, venue):
        """Send the venue's notice that it will close this connection soon."""
        for client in self.clients(venue):
            text = binance.shutdown(client) if venue is Venue.BINANCE else okx.notice()
            self.send_raw(text, venue=venue)
            return

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self):
        self._ended = asyncio.Event()
        async with serve(
            self._handle,
            "127.0.0.1",
            self.port,
            process_request=self._process,
            ping_interval=None,
            max_size=2**20,
            compression=None,
            close_timeout=0.1,
        ) as server:
            self.port = server.sockets[0].getsockname()[1]
            tending = asyncio.create_task(self.pushing.tend_quiet_books())
            self._ready.set()
            await self._ended.wait()
            tending.cancel()
            for connection in list(self._clients):
                connection.transport.abort()

    async def _process(self, connection, request):
        parts = urlsplit(request.path)
        query = dict(parse_qsl(parts.query))
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return self._answer(parts.path, query)
        if self.faults.hang_handshake:
            await self._ended.wait()
        injected = self.faults.answer_to(parts.path)
        if injected is not None:
            return _response(*injected)
        for dialect in DIALECTS.values():
            client = dialect.connect(parts.path, query)
            if client is not None:
                self.handshakes[parts.path] += 1
                connection.client = client
                return None
        return _response(404, {}, "no such stream")

    def _answer(self, path, query):
        self.requests[path] += 1
        injected = self.faults.answer_to(path)
        if injected is not None:
            return _response(*injected)
        for dialect in DIALECTS.values():
            answer = dialect.rest(path, query, self)
            if answer is not None:
                status, body = answer
                return _response(status, {"Content-Type": "application/json"}, json.dumps(body))
        return _response(404, {}, "no such path")

    async def _handle(self, connection):
        client = connection.client
        self._clients[connection] = client
        chores = [asyncio.create_task(each) for each in self._chores(connection, client)]
        try:
            while True:
                idle_s = self.timing.okx_idle_s if client.venue is Venue.OKX else None
                text = await asyncio.wait_for(connection.recv(), idle_s)
                client.received.append(text)
                self._reply(connection, client, text)
        except TimeoutError:
            await connection.close(4004, "No data received in 30s.")
        except ConnectionClosed:
            pass
        finally:
            self._clients.pop(connection, None)
            for chore in chores:
                chore.cancel()

    def _reply(self, connection, client, text):
        """Answer, and send what comes first of each new topic before anything else does."""
        dialect, before = DIALECTS[client.venue], set(client.topics)
        answers = [each.encode() for each in dialect.on_text(client, text, self.faults)]
        for name in sorted(client.topics - before):
            answers += self.pushing.opening(client, name, self)
        write(connection, b"".join(map(frame, answers)))

    def _chores(self, connection, client):
        if client.venue is Venue.BINANCE:
            yield self._ping(connection)
            yield self._grow_old(connection, client)

    async def _ping(self, connection):
        with suppress(ConnectionClosed):
            while True:
                await asyncio.sleep(self.timing.binance_ping_s)
                pong = await connection.ping(str(self._loop.time()))
                try:
                    await asyncio.wait_for(asyncio.shield(pong), self.timing.binance_pong_s)
                except TimeoutError:
                    await connection.close(1008, "Pong timeout")

    async def _grow_old(self, connection, client):
        lead_s = self.timing.binance_shutdown_lead_s
        await asyncio.sleep(max(self.timing.binance_lifetime_s - lead_s, 0))
        if client.kind is MarketKind.SPOT:
            await connection.send(binance.shutdown(client))
        await asyncio.sleep(min(lead_s, self.timing.binance_lifetime_s))
        await connection.close(1001, "24 h")

    def _send_raw(self, payload, venue):
        data = payload.encode() if isinstance(payload, str) else payload
        opcode = 0x81 if isinstance(payload, str) else 0x82
        for connection, client in list(self._clients.items()):
            if venue in {None, client.venue}:
                write(connection, frame(data, opcode))

    def _cut(self, how, venue, code, reason):
        for connection, client in list(self._clients.items()):
            if venue not in {None, client.venue}:
                continue
            transport = connection.transport
            if how == "rst":
                linger = struct.pack("ii", 1, 0)
                raw = transport.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                transport.abort()
            elif how == "fin":
                transport.close()
            elif how == "half":
                transport.write(b"\x81\x34" + b"{" * 18)
            elif how == "big":
                transport.write(b"\x81\x7f" + (2**40).to_bytes(8, "big"))
            else:
                self._loop.create_task(connection.close(code, reason))


def _response(status, headers, body):
    data = body.encode()
    fields = {"Content-Length": str(len(data)), "Connection": "close", **headers}
    return Response(status, HTTPStatus(status).phrase, Headers(fields), data)
