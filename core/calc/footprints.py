"""Footprints: those of all bars of a tape at once."""

from fractions import Fraction

import numpy as np

from core.calc.compiled import compilable
from core.calc.footprint import Footprint, footprint
from core.calc.grouping import intervals, runs
from core.domain.arrays import TradeArray, require_sorted
from core.domain.units import Ns


@compilable
def footprints(
    trades: TradeArray,
    *,
    step_ns: Ns,
    ticks_per_row: int,
    ratio: Fraction = Fraction(3),
    min_lots: int = 0,
) -> list[Footprint]:
    """Return the footprint of every interval ``[k*step_ns, (k+1)*step_ns)`` UTC that has a trade.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``.
        step_ns: length of a bar, > 0.
        ticks_per_row: height of a row, >= 1.
        ratio: as of ``footprint``.
        min_lots: as of ``footprint``.

    Returns:
        In the order of time; the same as ``footprint`` of each bar's trades.

    Raises:
        ValueError: as of ``footprint``, or ``step_ns`` is not above zero.
    """
    require_sorted(trades, "ts_event_ns")
    bars = intervals(trades["ts_event_ns"], width=step_ns)
    return [
        footprint(
            trades[start:end],
            open_ns=int(bars[start]) * step_ns,
            ticks_per_row=ticks_per_row,
            ratio=ratio,
            min_lots=min_lots,
        )
        for start, end in np.transpose(runs(bars)).tolist()
    ]
