"""Painted: how long after the engine wrote it a browser had drawn the newest event."""

import sys
from threading import Lock
from types import ModuleType
from typing import Final

import msgspec

from core.domain.units import NS_PER_MS, Ns
from pages.shell.codec import MAGIC

_HOLDER: Final = "tapescope_painted"
_HEAD: Final = 8


class _Stamps(msgspec.Struct):
    written_ms: float | None = None


class _Header(msgspec.Struct):
    message: _Stamps


class Painted:
    """What the tabs acknowledged. Any thread.

    Attributes:
        draw_ms: of the newest event that a chart has drawn; None = no chart is being looked at
            that has drawn one.
        drawn_ns: when that was, on our own clock.
    """

    def __init__(self) -> None:
        self.draw_ms: float | None = None
        self.drawn_ns: Ns = 0
        self._lock = Lock()
        self._newest_ms = 0.0

    def note(self, payload: bytes, *, now_ns: Ns) -> None:
        """Take a frame that was drawn right now; one without a newer event says nothing new.

        Args:
            payload: as it was sent.
            now_ns: the wall clock.
        """
        written_ms = _written_ms(payload)
        if written_ms is None:
            return
        with self._lock:
            if written_ms > self._newest_ms:
                self._newest_ms = written_ms
                self.draw_ms = max(now_ns / NS_PER_MS - written_ms, 0.0)
                self.drawn_ns = now_ns


def painted() -> Painted:
    """Return the process's one.

    A module without a file holds it: an edit evicts modules, but not the routes that write here.
    """
    holder = sys.modules.setdefault(_HOLDER, ModuleType(_HOLDER))
    return holder.__dict__.setdefault("painted", Painted())  # type: ignore[no-any-return]


def _written_ms(payload: bytes) -> float | None:
    """Return the stamp in a frame's header; None = it has none."""
    if not payload.startswith(MAGIC):
        return None
    end = _HEAD + int.from_bytes(payload[len(MAGIC) : _HEAD], "little")
    try:
        return msgspec.json.decode(payload[_HEAD:end], type=_Header).message.written_ms
    except msgspec.DecodeError:
        return None
