"""OI quadrants: whether a move of the price opened contracts or closed them."""

from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from typing import Final

import numpy as np

from core.calc.atr import atr_ticks
from core.calc.trailing import Usual, trailing_quantile
from core.domain.arrays import BarArray, FloatArray, IntArray
from core.domain.units import Ns

_HALF: Final = Usual(Fraction(1, 2))


class Quadrant(IntEnum):
    """What traders call it; every contract has both sides, so it is a reading."""

    NONE = 0
    LONG_BUILD = 1
    """Price up, open interest up."""
    SHORT_COVER = 2
    """Price up, open interest down."""
    SHORT_BUILD = 3
    """Price down, open interest up."""
    LONG_UNWIND = 4
    """Price down, open interest down."""


@dataclass(frozen=True, slots=True)
class QuadrantRule:
    """When a move is large enough to have a quadrant.

    Attributes:
        bars: how many bars the window is long.
        price_atr: least change of the price, in ATR of the bars before the window's end.
        interest: which of the earlier changes of open interest one must reach.
    """

    bars: int = 5
    price_atr: float = 0.25
    interest: Usual = _HALF


def quadrants(price_change: FloatArray, interest_change: FloatArray) -> IntArray:
    """Return the Quadrant of each pair of changes.

    Args:
        price_change: float64[n], any unit; NaN is not known.
        interest_change: float64[n], contracts or base coins, never money, since a move of the
            price alone changes that.

    Returns:
        int64[n]; NONE where one of the two is zero or not known.

    Source:
        DEFINITIONS section 13, OI quadrants.
    """
    is_up, is_more = price_change > 0, interest_change > 0
    is_down, is_less = price_change < 0, interest_change < 0
    names = (Quadrant.LONG_BUILD, Quadrant.SHORT_COVER, Quadrant.SHORT_BUILD, Quadrant.LONG_UNWIND)
    cases = [is_up & is_more, is_up & is_less, is_down & is_more, is_down & is_less]
    return np.select(cases, [int(each) for each in names], default=int(Quadrant.NONE))


def oi_quadrants(
    bars: BarArray, open_interest: FloatArray, *, step_ns: Ns, rule: QuadrantRule | None = None
) -> IntArray:
    """Return the Quadrant of the window that ends with each bar.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``, closed.
        open_interest: float64[n], base coins, as held at each bar's close; NaN is not known.
        step_ns: length of a bar.
        rule: None = its defaults.

    Returns:
        int64[n]; NONE also while too little is known to say what is usual, where a bar is missing
        in the window, and where a change is too small. An interest that was told only once has
        not changed.

    Source:
        DEFINITIONS section 13, OI quadrants.
    """
    used = rule or QuadrantRule()
    price = _change(bars["close_ticks"].astype(np.float64), used.bars)
    interest = _change(open_interest, used.bars)
    opens_ns = bars["open_ns"]
    spans_ns = opens_ns[used.bars :] - opens_ns[: -used.bars]
    interest[used.bars :][spans_ns != used.bars * step_ns] = np.nan
    usual = trailing_quantile(opens_ns, np.abs(interest), used.interest)
    large = np.abs(price) >= used.price_atr * atr_ticks(bars)
    large &= np.abs(interest) >= usual
    return np.where(large, quadrants(price, interest), int(Quadrant.NONE))


def _change(values: FloatArray, bars: int) -> FloatArray:
    out = np.full(values.size, np.nan)
    out[bars:] = values[bars:] - values[:-bars]
    return out
