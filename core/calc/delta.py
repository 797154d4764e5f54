"""Delta: buy volume less sell volume of each bar."""

from dataclasses import dataclass

import numpy as np

from core.domain.arrays import BarArray, FloatArray, IntArray
from core.domain.frame import Framed


@dataclass(frozen=True, slots=True)
class Delta(Framed):
    """One value per bar.

    Attributes:
        open_ns: int64[n], open of the bar, nanoseconds UTC, in the order of the bars.
        delta_lots: float64[n], whole lots; NaN where something traded and no side of it is known.
    """

    open_ns: IntArray
    delta_lots: FloatArray


def delta(bars: BarArray) -> Delta:
    """Return buy less sell volume of each bar; volume of unknown side adds nothing.

    Args:
        bars: BAR_DTYPE[n], any order.

    Source:
        DEFINITIONS section 4.
    """
    nobody_told = (bars["unknown_lots"] > 0) & (bars["buy_lots"] == 0) & (bars["sell_lots"] == 0)
    difference = (bars["buy_lots"] - bars["sell_lots"]).astype(np.float64)
    difference[nobody_told] = np.nan
    return Delta(open_ns=bars["open_ns"].copy(), delta_lots=difference)
