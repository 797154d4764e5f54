"""Footprints in one pass over the trades: each bar is summed tick by tick, then by row."""

from fractions import Fraction
from typing import Any, Final

import numpy as np

from core.calc.footprint import Footprint
from core.calc.imbalance import Imbalance, diagonal_imbalance
from core.calc.kernels.signatures import (
    BOOL,
    INT,
    INT_ROWS,
    INT_ROWS_PAIR,
    INTS,
    NONE,
    PART_OF_ROWS,
    TICKS,
    TRADES,
    compiled,
    fits,
    most_intervals,
)
from core.calc.kernels.value_area import area_of, poc_of
from core.calc.value_area import SEVENTY_PER_CENT
from core.domain.arrays import TRADE_DTYPE, IntArray, TradeArray
from core.domain.units import Ns

_WIDEST_TICKS: Final = 2**20
"""Of one bar; it takes 64 bytes a tick."""
_MARGIN_TICKS: Final = 512
_TALLEST_ROW: Final = 2**31
_FRAC: Final = SEVENTY_PER_CENT.as_integer_ratio()
_STEP_ROWS: Final = 2


def footprint(
    trades: TradeArray,
    *,
    open_ns: Ns,
    ticks_per_row: int,
    ratio: Fraction = Fraction(3),
    min_lots: int = 0,
) -> Footprint | None:
    """Return what ``core.calc.footprint.footprint`` does."""
    if ratio <= 0 or not 0 < ticks_per_row < _TALLEST_ROW or not fits(trades, TRADE_DTYPE):
        return None
    found = _cells(trades, np.array([trades.size]), ticks_per_row)
    if not found[0].size:
        return None
    return _footprints(found, [open_ns], ticks_per_row, ratio, min_lots)[0]


def footprints(
    trades: TradeArray,
    *,
    step_ns: Ns,
    ticks_per_row: int,
    ratio: Fraction = Fraction(3),
    min_lots: int = 0,
) -> list[Footprint] | None:
    """Return what ``core.calc.footprints.footprints`` does."""
    if ratio <= 0 or not 0 < ticks_per_row < _TALLEST_ROW or not fits(trades, TRADE_DTYPE):
        return None
    if step_ns <= 0:
        return None
    ends = np.empty(most_intervals(trades, step_ns), np.int64)
    count = _ends(trades, step_ns, ends)
    if count < 0:
        return None
    ends = ends[:count]
    found = _cells(trades, ends, ticks_per_row)
    if not found[0].size:
        return None
    opens = trades["ts_event_ns"][ends - 1] // step_ns * step_ns
    return _footprints(found, opens.tolist(), ticks_per_row, ratio, min_lots)


def _footprints(
    found: tuple[IntArray, IntArray],
    opens_ns: list[Ns],
    ticks_per_row: int,
    ratio: Fraction,
    min_lots: int,
) -> list[Footprint]:
    bars, cells = found
    marks = diagonal_imbalance(cells[1], cells[3], ratio=ratio, min_lots=min_lots)
    ends = bars[:, 0]
    marks.buy[ends[:-1]] = marks.sell[ends - 1] = False  # beside rows of another bar
    out, start = [], 0
    for open_ns, (end, *facts) in zip(opens_ns, bars.tolist(), strict=True):
        rows = slice(start, end)
        out.append(_footprint(open_ns, ticks_per_row, cells[:, rows], facts, (marks, rows)))
        start = end
    return out


def _footprint(
    open_ns: Ns,
    ticks_per_row: int,
    cells: IntArray,
    facts: list[int],
    marks: tuple[Imbalance, slice],
) -> Footprint:
    row_ticks, sell, unknown, buy, sells, buys = cells
    poc, val, vah, delta, total, lowest, highest = facts
    imbalance, rows = marks
    return Footprint(
        open_ns=open_ns,
        ticks_per_row=ticks_per_row,
        row_ticks=row_ticks,
        sell_lots=sell,
        buy_lots=buy,
        unknown_lots=unknown,
        sell_trades=sells,
        buy_trades=buys,
        poc_row=poc,
        val_row=val,
        vah_row=vah,
        delta_lots=delta,
        total_lots=total,
        min_delta_lots=lowest,
        max_delta_lots=highest,
        buy_imbalance=imbalance.buy[rows],
        sell_imbalance=imbalance.sell[rows],
    )


@compiled(INT(TRADES, INT, INTS))
def _ends(trades: TradeArray, step_ns: int, ends: IntArray) -> int:
    """Fill ``ends`` with the end of each bar's trades; return their number, -1 = not sorted."""
    count, start = 0, 0
    while start < trades.size:
        close_ns = (trades[start]["ts_event_ns"] // step_ns + 1) * step_ns
        low, high = start + 1, trades.size
        while low < high:
            middle = (low + high) // 2
            if trades[middle]["ts_event_ns"] < close_ns:
                low = middle + 1
            else:
                high = middle
        if count == ends.size:
            return -1
        ends[count] = start = low
        count += 1
    return count


@compiled(INT(TRADES, INT, INT, INTS, INT, INTS))
def _gather(
    trades: TradeArray, at: int, end: int, ticks: IntArray, base: int, bar: IntArray
) -> int:
    """Add ``trades[at:end]`` to ``ticks``, eight numbers a tick from ``base`` on, and to ``bar``.

    Returns:
        Where it stopped: at the end, or at a price beyond ``ticks``; -1 = the trades are not
        sorted, or there is a side that no Aggressor has.
    """
    low, high, running, lowest, highest = bar[1], bar[2], bar[4], bar[6], bar[7]
    last_ns = trades[max(at - 1, 0)]["ts_event_ns"]
    while at < end:
        trade = trades[at]
        price, side = np.int64(trade["price_ticks"]), np.int64(trade["aggressor"])
        place = 8 * (price - base)
        if trade["ts_event_ns"] < last_ns or side < -1 or side > 1:
            return -1
        if place < 0 or place >= ticks.size:
            break
        last_ns = trade["ts_event_ns"]
        low, high = min(low, price), max(high, price)
        running += trade["size_lots"] * side
        lowest, highest = min(lowest, running), max(highest, running)
        ticks[place + side + 1] += trade["size_lots"]
        ticks[place + side + 4] += 1
        at += 1
    bar[1], bar[2], bar[4], bar[6], bar[7] = low, high, running, lowest, highest
    return at


@compiled(TICKS(TRADES, INT, INT, TICKS, INTS))
def _bar(trades: TradeArray, start: int, end: int, window: Any, bar: IntArray) -> Any:
    """Gather ``trades[start:end]`` in a window of ticks, and return it, as wide as it had to be.

    A window is its lowest tick and eight numbers a tick. ``bar[0]`` becomes 1; 0 = these trades
    are not for a kernel.
    """
    base, ticks = window
    bar[:] = 0
    bar[1] = bar[2] = trades[start]["price_ticks"]
    at = _gather(trades, start, end, ticks, base, bar)
    while 0 <= at < end:
        price = np.int64(trades[at]["price_ticks"])
        low, high = min(bar[1], price), max(bar[2], price)
        if high - low >= _WIDEST_TICKS:
            return base, ticks
        reach = high - low + _MARGIN_TICKS
        wider, shift = np.zeros(16 * reach, np.int64), 8 * (low - reach - base)
        if at > start:
            for place in range(8 * (bar[1] - base), 8 * (bar[2] - base + 1)):
                wider[place - shift] = ticks[place]
        base, ticks = low - reach, wider
        at = _gather(trades, at, end, ticks, base, bar)
    bar[0] = at == end
    return base, ticks


@compiled(NONE(INTS, INT, INT, PART_OF_ROWS))
def _fold(ticks: IntArray, low: int, ticks_per_row: int, cells: IntArray) -> None:
    """Add ticks up to the rows of ``cells``, and leave ``ticks`` zero."""
    cells[:, :] = 0
    edge = low // ticks_per_row * ticks_per_row
    row = 0
    cells[0, 0] = edge
    for tick in range(ticks.size // 8):
        if low + tick - edge >= ticks_per_row:
            row += 1
            edge += ticks_per_row
            cells[0, row] = edge
        place = 8 * tick
        cells[1, row] += ticks[place]
        cells[2, row] += ticks[place + 1]
        cells[3, row] += ticks[place + 2]
        cells[4, row] += ticks[place + 3]
        cells[5, row] += ticks[place + 5]
        ticks[place : place + 6] = 0


@compiled(BOOL(PART_OF_ROWS, INTS))
def _judge(cells: IntArray, bar: IntArray) -> bool:
    """Note total, POC and value area; False = 64 bits are too few."""
    total = cells[1] + cells[2] + cells[3]
    bar[5] = total.sum()
    bar[1] = poc_of(total)
    bar[2], bar[3] = -1, -1
    if bar[1] >= 0:
        bar[2], bar[3] = area_of(total, bar[1], _FRAC[0], _FRAC[1], _STEP_ROWS)
        return bool(bar[2] >= 0)
    return True


@compiled(INT_ROWS(INT_ROWS, INT, INT))
def _wider(cells: IntArray, used: int, size: int) -> IntArray:
    wider = np.empty((cells.shape[0], size), np.int64)
    wider[:, :used] = cells[:, :used]
    return wider


@compiled(INT_ROWS_PAIR(TRADES, INTS, INT))
def _cells(trades: TradeArray, ends: IntArray, ticks_per_row: int) -> Any:
    """Return bars and their cells, bar after bar; no bars = these trades are not for a kernel.

    A bar is (end of its cells, POC row, VAL row, VAH row, delta, total, least and greatest running
    delta); the columns of a cell are its lower edge, sell, unknown, buy, sells and buys.
    """
    bars = np.empty((ends.size, 8), np.int64)
    cells = np.empty((6, 32 * ends.size), np.int64)
    window = np.int64(0), np.zeros(0, np.int64)
    start, used = 0, 0
    for i in range(ends.size):
        bar = bars[i]
        window = _bar(trades, start, ends[i], window, bar)
        if bar[0] == 0:
            return bars[:0], cells
        base, ticks = window
        low, high = bar[1], bar[2]
        rows = high // ticks_per_row - low // ticks_per_row + 1
        if used + rows > cells.shape[1]:
            cells = _wider(cells, used, 2 * (used + rows))
        own = cells[:, used : used + rows]
        _fold(ticks[8 * (low - base) : 8 * (high - base + 1)], low, ticks_per_row, own)
        if not _judge(own, bar):
            return bars[:0], cells
        start, used = ends[i], used + rows
        bar[0] = used
    return bars, cells
