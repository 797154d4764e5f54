"""Stacked imbalance: several rows in a row in which the same side prevailed."""

import numpy as np

from core.calc.grouping import runs
from core.domain.arrays import BoolArray


def stacked(flags: BoolArray, *, least: int = 3) -> list[tuple[int, int]]:
    """Return the first and last row of every run of flagged rows that is long enough.

    Args:
        flags: bool[n], one side's imbalances of a bar's dense rows, ascending in price; a row in
            which nothing traded is there, not flagged, and breaks the run.
        least: shortest run, >= 1.

    Returns:
        Pairs of row indices, both inclusive, ascending.

    Raises:
        ValueError: ``least`` is below 1.

    Source:
        DEFINITIONS section 5, stacked imbalance.
    """
    if least < 1:
        msg = f"a stack needs at least one row, was {least}"
        raise ValueError(msg)
    starts, ends = runs(flags.astype(np.int64))
    is_stack = flags[starts] & (ends - starts >= least)
    return list(zip(starts[is_stack].tolist(), (ends[is_stack] - 1).tolist(), strict=True))
