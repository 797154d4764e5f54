"""Which trades are to be fetched between two that sockets brought: neighbouring holes are one.

A storm of jumps on a bad line must not become a storm of questions. Pure.
"""

from dataclasses import dataclass, replace
from threading import Lock
from typing import Final

from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_S, Ns
from data.feeds.continuity import Mark
from data.feeds.intake import Resumed
from data.venues.market import Facts

NEAR_IDS: Final = 1000
"""Trades held between two holes: one page of REST."""
NEAR_NS: Final[Ns] = 10 * NS_PER_S
"""Where ids do not count: one page of a busy market."""


@dataclass(slots=True, eq=False)
class Span:
    """One hole, or several with what lies between them.

    Attributes:
        resumed: from the first hole's last known trade to the last hole's first.
        begun: it is being fetched, and takes no more.
    """

    resumed: Resumed
    begun: bool = False


class Holes:
    """The spans of one market that wait to be fetched; any thread."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._lock = Lock()
        self._newest: dict[InstrumentId, Span] = {}

    def put(self, resumed: Resumed) -> Span | None:
        """Note a hole; return its span, or None where one that waits took it in.

        Args:
            resumed: with a trade known before it.
        """
        key = resumed.instrument.id
        with self._lock:
            waiting = self._newest.get(key)
            if waiting is not None and not waiting.begun and self._near(waiting.resumed, resumed):
                waiting.resumed = replace(
                    waiting.resumed,
                    first=resumed.first,
                    repeated=waiting.resumed.repeated and resumed.repeated,
                    reason=resumed.reason,
                )
                return None
            span = self._newest[key] = Span(resumed)
            return span

    def begin(self, span: Span) -> Resumed:
        """Return what is to be fetched; from now on it takes in no more."""
        with self._lock:
            span.begun = True
            return span.resumed

    def wait(self, span: Span) -> None:
        """Note that it could not be fetched yet."""
        with self._lock:
            span.begun = False

    def _near(self, earlier: Resumed, later: Resumed) -> bool:
        before: Mark | None = later.before
        if before is None or earlier.channel != later.channel:
            return False
        if self._facts.ids_count:
            return before.trade_id - earlier.first.trade_id <= NEAR_IDS
        return before.ts_event_ns - earlier.first.ts_event_ns <= NEAR_NS
