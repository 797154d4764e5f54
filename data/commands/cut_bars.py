"""Stored trades as bars that end by what traded: so many trades, so much volume, money or range."""

import argparse
from collections.abc import Iterator

import numpy as np

from core.calc.bar_size import BarSize, bar_size
from core.calc.running_bars import RunningBars
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


def size_of_bars(text: str) -> BarSize:
    """Read ``tick:500`` and the like from the command line, as bar_size.

    Raises:
        ArgumentTypeError: it is no such thing; the message says how to write one.
    """
    try:
        return bar_size(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def cut_bar_sheets(
    store: Archive, stored: Stored, span: tuple[Ns, Ns], *, size: BarSize, told: Told
) -> Iterator[Sheet]:
    """Yield the bars whose first trade is in ``span``, whole; at least one sheet.

    A day's first bar begins with its first trade, so a bar is the same whichever span it is asked
    in. ``closed`` is 0 for the last bar alone: a later trade could still change it. One bar is
    held at a time, besides the trades of a block.

    Args:
        span: first instant, and end, itself not included.
        size: when a bar ends.
        told: takes since when bars are made, where what is stored begins within the day.

    Raises:
        RecordingError: no bar is so large.
    """
    grid = stored.instrument
    from_ns, to_ns = span
    day_ns = from_ns // NS_PER_DAY * NS_PER_DAY
    try:
        running = RunningBars(size.cut(grid))
    except ValueError as error:
        raise RecordingError(str(error)) from error
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
