"""Stored trades as bars that end by what traded: so many trades, so much volume, money or range."""

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final

import numpy as np

from core.calc.running_bars import By, Cut, RunningBars
from core.domain.arrays import BarArray, empty_bars
from core.domain.errors import RecordingError
from core.domain.instrument import Instrument
from core.domain.moments import utc_text
from core.domain.units import NS_PER_DAY, Ns
from data.commands.bars import bar_columns
from data.commands.sheet import Known, Sheet
from data.commands.told import Told
from data.store.archive import Archive
from data.store.catalog import Stored

_SIZE: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,12})?")
_WHOLE: Final = frozenset({By.TICK, By.RANGE})
"""Counted in whole trades, and whole ticks."""
_LARGEST: Final = 2**60
"""No day trades so much, and sums up to it fit."""


@dataclass(frozen=True, slots=True)
class Size:
    """What ends a bar, as the trader counts it.

    Attributes:
        size: trades, base coins, quote coins, ticks or base coins, in the order of ``By``.
    """

    by: By
    size: Decimal

    def cut(self, grid: Instrument) -> Cut:
        """Return the same on the grid of an instrument.

        Sums of whole lots reach a size that lies between two of them with the upper one.

        Raises:
            RecordingError: no sum is so large.
        """
        steps = {
            By.VOLUME: grid.lot_size,
            By.DELTA: grid.lot_size,
            By.DOLLAR: grid.tick_size * grid.lot_size,
        }
        units = (self.size / steps.get(self.by, Decimal(1))).to_integral_value(ROUND_CEILING)
        if units > _LARGEST:
            msg = f"a bar by {self.by} of {self.size:f} is too large for {grid.id}"
            raise RecordingError(msg)
        return Cut(self.by, int(units))


def bar_size(text: str) -> Size:
    """Read ``tick:500`` and the like from the command line.

    Raises:
        ArgumentTypeError: it is no such thing; the message says how to write one.
    """
    by, _, size = text.partition(":")
    if by not in set(By) or not _SIZE.fullmatch(size) or not Decimal(size):
        msg = (
            f"not a size of bars: {text[:40]!r}; write tick:500 (trades), volume:10 (base coins), "
            "dollar:1000000 (quote coins), range:50 (ticks) or delta:25 (base coins)"
        )
        raise argparse.ArgumentTypeError(msg)
    if By(by) in _WHOLE and Decimal(size) % 1:
        msg = f"bars by {by} are of a whole number, was {size}"
        raise argparse.ArgumentTypeError(msg)
    return Size(By(by), Decimal(size))


def cut_bar_sheets(
    store: Archive, stored: Stored, span: tuple[Ns, Ns], *, size: Size, told: Told
) -> Iterator[Sheet]:
    """Yield the bars whose first trade is in ``span``, whole; at least one sheet.

    A day's first bar begins with its first trade, so a bar is the same whichever span it is asked
    in. ``closed`` is 0 for the last bar alone: a later trade could still change it. One bar is
    held at a time, besides the trades of a block.

    Args:
        span: first instant, and end, itself not included.
        size: when a bar ends.
        told: takes since when bars are made, where what is stored begins within the day.
    """
    grid = stored.instrument
    from_ns, to_ns = span
    day_ns = from_ns // NS_PER_DAY * NS_PER_DAY
    running = RunningBars(size.cut(grid))
    if day_ns < stored.first_ns < min(day_ns + NS_PER_DAY, to_ns):
        told.notes.append(
            f"nothing is stored before {utc_text(stored.first_ns)}: "
            "that day's first bar begins there, not with the day's first trade"
        )
    yield _sheet(empty_bars(), grid, closed=True)
    # A bar that begins before the end ends with the day at the latest.
    end_ns = -(-to_ns // NS_PER_DAY) * NS_PER_DAY
    for rows in store.read_trades(stored.source, grid.id, day_ns, end_ns):
        yield _sheet(_inside(running.after(rows), span), grid, closed=True)
        if running.open.size and running.open["open_ns"][0] >= to_ns:
            return
    yield _sheet(_inside(running.open, span), grid, closed=stored.last_ns >= end_ns)


def _inside(bars: BarArray, span: tuple[Ns, Ns]) -> BarArray:
    return bars[(bars["open_ns"] >= span[0]) & (bars["open_ns"] < span[1])]


def _sheet(bars: BarArray, grid: Instrument, *, closed: bool) -> Sheet:
    columns = dict(bar_columns(bars, grid))
    opens = {"open_ns": columns.pop("open_ns"), "last_ns": Known(bars["last_ns"])}
    return {**opens, **columns, "closed": Known(np.full(bars.size, int(closed), np.int64))}
