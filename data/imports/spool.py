"""Drafts on the disk until their grid is known, and the counts that tell the grid.

A file is read once: its finest decimals are known only at its end, and a month of trades does not
fit in memory.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain.arrays import IntArray
from core.domain.units import MAX_PRICE_TICKS, MAX_SIZE_LOTS
from data.imports.layout import DRAFT_DTYPE

_CHUNK: Final = 65_536
_MOST_PLACES: Final = 36
_POWERS: Final = 10 ** np.arange(19, dtype=np.int64)


class StepCounts:
    """Counts, for each number of decimals that a grid may have, the values that are whole on it.

    A value is whole on a grid of ``d`` decimals where it has no more of them itself and is not
    more steps than a grid may hold. So one damaged row does not decide the grid of all others.
    """

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._changes = np.zeros(2 * _MOST_PLACES + 2, np.int64)

    def add(self, digits: IntArray, places: IntArray) -> None:
        """Count values ``digits / 10**places``; zero is whole on any grid and does not count."""
        digits, places = digits[digits > 0], places[digits > 0]
        room = np.searchsorted(_POWERS, self._largest // digits, side="right") - 1
        fits = room >= 0
        first = places[fits].astype(np.int64)
        size = self._changes.size
        self._changes += np.bincount(first, minlength=size)
        self._changes -= np.bincount(first + room[fits] + 1, minlength=size)

    @property
    def finest(self) -> int:
        """Decimals of the coarsest grid on which the most values are whole."""
        return int(np.cumsum(self._changes).argmax())

    def is_best(self, decimals: int) -> bool:
        """Whether as many values are whole with ``decimals`` as on the best grid."""
        whole = np.cumsum(self._changes)
        return 0 <= decimals < whole.size and bool(whole[decimals] == whole.max())


class Spool:
    """Drafts in a nameless temporary file, in the order they were added.

    Attributes:
        prices: counts of prices, by number of the instrument.
        sizes: counts of sizes.
    """

    def __init__(self, folder: Path) -> None:
        """Make the file in a folder that has room.

        Raises:
            OSError: it cannot be made.
        """
        self.prices: dict[int, StepCounts] = {}
        self.sizes: dict[int, StepCounts] = {}
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115  # closed by close()

    def add(self, drafts: NDArray[np.void]) -> None:
        """Append drafts.

        Raises:
            OSError: the disk is full.
        """
        self._file.write(np.ascontiguousarray(drafts).data)
        for name, rows in _by_name(drafts):
            prices = self.prices.setdefault(name, StepCounts(MAX_PRICE_TICKS))
            sizes = self.sizes.setdefault(name, StepCounts(MAX_SIZE_LOTS))
            prices.add(rows["price"], rows["price_places"])
            sizes.add(rows["size"], rows["size_places"])

    def chunks(self) -> Iterator[tuple[int, NDArray[np.void]]]:
        """Yield drafts of one instrument at a time, with its number, in order."""
        self._file.seek(0)
        while raw := self._file.read(_CHUNK * DRAFT_DTYPE.itemsize):
            yield from _by_name(np.frombuffer(raw, DRAFT_DTYPE))

    def close(self) -> None:
        """Drop the file."""
        self._file.close()


def _by_name(drafts: NDArray[np.void]) -> Iterator[tuple[int, NDArray[np.void]]]:
    numbers = np.ascontiguousarray(drafts["name"])
    if numbers.size and bool((numbers == numbers[0]).all()):
        yield int(numbers[0]), drafts
        return
    for number in np.unique(numbers).tolist():
        yield number, drafts[numbers == number]
