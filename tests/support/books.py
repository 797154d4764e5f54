"""Books of any instrument, told whole."""

import numpy as np

from core.domain.arrays import LEVEL_DTYPE, BookSide, LevelFlag
from core.domain.events import Channel, Rows


def whole(instrument, bids, asks, *, at_ns, depth=1_000):
    """A message that makes the book of an instrument anew: (ticks, lots) by side."""
    levels = [(*each, BookSide.BID) for each in bids] + [(*each, BookSide.ASK) for each in asks]
    rows = np.zeros(len(levels), LEVEL_DTYPE)
    for index, (ticks, lots, side) in enumerate(levels):
        flags = LevelFlag.SNAPSHOT | (LevelFlag.FIRST if index == 0 else 0)
        rows[index] = (at_ns, at_ns, 1, lots, ticks, side, flags, depth)
    return Rows(instrument, Channel.BOOK, "test", rows)
