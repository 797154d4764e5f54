"""Growing profile: a profile that is added to, and its point of control and value area so far."""

import numpy as np

from core.calc.tick_volumes import MAX_SPAN_TICKS, TickVolumes
from core.calc.value_area import poc_row
from core.calc.value_area_rule import TWO_ROW, ValueAreaRule, value_area_by
from core.domain.arrays import IntArray


class GrowingProfile:
    """The volume of each row, whatever its side; what is added comes by rows too.

    One that is given the volumes of one interval after the other tells after each what
    ``developing_profile`` tells at its end.

    Attributes:
        lots: int64[n], from the lowest to the highest row that traded; not to be written.
    """

    def __init__(self, *, rule: ValueAreaRule = TWO_ROW) -> None:
        """Make an empty one.

        Args:
            rule: how the value area grows.
        """
        self.lots: IntArray = np.zeros(0, np.int64)
        self._first_row = 0
        self._rule = rule

    def with_volumes(self, volumes: TickVolumes) -> "GrowingProfile":
        """Return a profile that holds both; this one stays as it is.

        Args:
            volumes: their ticks are rows.

        Raises:
            ValueError: together they span more than ``tick_volumes.MAX_SPAN_TICKS`` rows.
        """
        added = volumes.buy_lots + volumes.sell_lots + volumes.unknown_lots
        grown = GrowingProfile(rule=self._rule)
        parts = [(self._first_row, self.lots), (volumes.first_tick, added)]
        parts = [(first, lots) for first, lots in parts if lots.size]
        if not parts:
            return grown
        low = min(first for first, _ in parts)
        span = max(first + lots.size for first, lots in parts) - low
        if span > MAX_SPAN_TICKS:
            msg = f"{span} rows of prices, more than {MAX_SPAN_TICKS}: a print was off the market"
            raise ValueError(msg)
        grown.lots, grown._first_row = np.zeros(span, np.int64), low
        for first, lots in parts:
            grown.lots[first - low : first - low + lots.size] += lots
        return grown

    def levels(self) -> tuple[int, int, int] | None:
        """Return the rows of POC, VAL and VAH; None = nothing traded.

        Source:
            DEFINITIONS section 6.
        """
        poc = poc_row(self.lots)
        if poc < 0:
            return None
        low, high = value_area_by(self.lots, poc=poc, rule=self._rule)
        return poc + self._first_row, low + self._first_row, high + self._first_row
