"""The trade runs of one tape since an instant, each trade read once."""

from typing import Final

import numpy as np

from core.calc.trade_runs import RUN_DTYPE, Ids, merge_runs, trade_runs
from core.domain.arrays import RowArray
from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, Ns
from data.buffers.tape import Tape
from data.venues.registry import market_of

_LOOK_BACK_NS: Final[Ns] = 10 * NS_PER_MINUTE


def ids_of(instrument_id: InstrumentId) -> Ids:
    """Return what the trade ids of an instrument are worth."""
    facts = market_of(instrument_id).facts
    if not facts.ids_count:
        return Ids.NAMES
    return Ids.COUNT_FILLS if facts.ids_step_by_fill else Ids.COUNT


class RunsSince:
    """Settled trades, summed; each call reads only what settled since.

    Attributes:
        starts: how often it began again: what was made of the runs before is to be made again.
    """

    def __init__(self, width_ns: Ns) -> None:
        """Make an empty one.

        Args:
            width_ns: length of a run.
        """
        self.starts = 0
        self._width_ns = width_ns
        self._rows: RowArray = np.zeros(0, RUN_DTYPE)
        self._from_ns: Ns = 0
        self._edge_ns: Ns = 0
        self._state: tuple[int, int] | None = None

    def update(self, tape: Tape, *, from_ns: Ns, edge_ns: Ns) -> RowArray:
        """Return the runs of ``[from_ns, edge_ns)``, and the last one before, if there is one.

        Args:
            from_ns: a multiple of the width.
            edge_ns: what came before it is settled; an earlier one than before begins again.
        """
        stale = self._state != (id(tape), tape.trades.count_before(self._edge_ns))
        if stale or from_ns < self._from_ns or edge_ns < self._edge_ns:
            self._rows = np.zeros(0, RUN_DTYPE)
            self._edge_ns = self._before(tape, from_ns)
            self.starts += 1
        # Before the rows are read: one that comes in between then makes this state false.
        self._state = (id(tape), tape.trades.count_before(edge_ns))
        ids = ids_of(tape.instrument.id)
        while self._edge_ns < edge_ns:
            to_ns = min(self._edge_ns + NS_PER_HOUR, edge_ns)
            rows = tape.trades.window(self._edge_ns, to_ns)
            if rows.size:
                fresh = trade_runs(rows, width_ns=self._width_ns, ids=ids)
                last = np.concatenate([self._rows[-1:], fresh])
                merged = merge_runs(last, width_ns=self._width_ns)
                self._rows = np.concatenate([self._rows[:-1], merged])
            self._edge_ns = to_ns
        self._edge_ns, self._from_ns = edge_ns, from_ns
        first = int(np.searchsorted(self._rows["open_ns"], from_ns))
        self._rows = self._rows[max(first - 1, 0) :]
        return self._rows

    def _before(self, tape: Tape, from_ns: Ns) -> Ns:
        """Return where the run begins that holds the last trade before ``from_ns``."""
        first_ns = tape.trades.first_ns
        if first_ns is None or first_ns >= from_ns:
            return from_ns if first_ns is None else first_ns // self._width_ns * self._width_ns
        back_ns = _LOOK_BACK_NS
        while not (rows := tape.trades.window(from_ns - back_ns, from_ns)).size:
            back_ns *= 4
        return int(rows["ts_event_ns"][-1]) // self._width_ns * self._width_ns
