"""Wall ledger: the walls of one book, those that stand and how others ended in the last hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.calc.wall_events import WallEvent
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_HOUR, Ns
from data.engine import Engine
from data.views.book_off import book_off
from data.views.moment import Moment, Off
from data.views.panel import Want, wanted
from data.views.walls import WallsSpec, WallsView, followed

SHOWN_NS: Final[Ns] = NS_PER_HOUR


@dataclass(frozen=True, slots=True)
class WallLedgerSpec:
    """Whose walls."""

    instrument: InstrumentId

    def query(self) -> "WallLedgerQuery":
        """Return a new query that answers it."""
        return WallLedgerQuery(self)


@dataclass(frozen=True, slots=True)
class WallLedgerView:
    """One moment of the ledger.

    Attributes:
        walls: what stands and what ended within SHOWN_NS.
        now_ns: the source's clock.
        off: why the book is not live; None = it is.
    """

    walls: WallsView
    now_ns: Ns
    off: Off | None


class WallLedgerQuery:
    """Answers one spec again and again; the book is followed for as long as it is asked."""

    def __init__(self, spec: WallLedgerSpec) -> None:
        self.spec = spec
        self._walls = WallsSpec(spec.instrument).query()

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return the instrument; no candles."""
        return wanted(listed, (self.spec.instrument,))

    def view(self, engine: Engine, moment: Moment) -> WallLedgerView | None:
        """Return the ledger of this moment; None while nothing of the instrument has come."""
        now_ns = moment.now_ns
        walls = self._walls.view(engine, from_ns=now_ns - SHOWN_NS, now_ns=now_ns)
        tape = engine.tape(self.spec.instrument)
        if walls is None or tape is None:
            return None
        return WallLedgerView(walls, now_ns, book_off(tape, moment))


def ledger_events(engine: Engine, instrument_id: InstrumentId) -> tuple[WallEvent, ...]:
    """Return the newest event of every wall that is known of, ended ones first; any thread.

    What has come since the board last asked is not in it: the board reads the book's log.
    """
    tape = engine.tape(instrument_id)
    if tape is None:
        return ()
    following = followed(tape)
    return (*tuple(following.ended), *tuple(following.standing.values()))
