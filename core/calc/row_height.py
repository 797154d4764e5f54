"""How high rows are when the trader leaves it to us, by the room there is for them."""

from typing import Final

ROWS: Final = 120
"""About as many rows as a chart's pane has room for."""


def row_height(range_ticks: int, *, rows: int = ROWS, before: int = 0) -> int:
    """Return a row height that cuts ``range_ticks`` into at most about ``rows`` rows.

    Args:
        range_ticks: highest minus lowest price, >= 0.
        before: the height in use, 0 = none; it stays while it is within a factor 2.5 of the
            best one, so that rows do not jump at every new extreme.

    Returns:
        1, 2 or 5 times a power of ten, in ticks.
    """
    best = range_ticks / rows
    if before and before / 2.5 <= max(best, 1.0) <= before * 2.5:
        return before
    power = 1
    while True:
        for digit in (1, 2, 5):
            if digit * power >= best:
                return digit * power
        power *= 10
