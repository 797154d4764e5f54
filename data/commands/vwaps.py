"""Stored trades as session VWAP and its sigma, per trade or per interval."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import numpy as np

from core.calc.running_vwap import RunningVwap
from core.calc.vwap import Vwap
from core.domain.arrays import IntArray, TradeArray
from core.domain.instrument import Instrument
from core.domain.moments import utc_text
from core.domain.units import NS_PER_DAY, Ns
from data.commands.bars import whole_bars
from data.commands.sheet import Exact, Known, Sheet
from data.commands.told import Told
from data.store.archive import Archive
from data.store.catalog import Stored

_PARTS: Final = 1_000_000
"""An average lies between two ticks: it is written to the millionth of one."""
_NOTHING: Final = Vwap(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))


def vwap_sheets(
    store: Archive, stored: Stored, span: tuple[Ns, Ns], *, every_ns: Ns | None, told: Told
) -> Iterator[Sheet]:
    """Yield VWAP since 00:00 UTC of the trades in ``span``; at least one sheet.

    Args:
        span: first instant, and end, itself not included. Trades before it count from the start
            of the first session on.
        every_ns: None = after each trade. Else the last value of each interval that traded,
            stamped with its end; intervals are aligned to UTC and whole, as bars are.
        told: takes since when it counts, where what is stored begins within the session.
    """
    grid = stored.instrument
    if every_ns is not None:
        span = whole_bars(stored, span, every_ns)
    session_ns = span[0] // NS_PER_DAY * NS_PER_DAY
    blocks = store.read_trades(stored.source, grid.id, session_ns, span[1])
    is_late = session_ns < stored.first_ns < session_ns + NS_PER_DAY
    if is_late and stored.first_ns < span[1]:
        told.notes.append(
            f"nothing is stored before {utc_text(stored.first_ns)}: "
            "that day's VWAP counts from there, not from 00:00 UTC"
        )
    yield _sheet(_NOTHING, grid)
    for line in _lines(blocks, every_ns):
        # An interval's value is of a trade before its end, which is the stamp.
        inside = line.ts_ns >= span[0] + (every_ns is not None)
        if inside.any():
            yield _sheet(_taken(line, inside.nonzero()[0]), grid)


def _lines(blocks: Iterator[TradeArray], every_ns: Ns | None) -> Iterator[Vwap]:
    running = RunningVwap()
    if every_ns is None:
        yield from map(running.after, blocks)
        return
    last = _NOTHING
    for rows in blocks:
        line = running.after(rows)
        stamps = (line.ts_ns // every_ns + 1) * every_ns
        if last.ts_ns.size and last.ts_ns[0] < stamps[0]:
            yield last
        ends = np.append(np.flatnonzero(stamps[1:] != stamps[:-1]), stamps.size - 1)
        line = _taken(Vwap(stamps, line.vwap_ticks, line.sigma_ticks), ends)
        yield _taken(line, np.arange(ends.size - 1))
        last = _taken(line, np.array([ends.size - 1]))
    yield last


def _taken(line: Vwap, rows: IntArray) -> Vwap:
    return Vwap(line.ts_ns[rows], line.vwap_ticks[rows], line.sigma_ticks[rows])


def _sheet(line: Vwap, grid: Instrument) -> Sheet:
    known = ~np.isnan(line.vwap_ticks)
    step = grid.tick_size / Decimal(_PARTS)
    return {
        "ts_ns": Known(line.ts_ns),
        **{
            name: Exact(np.rint(np.nan_to_num(ticks) * _PARTS).astype(np.int64), step, known)
            for name, ticks in (("vwap", line.vwap_ticks), ("sigma", line.sigma_ticks))
        },
    }
