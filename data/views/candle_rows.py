"""How high the rows of a candle are, and by which trades before it one of its cells is large."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from core.calc.bars import merge_bars
from core.calc.common_grid import factors, rescale_bars, rescale_trades
from core.calc.profile import TickVolumes, tick_volumes
from core.calc.rows import ticks_per_row
from core.calc.typical_cell import CANDLES_BEFORE, TRADES_BEFORE, typical_of
from core.domain.arrays import IntArray
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, Ns
from data.buffers.tape import Tape
from data.views.row_volumes import by_row
from data.views.series import Tapes

_LEAST_SECONDS: Final = 1_800


def usual_rows(tape: Tape, grid: Instrument, at_ns: Ns) -> int:
    """Return the height, in ticks of the grid, of rows that suit a minute of this market.

    The minutes of the day before ``at_ns`` count; where hardly any are held, those after it too.
    """
    seconds = tape.seconds.window(at_ns - NS_PER_DAY, at_ns)
    if seconds.size < _LEAST_SECONDS:
        seconds = tape.seconds.window(at_ns - NS_PER_DAY, at_ns + NS_PER_HOUR)
    by = factors(tape.instrument, grid)
    minutes = merge_bars(rescale_bars(seconds, by), step_ns=NS_PER_MINUTE)
    return ticks_per_row(minutes, tick_size=grid.tick_size)


def before_ns(tapes: Sequence[Tape], open_ns: Ns, step_ns: Ns) -> Ns:
    """Return from where on the trades before a candle say what is much in one of its cells."""
    from_ns = open_ns - CANDLES_BEFORE * step_ns
    for tape in tapes:
        seconds = tape.seconds.window(from_ns, open_ns)
        newer = seconds["trades"][::-1].cumsum()[::-1]
        enough = seconds["open_ns"][newer <= TRADES_BEFORE]
        from_ns = int(enough[0]) if enough.size else open_ns
    return from_ns


def least_lots(
    tapes: Tapes,
    open_ns: Ns,
    cells_of: Callable[[Ns], IntArray],
    *,
    step_ns: Ns,
    height: int,
) -> int:
    """Return the least volume of an imbalance in a candle, as an opened candle has it.

    Args:
        open_ns: of the candle.
        cells_of: open of a whole candle before it -> its ``filled_cells``.
        step_ns: length of a candle.
        height: ticks per row, on the common grid.
    """
    from_ns = before_ns([tape for tape, _ in tapes], open_ns, step_ns)
    whole_ns = min(-(-from_ns // step_ns) * step_ns, open_ns)
    parts = [np.zeros(0, np.int64), *map(cells_of, range(whole_ns, open_ns, step_ns))]
    if from_ns < whole_ns:
        trades = [rescale_trades(tape.trades.window(from_ns, whole_ns), by) for tape, by in tapes]
        parts.append(filled_cells(by_row(tick_volumes(np.concatenate(trades)), height)))
    return typical_of(np.concatenate(parts))


def filled_cells(rows: TickVolumes) -> IntArray:
    """Return the cells of a candle in which something traded, lots; of rows, as ``by_row`` has."""
    cells = np.concatenate([rows.sell_lots, rows.buy_lots])
    return cells[cells > 0]
