"""The volume at every tick since an instant, each trade counted once."""

import numpy as np

from core.calc.common_grid import Factors, rescale_bars, rescale_trades
from core.calc.profile import TickVolumes, add_tick_volumes, spread_bars, tick_volumes
from core.domain.arrays import Provenance, empty_trades
from core.domain.units import Ns
from data.buffers.tape import Tape
from data.views.holes import klines_without_trades
from data.views.series import FOREVER, SETTLE_NS, bars_before_trades


class VolumesSince:
    """Traded volume per tick of one tape since an instant, or within a span.

    Settled trades are kept summed; each call adds only what came since. A start that moves makes
    it begin again, so give it one that rests: the session's, or the first visible bar's.

    Attributes:
        from_klines: some of it is kline volume, spread over the candle's range.
    """

    def __init__(self, step_ns: Ns, timeframe: str | None) -> None:
        """Make an empty one.

        Args:
            step_ns: length of the bars shown.
            timeframe: name of the venue's klines of that length; None = there are none.
        """
        self.from_klines = False
        self._step_ns = step_ns
        self._timeframe = timeframe
        self._kept = tick_volumes(empty_trades())
        self._span_ns: tuple[Ns, Ns] = (FOREVER, FOREVER)
        self._edge_ns: Ns = 0
        self._state: tuple[object, ...] = ()

    def update(self, tape: Tape, by: Factors, *, from_ns: Ns, to_ns: Ns = FOREVER) -> TickVolumes:
        """Return the volumes of ``[from_ns, to_ns)`` on the common grid."""
        stale = self._state != _state(tape, by, self._edge_ns)
        if stale or self._span_ns != (from_ns, to_ns):
            self._start(tape, by, from_ns, to_ns)
        edge_ns = max(min((tape.trades.newest_ns or 0) - SETTLE_NS, to_ns), self._edge_ns)
        # Before the rows are read: one that comes in between then makes this state false.
        state = _state(tape, by, edge_ns)
        settled = tape.trades.window(self._edge_ns, edge_ns)
        if settled.size:
            self._kept = add_tick_volumes(self._kept, tick_volumes(rescale_trades(settled, by)))
        self._edge_ns, self._state = edge_ns, state
        rest = tape.trades.window(edge_ns, to_ns)
        return add_tick_volumes(self._kept, tick_volumes(rescale_trades(rest, by)))

    def _start(self, tape: Tape, by: Factors, from_ns: Ns, to_ns: Ns) -> None:
        before = bars_before_trades(tape, self._timeframe, self._step_ns, from_ns)
        before = before[before["open_ns"] < to_ns]
        covered = int(before["last_ns"][-1]) + 1 if before.size else 0
        inside = klines_without_trades(tape, max(from_ns, covered))
        before = np.concatenate([before, inside[inside["open_ns"] < to_ns]])
        self.from_klines = bool(np.any(before["provenance"] == Provenance.KLINES))
        self._kept = spread_bars(rescale_bars(before, by))
        self._span_ns = (from_ns, to_ns)
        self._edge_ns = max(from_ns, covered)


def _state(tape: Tape, by: Factors, edge_ns: Ns) -> tuple[object, ...]:
    """Return what must not change if volumes before ``edge_ns`` are to stay true."""
    return id(tape), by, tape.klines_version, tape.gaps, tape.trades.count_before(edge_ns)
