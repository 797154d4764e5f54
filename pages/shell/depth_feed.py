"""Depth feed: frames of the heat map, four a second while the book is told."""

from collections.abc import Hashable
from typing import Final

from core.domain.events import Channel
from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_MINUTE
from data.feeds.book_health import FINAL
from data.runtime import Runtime
from data.sources.playback import Playback
from data.views.depth import DepthSpec
from data.views.walls import WallsSpec
from pages.figures import depth_map
from pages.figures.venues import instrument_title
from pages.shell.board_feed import PanelAnswers
from pages.shell.codec import encode
from pages.shell.frames import channel_states, stamps

PERIOD_S: Final = 0.2
"""Five frames a second."""
_ANOTHER: Final = "Choose another instrument in the sidebar."
_OTHERS: Final = (
    "Choose another instrument in the sidebar, or play one with books: Recordings says which days "
    "have them."
)
_WALLS_NS: Final = 10 * NS_PER_MINUTE


def waiting_for_book(run: Runtime, instrument: InstrumentId) -> str:
    """Return the sentences for a book of which nothing has come: why none will, where none will."""
    source, title = run.source, instrument_title(instrument)
    if isinstance(source, Playback):
        if not source.has_book(instrument):
            return f"This recording has no order book of {title}. {_OTHERS}"
        if source.finished:
            return f"The order book of {title} is never whole in this recording. {_OTHERS}"
    elif source.name == "live":
        whose = (instrument.venue, instrument.kind, instrument.symbol, Channel.BOOK)
        for each in run.health.snapshot():
            if (each.venue, each.kind, each.symbol, each.channel) == whose and each.state in FINAL:
                reason = each.reason.rstrip(".") or f"it is {each.state}"
                return f"No order book of {title} comes: {reason}. {_ANOTHER}"
    return f"Waiting for the order book of {title}."


class DepthFeed:
    """Frames of one heat map."""

    pause_s = PERIOD_S
    linger_s = 0.0
    heartbeat_s: float | None = PERIOD_S

    def __init__(self, spec: DepthSpec, runtime: Runtime, answers: PanelAnswers) -> None:
        self._spec = spec
        self._runtime = runtime
        self._answers = answers
        self._walls = WallsSpec(spec.instrument).query()

    def marker(self) -> Hashable:
        """Return what changes with the market: the picture moves on without it."""
        return self._runtime.source.run_id

    def frame(self, seq: int) -> bytes:
        """Return the picture, or one sentence while no book has come."""
        run, instrument = self._runtime, self._spec.instrument
        view = self._answers.view(self._spec)
        states = channel_states(run, [instrument], ())
        if view is None:
            text = waiting_for_book(run, instrument)
            return encode({"kind": "empty", "seq": seq, "text": text} | states)
        now_ns = run.source.now_ns()
        walls = self._walls.view(run.engine, from_ns=now_ns - _WALLS_NS, now_ns=now_ns)
        tape = run.engine.tape(instrument)
        written_ns = tape.written_ns if tape else 0
        return encode(
            {"kind": "depth", "seq": seq, "title": instrument_title(instrument)}
            | stamps(run, view.newest_recv_ns, written_ns)
            | depth_map.draw(view, walls)
            | states
        )
