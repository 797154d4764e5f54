"""The volume of each price row, candle by candle; and rows of a height that rests."""

from dataclasses import replace
from typing import Final

import numpy as np

from core.calc.common_grid import Factors
from core.calc.profile import TickVolumes
from core.calc.row_height import row_height
from core.domain.arrays import IntArray, TradeArray
from core.domain.units import Ns
from data.buffers.tape import Tape
from data.views.candle_volumes import CandleVolumes

_ROWS_OF_THE_PRICE: Final = 10_000


class RowVolumes(CandleVolumes):
    """What CandleVolumes tells, where ticks stand for rows: of hours, a tenth and less of the room.

    Row ``r`` holds the ticks ``[r*k, (r+1)*k)``.
    """

    def __init__(self, step_ns: Ns, ticks_per_row: int) -> None:
        """Make an empty one.

        Args:
            step_ns: length of a candle.
            ticks_per_row: k, >= 1, on the common grid.
        """
        super().__init__(step_ns)
        self._ticks_per_row = ticks_per_row

    def _add(self, volumes: dict[Ns, TickVolumes], trades: TradeArray) -> None:
        trades["price_ticks"] //= self._ticks_per_row
        super()._add(volumes, trades)


def by_row(volumes: TickVolumes, ticks_per_row: int) -> TickVolumes:
    """Return ``volumes`` with rows for ticks."""
    count = volumes.buy_lots.size
    if not count:
        return volumes
    first = volumes.first_tick // ticks_per_row
    edges = np.arange(first, (volumes.first_tick + count - 1) // ticks_per_row + 1)
    starts = np.maximum(edges * ticks_per_row - volumes.first_tick, 0)

    def rows(lots: IntArray) -> IntArray:
        return np.add.reduceat(lots, starts)

    return replace(
        volumes,
        first_tick=first,
        buy_lots=rows(volumes.buy_lots),
        sell_lots=rows(volumes.sell_lots),
        unknown_lots=rows(volumes.unknown_lots),
    )


def steady_height(price_ticks: int) -> int:
    """Return the height of rows of about a basis point of the price, 1, 2 or 5 times 10^n ticks.

    It does not depend on how far price has moved, so that levels of the past stay where they were.
    """
    return row_height(price_ticks, rows=_ROWS_OF_THE_PRICE)


def last_tick(tape: Tape, by: Factors) -> int:
    """Return the price of the newest trade on the common grid; 0 = there is none."""
    newest_ns = tape.trades.newest_ns
    if newest_ns is None:
        return 0
    return int(tape.trades.window(newest_ns, newest_ns + 1)["price_ticks"][-1]) * by.ticks
