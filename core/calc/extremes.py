"""Extremes: bars that go beyond the range of the bars before them."""

import numpy as np

from core.domain.arrays import BarArray, BoolArray


def new_extremes(bars: BarArray, *, count: int) -> tuple[BoolArray, BoolArray]:
    """Return which bars have a higher high, and which a lower low, than all of those before.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``.
        count: how many bars before are compared with, >= 1.

    Returns:
        bool[n] each; False where there are fewer bars before.

    Raises:
        ValueError: ``count`` is below 1.

    Source:
        DEFINITIONS section 8, exhaustion: a new n-bar high.
    """
    if count < 1:
        msg = f"an extreme needs at least one bar before, was {count}"
        raise ValueError(msg)
    is_high, is_low = np.zeros(bars.size, np.bool_), np.zeros(bars.size, np.bool_)
    if bars.size > count:
        windows = np.lib.stride_tricks.sliding_window_view
        highest = windows(bars["high_ticks"], count).max(axis=1)[:-1]
        lowest = windows(bars["low_ticks"], count).min(axis=1)[:-1]
        is_high[count:] = bars["high_ticks"][count:] > highest
        is_low[count:] = bars["low_ticks"][count:] < lowest
    return is_high, is_low
