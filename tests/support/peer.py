"""A raw WebSocket peer for frames that no library would send: one connection, bytes as given."""

import hashlib
import socket
from base64 import b64encode
from contextlib import suppress
from threading import Thread

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 1.3


class Peer:
    """Listens on 127.0.0.1, shakes hands with the first client, then lets the test write.

    Attributes:
        heard: bytes that came after the handshake.
    """

    def __init__(self, *, context=None, answer=None):
        """Args:
        context: for TLS.
        answer: sent instead of the handshake's answer; b"" = nothing at all.
        """
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._context = context
        self._answer = answer
        self._client = None
        self.heard = b""
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        # close() alone does not wake a thread that is blocked in accept().
        for each in (self._listener, self._client):
            if each is not None:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()
        self._thread.join(5)

    @property
    def url(self):
        scheme = "ws" if self._context is None else "wss"
        return f"{scheme}://localhost:{self._listener.getsockname()[1]}/x"

    @property
    def open(self):
        return self._client is not None

    def send(self, *frames):
        self._client.sendall(b"".join(frames))

    def _run(self):
        with suppress(OSError):
            client, _ = self._listener.accept()
            try:
                self._talk(client)
            finally:
                client.close()

    def _talk(self, client):
        if self._context is None:
            self._shake(client)
            return
        with self._context.wrap_socket(client, server_side=True) as secured:
            self._shake(secured)

    def _shake(self, client):
        request = b""
        while not request.endswith(b"\r\n\r\n"):
            part = client.recv(4096)
            if not part:
                return
            request += part
        key = next(
            line.partition(b":")[2].strip()
            for line in request.split(b"\r\n")
            if line.lower().startswith(b"sec-websocket-key")
        )
        accept = b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
        answer = (
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        client.sendall(answer if self._answer is None else self._answer)
        self._client = client
        while part := client.recv(4096):
            self.heard += part


def frame(payload, opcode=1, *, last=True, length=None):
    """An unmasked frame; ``length`` may lie."""
    size = len(payload) if length is None else length
    first = bytes(((0x80 if last else 0) | opcode,))
    if size < 126:
        return first + bytes((size,)) + payload
    if size < 65_536:
        return first + b"\x7e" + size.to_bytes(2, "big") + payload
    return first + b"\x7f" + size.to_bytes(8, "big") + payload
