"""Board feed: frames of a board, four a second."""

import logging
from collections.abc import Hashable
from typing import Any, Final

from core.domain.errors import TapescopeError
from core.domain.events import Channel
from core.domain.instrument import InstrumentId
from core.domain.units import Ns
from data.clock import monotonic_s
from data.runtime import Runtime
from data.views.moment import FRESH_NS, Moment, Off, followed
from data.views.panel import PanelQuery, PanelSpec
from pages.boards.board import Board, BoardScene
from pages.figures.node import Node, node
from pages.shell.codec import encode
from pages.shell.frames import stamps, waiting_for
from pages.shell.shared_answers import SHARED_S, SharedAnswers

PERIOD_S: Final = 0.22
"""Four frames a second, with room for what delays one."""
_KEPT: Final = 256
"""Six coins on a dashboard are 42 questions; several tabs may ask different ones."""

log = logging.getLogger(__name__)


class PanelAnswers:
    """Answers by question, asked once a tick for all boards; publisher's thread only."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._shared: SharedAnswers[PanelSpec, PanelQuery, Any | None] = SharedAnswers(
            lambda spec: spec.query(), most=_KEPT
        )
        self._moment: tuple[float, Moment] | None = None

    def moment(self) -> Moment:
        """Return this moment; the same one for all who ask within a tick."""
        now_s = monotonic_s()
        if self._moment is None or now_s - self._moment[0] >= SHARED_S:
            self._moment = now_s, moment_of(self._runtime)
        return self._moment[1]

    def view(self, spec: PanelSpec) -> Any | None:
        """Return the answer of this moment.

        Raises:
            ValueError: it cannot be answered; in words.
        """
        return self._shared.answer(spec, self._asked)

    def _asked(self, query: PanelQuery) -> Any | None:
        run = self._runtime
        for want in query.wants(run.source.instruments()):
            run.source.want(*want)
        return query.view(run.engine, self.moment())


class BoardFeed:
    """Frames of one board."""

    pause_s = PERIOD_S
    linger_s = 0.0
    heartbeat_s: float | None = PERIOD_S

    def __init__(self, board: Board, runtime: Runtime, answers: PanelAnswers) -> None:
        self._board = board
        self._runtime = runtime
        self._answers = answers
        self._faults: dict[str, str] = {}

    def marker(self) -> Hashable:
        """Return what changes with the market: ages tick on without it."""
        return self._runtime.source.run_id

    def frame(self, seq: int) -> bytes:
        """Return the board, or one sentence while there is no market."""
        run = self._runtime
        if not run.source.instruments():
            return encode({"kind": "empty", "seq": seq, "text": waiting_for(run, ())})
        tapes = [tape for tape in map(run.engine.tape, run.engine.ids()) if tape]
        newest_ns = max((tape.newest_recv_ns for tape in tapes), default=0)
        written_ns = max((tape.written_ns for tape in tapes), default=0)
        found, faults = self._answered()
        scene = BoardScene(found, self._answers.moment())
        nodes = [*faults, *self._board.draw(scene)]
        return encode(
            {"kind": "board", "seq": seq, "nodes": nodes} | stamps(run, newest_ns, written_ns)
        )

    def _answered(self) -> tuple[dict[str, Any], list[Node]]:
        """Return the answers, and what to say of questions that could not be answered."""
        found, told = {}, []
        for name, spec in self._board.questions().items():
            try:
                found[name] = self._answers.view(spec)
                self._faults.pop(name, None)
            except (ValueError, TapescopeError) as error:
                told.append(node("div", "ts-fault ts-tone-caution", f"{name}: {error}"))
            except Exception as error:
                # One panel that fails must not take the others with it.
                if self._faults.get(name) != repr(error):
                    log.exception("the question %s could not be answered", name)
                    self._faults[name] = repr(error)
                said = f"{name}: could not be answered; the log of the server says why"
                told.append(node("div", "ts-fault ts-tone-caution", said))
        return found, told


def moment_of(runtime: Runtime) -> Moment:
    """Return this moment of a run: of a live market by health, else by what keeps coming."""
    source = runtime.source
    now_ns = source.now_ns()
    if source.name != "live":
        return Moment(now_ns, source.name, _quiet(runtime, now_ns))
    known = followed(runtime.health.snapshot())
    return Moment(now_ns, source.name, {key: off for key, off in known.items() if off is not None})


def _quiet(runtime: Runtime, now_ns: Ns) -> dict[tuple[InstrumentId, Channel], Off]:
    """Return the instruments of which neither quotes nor trades came for a while."""
    off: dict[tuple[InstrumentId, Channel], Off] = {}
    for tape in filter(None, map(runtime.engine.tape, runtime.engine.ids())):
        quote = tape.quotes.newest
        quoted_ns = int(quote["ts_recv_ns"]) if quote is not None else 0
        newest_ns = max(tape.newest_recv_ns, quoted_ns, tape.book.ts_recv_ns)
        if now_ns - newest_ns > FRESH_NS:
            gone = Off("quiet", newest_ns, "nothing comes of it any more")
            off |= {(tape.instrument.id, channel): gone for channel in Channel}
    return off
