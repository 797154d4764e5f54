"""Swings: bars that stand out above those on both sides of them."""

import numpy as np

from core.domain.arrays import IntArray


def swing_highs(values: IntArray, *, left: int, right: int) -> IntArray:
    """Return the values that are above the ``left`` ones before and the ``right`` ones after.

    Equal neighbours are one swing, found at the last of them and compared with what lies before
    the first. A swing is known ``right`` values later, not before. The lows of ``values`` are the
    highs of ``-values``.

    Args:
        values: int64[n], in the order of time.
        left: >= 1.
        right: >= 1.

    Returns:
        Ascending indices; those at the ends are left out, since one side of them is not known.

    Raises:
        ValueError: ``left`` or ``right`` is below 1.

    Source:
        DEFINITIONS section 9, swing form.
    """
    if left < 1 or right < 1:
        msg = f"a swing needs a bar on both sides, were {left} and {right}"
        raise ValueError(msg)
    if values.size <= left + right:
        return np.zeros(0, np.int64)
    wide = values.astype(np.int64)
    begins = np.append(True, wide[1:] != wide[:-1])
    first = np.maximum.accumulate(np.where(begins, np.arange(wide.size), 0))
    at = np.flatnonzero(first >= left)
    at = at[at < wide.size - right]
    windows = np.lib.stride_tricks.sliding_window_view
    before = windows(wide, left).max(axis=1)[first[at] - left]
    after = windows(wide, right).max(axis=1)[at + 1]
    highs: IntArray = at[(wide[at] > before) & (wide[at] > after)]
    return highs
