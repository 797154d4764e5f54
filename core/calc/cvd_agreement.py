"""CVD agreement: whether price and the sum of who crossed the spread go the same way."""

from enum import StrEnum
from math import isnan


class Agreement(StrEnum):
    """The word for the two directions."""

    BULLISH = "BULLISH"
    """Price down, CVD up: sellers get nowhere or buyers are held."""
    BEARISH = "BEARISH"
    """Price up, CVD down."""
    ALIGNED = "ALIGNED"
    FLAT = "FLAT"
    """One of the two stood still."""


def agreement(price_change: float, cvd_change: float) -> Agreement | None:
    """Return how two changes over the same span go together; None where one is not known.

    Only their signs count: a level of the one or a unit of the other changes nothing.

    Args:
        price_change: NaN is not known.
        cvd_change: likewise.

    Source:
        DEFINITIONS section 20, divergence panel.
    """
    if isnan(price_change) or isnan(cvd_change):
        return None
    if not price_change or not cvd_change:
        return Agreement.FLAT
    if (price_change > 0) == (cvd_change > 0):
        return Agreement.ALIGNED
    return Agreement.BULLISH if cvd_change > 0 else Agreement.BEARISH
