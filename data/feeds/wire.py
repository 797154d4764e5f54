"""One WebSocket connection, with what websocket-client leaves to its user.

websocket-client has no limit on the size of a message, its time-out restarts with every byte of
the handshake, and ``close()`` hangs behind half a frame. So: sizes are read from the frame's own
header before its payload is taken, the whole handshake has one deadline, and closing is abrupt.
"""

import re
from contextlib import suppress
from http import HTTPStatus
from socket import SHUT_RDWR
from ssl import SSLError
from struct import unpack
from threading import Timer
from typing import Final, NamedTuple

from websocket import (
    ABNF,
    WebSocket,
    WebSocketAddressException,
    WebSocketBadStatusException,
    WebSocketException,
    WebSocketTimeoutException,
    frame_buffer,
)

from core.domain.units import Ns
from data.clock import wall_ns

MAX_MESSAGE_BYTES: Final = 8 * 1024 * 1024
HANDSHAKE_S: Final = 5.0
POLL_S: Final = 0.25
"""How long ``receive`` waits for bytes."""
POLICY_VIOLATION: Final = 1008
_TOO_BIG: Final = 1009
_READ_BYTES: Final = 65_536
_NO_CODE: Final = 1005  # RFC 6455 7.4.1: a close frame without a code
_CLOSE_WORDS: Final = {
    1000: "normal",
    1001: "going away",
    1008: "policy violation",
    1011: "internal error",
    1012: "service restart",
    1013: "try again later",
}
_NUMBER: Final = re.compile(r"\[Errno -?\d+\] ")
_REFUSED: Final = {HTTPStatus.FORBIDDEN, HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS}


class ConnectionLost(Exception):
    """A connection ended, or could not be opened.

    Attributes:
        reason: one clause for the trader.
        code: of the venue's close frame, or the HTTP status of a failed handshake; None = neither.
        at_least_s: how long the venue wants to be left alone.
        refused: the venue does not serve this address: final until restart.
    """

    def __init__(
        self,
        reason: str,
        *,
        code: int | None = None,
        at_least_s: float = 0.0,
        refused: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.at_least_s = at_least_s
        self.refused = refused


class Message(NamedTuple):
    """One message.

    Attributes:
        ts_recv_ns: when the last of its bytes arrived.
        text: sent as text, as all venues do; False = binary.
    """

    raw: bytes
    ts_recv_ns: Ns
    text: bool


class _Frames(frame_buffer):
    """Frames of a bounded size."""

    def recv_length(self) -> None:
        """Read the length that the frame declares, and refuse what is too long."""
        super().recv_length()
        if self.length is not None and self.length > MAX_MESSAGE_BYTES:
            raise _too_big(self.length)


class _Socket(WebSocket):
    """Reads from the kernel in large pieces, and stamps each when it arrives."""

    def __init__(self) -> None:
        super().__init__(skip_utf8_validation=True)
        self.frame_buffer = _Frames(self._recv, skip_utf8_validation=True)
        self.arrived_ns: Ns = 0
        self._piece = b""
        self._used = 0

    def _recv(self, bufsize: int) -> bytes:
        if self._used == len(self._piece):
            self._piece = super()._recv(_READ_BYTES)  # type: ignore[no-untyped-call]
            self.arrived_ns = wall_ns()
            self._used = 0
        part = self._piece[self._used : self._used + bufsize]
        self._used += len(part)
        return part


class Wire:
    """One connection; used by one thread, but ``interrupt`` may be called by any."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._socket = _Socket()
        self._partial: bytearray | None = None
        self._opcode = ABNF.OPCODE_TEXT
        self._late = False

    def open(self, *, within_s: float = HANDSHAKE_S) -> None:
        """Connect and shake hands.

        Raises:
            ConnectionLost: that failed, or took longer than ``within_s``.
        """
        deadline = Timer(within_s, self._too_late)
        deadline.daemon = True
        deadline.start()
        try:
            self._socket.connect(  # type: ignore[no-untyped-call]
                self._url, timeout=within_s, redirect_limit=0, suppress_origin=True
            )
            self._socket.settimeout(POLL_S)
        except (WebSocketException, OSError, ValueError) as error:
            raise _not_opened(error, late=self._late, within_s=within_s) from error
        finally:
            deadline.cancel()

    def receive(self) -> Message | None:
        """Return the next whole message; None = none came within POLL_S. Pings are answered.

        Raises:
            ConnectionLost: the connection ended, by whichever side.
        """
        try:
            frame = self._socket.recv_frame()  # type: ignore[no-untyped-call]
            return self._take(frame)
        except WebSocketTimeoutException:
            return None
        except (WebSocketException, OSError) as error:
            raise ConnectionLost(f"the connection broke ({_words(error)})") from error

    def send(self, text: str) -> None:
        """Send a text frame.

        Raises:
            ConnectionLost: the bytes could not be handed to the kernel.
        """
        self._send(text.encode(), ABNF.OPCODE_TEXT)

    def interrupt(self) -> None:
        """Make ``open`` or ``receive``, in whichever thread, end now."""
        sock = self._socket.sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(SHUT_RDWR)

    def close(self, code: int = 1000) -> None:
        """Say goodbye if that needs no waiting, and close."""
        if self._socket.connected:
            with suppress(WebSocketException, OSError):
                self._socket.send_close(code)
        self.interrupt()
        self._socket.shutdown()  # type: ignore[no-untyped-call]

    def _too_late(self) -> None:
        if not self._socket.connected:
            self._late = True
            self.interrupt()

    def _send(self, payload: bytes, opcode: int) -> None:
        try:
            self._socket.send(payload, opcode)
        except (WebSocketException, OSError) as error:
            raise ConnectionLost(f"the connection broke ({_words(error)})") from error

    def _take(self, frame: ABNF) -> Message | None:
        """Return the message that ``frame`` completes, if it does."""
        payload = frame.data if isinstance(frame.data, bytes) else frame.data.encode()
        if frame.opcode == ABNF.OPCODE_PING:
            self._send(payload, ABNF.OPCODE_PONG)
            return None
        if frame.opcode == ABNF.OPCODE_CLOSE:
            raise _closed(payload)
        if frame.opcode == ABNF.OPCODE_PONG:
            return None
        if frame.fin and self._partial is None and frame.opcode != ABNF.OPCODE_CONT:
            return Message(payload, self._socket.arrived_ns, frame.opcode == ABNF.OPCODE_TEXT)
        return self._join(payload, frame.opcode, last=bool(frame.fin))

    def _join(self, payload: bytes, opcode: int, *, last: bool) -> Message | None:
        """Add a fragment; return the message when it was the last one."""
        if (opcode == ABNF.OPCODE_CONT) is (self._partial is None):
            raise ConnectionLost("the exchange sent a fragment out of place")
        if self._partial is None:
            self._partial, self._opcode = bytearray(), opcode
        self._partial += payload
        if len(self._partial) > MAX_MESSAGE_BYTES:
            raise _too_big(len(self._partial))
        if not last:
            return None
        raw, self._partial = bytes(self._partial), None
        return Message(raw, self._socket.arrived_ns, self._opcode == ABNF.OPCODE_TEXT)


def _too_big(size: int) -> ConnectionLost:
    msg = f"the exchange sent a message of {size} bytes; at most {MAX_MESSAGE_BYTES} are taken"
    return ConnectionLost(msg, code=_TOO_BIG)


def _closed(payload: bytes) -> ConnectionLost:
    """Return what a close frame says."""
    code = unpack("!H", payload[:2])[0] if len(payload) > 1 else _NO_CODE
    words = payload[2:].decode("utf-8", "replace").strip() or _CLOSE_WORDS.get(code, "")
    detail = f"{code} {words}".rstrip() if code != _NO_CODE else "without a code"
    return ConnectionLost(f"the exchange closed the connection ({detail})", code=code)


def _not_opened(error: Exception, *, late: bool, within_s: float) -> ConnectionLost:
    """Return why a connection could not be opened."""
    if isinstance(error, WebSocketBadStatusException):
        return _bad_status(error)
    if late or isinstance(error, WebSocketTimeoutException | TimeoutError):
        return ConnectionLost(f"the exchange did not answer within {within_s:g} s")
    if isinstance(error, WebSocketAddressException):
        return ConnectionLost(f"the exchange's name could not be resolved ({_words(error)})")
    if isinstance(error, SSLError):
        return ConnectionLost(f"the exchange could not prove who it is ({_words(error)})")
    return ConnectionLost(f"the exchange could not be reached ({_words(error)})")


def _bad_status(error: WebSocketBadStatusException) -> ConnectionLost:
    status = error.status_code
    wait = str((error.resp_headers or {}).get("retry-after", ""))
    return ConnectionLost(
        f"the exchange refused the connection (HTTP {status})",
        code=status,
        at_least_s=float(wait) if wait.isascii() and wait.isdigit() else 0.0,
        refused=status in _REFUSED,
    )


def _words(error: Exception) -> str:
    """Return an error of the libraries in one line, without the number of the system's own."""
    return " ".join(_NUMBER.sub("", str(error)).split())[:200] or type(error).__name__
