"""How high the rows of a candle are, and from where on trades tell which of its cells are large."""

from collections.abc import Sequence
from typing import Final

from core.calc.bars import merge_bars
from core.calc.common_grid import factors, rescale_bars
from core.calc.rows import ticks_per_row
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, Ns
from data.buffers.tape import Tape

CANDLES_BEFORE: Final = 20
"""So many candles say what trades in a cell, unless fewer hold 50,000 trades."""
_TRADES_BEFORE: Final = 50_000
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
        enough = seconds["open_ns"][newer <= _TRADES_BEFORE]
        from_ns = int(enough[0]) if enough.size else open_ns
    return from_ns
