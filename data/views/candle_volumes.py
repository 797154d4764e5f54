"""The volume at every tick of each candle, each settled trade counted once."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from core.calc.common_grid import Factors, rescale_trades
from core.calc.profile import TickVolumes, add_tick_volumes, tick_volumes
from core.domain.arrays import TradeArray, empty_trades
from core.domain.units import NS_PER_HOUR, Ns
from data.buffers.tape import Tape
from data.views.series import FOREVER, SETTLE_NS

_NOTHING: Final = tick_volumes(empty_trades())


class CandleVolumes:
    """The volumes of the candles of one step over several tapes.

    What settled is kept for as long as the number of trades before it stays what it was; of a
    candle that has, each call answers with the same object.
    """

    def __init__(self, step_ns: Ns) -> None:
        """Make an empty one.

        Args:
            step_ns: length of a candle.
        """
        self._step_ns = step_ns
        self._kept: dict[Ns, TickVolumes] = {}
        self._from_ns: Ns = FOREVER
        self._edge_ns: Ns = 0
        self._state: tuple[object, ...] = ()

    def update(
        self, tapes: Sequence[Tape], by: Sequence[Factors], *, from_ns: Ns
    ) -> dict[Ns, TickVolumes]:
        """Return the volumes by the open of their candle; one without a trade is left out.

        Args:
            by: what makes each tape's integers those of the common grid.
            from_ns: open of the first candle, a multiple of the step.
        """
        if from_ns < self._from_ns or self._state != _state(tapes, by, self._edge_ns):
            self._kept, self._edge_ns = {}, from_ns
        self._from_ns = from_ns
        self._kept = {at: each for at, each in self._kept.items() if at >= from_ns}
        newest_ns = max((tape.trades.newest_ns or 0 for tape in tapes), default=0)
        edge_ns = max(newest_ns - SETTLE_NS, self._edge_ns)
        # Before the rows are read: one that comes in between then makes this state false.
        self._state = _state(tapes, by, edge_ns)
        for tape, each in zip(tapes, by, strict=True):
            self._settle(tape, each, max(self._edge_ns, from_ns), edge_ns)
        self._edge_ns = edge_ns
        answer = dict(self._kept)
        for tape, each in zip(tapes, by, strict=True):
            rest = tape.trades.window(max(edge_ns, from_ns), FOREVER)
            self._add(answer, rescale_trades(rest, each))
        return answer

    def _settle(self, tape: Tape, by: Factors, from_ns: Ns, to_ns: Ns) -> None:
        while from_ns < to_ns:
            end_ns = min(from_ns + NS_PER_HOUR, to_ns)
            self._add(self._kept, rescale_trades(tape.trades.window(from_ns, end_ns), by))
            from_ns = end_ns

    def _add(self, volumes: dict[Ns, TickVolumes], trades: TradeArray) -> None:
        if not trades.size:
            return
        opens_ns = trades["ts_event_ns"] // self._step_ns * self._step_ns
        starts = np.append(0, np.flatnonzero(opens_ns[1:] != opens_ns[:-1]) + 1)
        for start, part in zip(starts.tolist(), np.split(trades, starts[1:]), strict=True):
            open_ns = int(opens_ns[start])
            volumes[open_ns] = add_tick_volumes(volumes.get(open_ns, _NOTHING), tick_volumes(part))


def _state(tapes: Sequence[Tape], by: Sequence[Factors], edge_ns: Ns) -> tuple[object, ...]:
    """Return what must not change if volumes before ``edge_ns`` are to stay true."""
    return tuple(
        (id(tape), each, tape.trades.count_before(edge_ns))
        for tape, each in zip(tapes, by, strict=True)
    )
