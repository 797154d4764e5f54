"""All segments that are being appended to, with few files open however many there are."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

from core.domain.arrays import RowArray
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, Ns
from data.store import paths
from data.store.catalog import Catalog
from data.store.facts import Facts
from data.store.layouts import LAYOUTS
from data.store.tail import Tail

MAX_HANDLES: Final = 128
"""Files open at a time; a segment beyond that is closed until its next rows come."""
DAY_GRACE_NS: Final[Ns] = 5 * NS_PER_MINUTE
"""A day's segment is closed this long after midnight; what comes later gets one of its own."""

_Key: TypeAlias = tuple[Facts, int]
"""(whose rows, days since 1970)."""


class Tails:
    """One tail per stream and UTC day. For one thread at a time.

    Attributes:
        full: closed segments, to be compacted.
    """

    def __init__(self, root: Path, catalog: Catalog) -> None:
        """Make one without any.

        Args:
            catalog: is told what was written, so that it need not read it.
        """
        self.full: list[Path] = []
        self._root = root
        self._catalog = catalog
        self._tails: OrderedDict[_Key, tuple[Path, Tail]] = OrderedDict()

    def paths(self) -> frozenset[Path]:
        """Return the segments that are open or full."""
        files = (tail.file for _, tail in self._tails.values())
        return frozenset([*self.full, *(file.path for file in files if file is not None)])

    def days(self) -> list[Path]:
        """Return the day folders that are being appended to."""
        return [day for day, _ in self._tails.values()]

    def append(self, facts: Facts, folder: Path, rows: RowArray) -> None:
        """Add rows of any days; they are copied.

        Args:
            folder: of the instrument.
            rows: in the layout of what the facts say, n >= 1; of a book whole messages.

        Raises:
            ValueError: a folder is a symbolic link.
            OSError: the disk does not take them; they are kept for the next ``flush``.
        """
        number = rows[LAYOUTS[facts.holds].clock] // NS_PER_DAY
        days = [int(number[0])]
        if bool(np.any(number != number[0])):
            days = np.unique(number).tolist()
        tails = [self._tail((facts, day), folder) for day in days]
        for day, tail in zip(days, tails, strict=True):
            tail.add(rows[number == day])
        self._for_each(tails, Tail.spill)

    def flush(self) -> None:
        """Hand everything to the operating system.

        Raises:
            OSError: the disk does not take all of it; the rest is kept for the next call.
        """
        self._for_each([tail for _, tail in self._tails.values()], Tail.flush)

    def sync(self) -> None:
        """Bring everything to the disk.

        Raises:
            OSError: as in ``flush``.
        """
        self._for_each([tail for _, tail in self._tails.values()], Tail.sync)

    def finish(self) -> None:
        """Bring everything to the disk and close all segments.

        Raises:
            OSError: as in ``flush``.
        """
        self._for_each([tail for _, tail in self._tails.values()], Tail.finish)
        self._tails.clear()

    def finish_days(self, now_ns: Ns) -> None:
        """Close the segments of days that are over, if nothing came since the last call.

        Raises:
            OSError: as in ``flush``.
        """
        for key, (_, tail) in list(self._tails.items()):
            is_over = (key[1] + 1) * NS_PER_DAY + DAY_GRACE_NS < now_ns
            if is_over and not tail.touched:
                self._for_each([tail], Tail.finish)
                del self._tails[key]
            tail.touched = False

    def abandon(self, below: Path | None = None) -> None:
        """Forget all segments, or those below a folder, and what is not written of them."""
        for key, (day, tail) in list(self._tails.items()):
            if below is None or day.is_relative_to(below):
                tail.abandon()
                del self._tails[key]
        self.full = [path for path in self.full if below and not path.is_relative_to(below)]

    def _tail(self, key: _Key, folder: Path) -> Tail:
        if key not in self._tails:
            day = folder / paths.day_name(key[1] * NS_PER_DAY)
            paths.refuse_links(self._root, day)
            self._tails[key] = day, Tail(day, key[0])
        self._tails.move_to_end(key)
        return self._tails[key][1]

    def _for_each(self, tails: Sequence[Tail], act: Callable[[Tail], None]) -> None:
        """Do something with tails; one that fails does not keep it from the others.

        Raises:
            OSError: one failed.
        """
        failed: OSError | None = None
        for tail in tails:
            try:
                act(tail)
                self._spare_handles()
            except OSError as error:
                failed = error
            for file in (*tail.finished, tail.file):
                if file is not None:
                    self._catalog.written(file)
            self.full += [file.path for file in tail.finished]
            tail.finished.clear()
        if failed is not None:
            raise failed

    def _spare_handles(self) -> None:
        """Close the files not written for longest where too many are open."""
        if len(self._tails) <= MAX_HANDLES:
            return
        awake = [tail for _, tail in self._tails.values() if tail.has_handle]
        for tail in awake[: max(len(awake) - MAX_HANDLES, 0)]:
            tail.rest()
