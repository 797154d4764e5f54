"""The volume at every tick since an instant, each trade counted once."""

import numpy as np

from core.calc.common_grid import Factors, rescale_bars, rescale_trades
from core.calc.profile import TickVolumes, add_tick_volumes, spread_bars, tick_volumes
from core.domain.arrays import empty_trades
from core.domain.units import Ns
from data.buffers.tape import Tape
from data.views.holes import klines_without_trades
from data.views.series import FOREVER, SETTLE_NS, klines_before_trades


class VolumesSince:
    """Traded volume per tick of one tape since an instant.

    Settled trades are kept summed; each call adds only what came since. A start that moves makes
    it begin again, so give it one that rests: the session's, or the first visible bar's.

    Attributes:
        from_klines: some of it is kline volume, spread over the candle's range.
    """

    def __init__(self) -> None:
        self.from_klines = False
        self._kept = tick_volumes(empty_trades())
        self._from_ns: Ns = FOREVER
        self._edge_ns: Ns = 0
        self._state: tuple[int, ...] = ()

    def update(self, tape: Tape, by: Factors, *, from_ns: Ns) -> TickVolumes:
        """Return the volumes since ``from_ns`` on the common grid."""
        if from_ns != self._from_ns or self._state != self._state_of(tape):
            self._start(tape, by, from_ns)
        edge_ns = max((tape.trades.newest_ns or 0) - SETTLE_NS, self._edge_ns)
        settled = tape.trades.window(self._edge_ns, edge_ns)
        if settled.size:
            self._kept = add_tick_volumes(self._kept, tick_volumes(rescale_trades(settled, by)))
        self._edge_ns = edge_ns
        self._state = self._state_of(tape)
        rest = tape.trades.window(edge_ns, FOREVER)
        return add_tick_volumes(self._kept, tick_volumes(rescale_trades(rest, by)))

    def _start(self, tape: Tape, by: Factors, from_ns: Ns) -> None:
        klines = klines_before_trades(tape, from_ns)
        covered = int(klines["last_ns"][-1]) + 1 if klines.size else 0
        inside = klines_without_trades(tape, max(from_ns, covered))
        klines = np.concatenate([klines, inside])
        self.from_klines = bool(klines.size)
        self._kept = spread_bars(rescale_bars(klines, by))
        self._from_ns = from_ns
        self._edge_ns = max(from_ns, covered)

    def _state_of(self, tape: Tape) -> tuple[int, ...]:
        before = tape.trades.count_before(self._edge_ns)
        return id(tape), tape.klines_version, len(tape.gaps), before
