"""Order columns: the words that tables of orders have in common, one for each order."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.domain.arrays import RowArray
from core.domain.instrument import Instrument, InstrumentId

_SIDES: Final = np.array(["▼ SELL", "?", "▲ BUY"], object)
"""By Aggressor, from -1 to 1."""


def sides(rows: RowArray) -> NDArray[Any]:
    """Return the side of each row, in words.

    Args:
        rows: ORDER_DTYPE[n].

    Returns:
        object[n].
    """
    return _SIDES[rows["aggressor"].astype(np.int64) + 1]


def named(
    rows: RowArray,
    instruments: Sequence[Instrument | None],
    words: Callable[[InstrumentId], str],
) -> NDArray[Any]:
    """Return what ``words`` says of the instrument of each row.

    Args:
        rows: ORDER_DTYPE[n].
        instruments: what ``rows["of"]`` counts; of None nothing is said.
        words: asked once for each instrument.

    Returns:
        object[n].
    """
    said = [words(each.id) if each is not None else "" for each in instruments]
    found: NDArray[Any] = np.array(said, object)[rows["of"]]
    return found
