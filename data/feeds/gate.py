"""How many connections may be opened to a venue in a second; all sockets of the venue share one."""

from collections import deque
from threading import Lock
from typing import Final

from core.domain.instrument import Venue

PER_S: Final = {Venue.OKX: 3}
"""OKX, Overview, WebSocket, Connect: 3 a second from one address. The others count over minutes,
and the back-off stays below that."""


class Gate:
    """Pure but for its lock: told the time, never asks for it."""

    def __init__(self, per_s: int | None) -> None:
        """Make one.

        Args:
            per_s: connections a second; None = any number.
        """
        self._per_s = per_s
        self._lock = Lock()
        self._taken_s: deque[float] = deque(maxlen=per_s)

    def take(self, now_s: float) -> float:
        """Take the next place; return how many seconds to wait for it."""
        if self._per_s is None:
            return 0.0
        with self._lock:
            free_s = now_s
            if len(self._taken_s) == self._per_s:
                free_s = max(now_s, self._taken_s[0] + 1.0)
            self._taken_s.append(free_s)
            return free_s - now_s
