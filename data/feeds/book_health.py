"""What books are worth, told to the board: the engine keeps them, so it alone knows."""

from collections.abc import Iterable
from typing import Final

from core.domain.events import Channel, Gap
from core.domain.units import Ns
from data.buffers.desk import BookState
from data.feeds.health import HealthBoard, State
from data.venues.sync import Phase

_STATES: Final = {
    Phase.SYNCING: State.SYNCING,
    Phase.LIVE: State.LIVE,
    Phase.STALE: State.STALE,
}
FINAL: Final = (State.REJECTED, State.HALTED)
"""What the feed said for good stays: no book changes it."""


def report(
    health: HealthBoard, states: Iterable[BookState], gaps: Iterable[Gap], *, now_ns: Ns
) -> None:
    """Put changes of books on the board, and count their gaps."""
    for gap in gaps:
        health.gap(gap.instrument_id, gap.channel)
    for each in states:
        health.set_state(
            each.tape.instrument.id,
            Channel.BOOK,
            _STATES[each.phase],
            now_ns=now_ns,
            reason=each.reason,
            unless=FINAL,
        )
