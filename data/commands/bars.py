"""Stored trades as bars, with the data grade of each: the share of it that is proven complete."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import numpy as np

from core.calc.bars import merge_bars, time_bars
from core.calc.evidence import evidence_of_trades, time_within
from core.calc.grade import Grades, grade
from core.calc.trade_runs import RUN_DTYPE, Ids, merge_runs, trade_runs
from core.domain.arrays import BarArray, FloatArray, IntArray, RowArray, TradeArray, empty_bars
from core.domain.events import Channel
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_HOUR, Ns
from data.commands.sheet import Exact, Known, Sheet
from data.store.archive import Archive
from data.store.catalog import Stored
from data.views.runs import ids_of

_EDGE_NS: Final = NS_PER_HOUR
"""How far beyond the span its neighbour is looked for, which proves the first and last bar."""
_FOREVER: Final[Ns] = 2**62
_GRADE_STEP: Final = Decimal("0.0001")
_WHOLE: Final = 10_000


def bar_sheets(
    store: Archive, stored: Stored, *, from_ns: Ns, to_ns: Ns, step_ns: Ns
) -> Iterator[Sheet]:
    """Yield the bars that open in ``[from_ns, to_ns)`` and traded, whole; at least one sheet.

    ``grade`` is what trade ids and recorded gaps prove: 1 = from the trade before the bar to the
    one after it no id is missing. The venue's candles are not stored, so where ids only tell
    trades apart, and at the ends of a recording, it is empty unless something is known to lack.
    """
    first_ns, end_ns = whole_bars(stored, (from_ns, to_ns), step_ns)
    trades = store.read_trades(
        stored.source, stored.instrument.id, first_ns - _EDGE_NS, end_ns + _EDGE_NS
    )
    any_bars = False
    for bars, grades in graded_bars(trades, stored, step_ns=step_ns):
        inside = (bars["open_ns"] >= first_ns) & (bars["open_ns"] < end_ns)
        if inside.any():
            any_bars = True
            yield _sheet(bars[inside], grades.grade[inside], stored)
    if not any_bars:
        yield _sheet(empty_bars(), np.zeros(0), stored)


def whole_bars(stored: Stored, span: tuple[Ns, Ns], step_ns: Ns) -> tuple[Ns, Ns]:
    """Return the span, end not included, of the bars that open in ``span``.

    A span that begins with what is stored, or before, has the bar of the first trade too.
    """
    from_ns, to_ns = span
    first_ns = -(-from_ns // step_ns) * step_ns
    if from_ns <= stored.first_ns:
        first_ns = stored.first_ns // step_ns * step_ns
    return first_ns, -(-to_ns // step_ns) * step_ns


def graded_bars(
    blocks: Iterator[TradeArray], stored: Stored, *, step_ns: Ns
) -> Iterator[tuple[BarArray, Grades]]:
    """Yield the bars of trades that come in blocks, each bar once and whole, and their grades.

    Args:
        blocks: TRADE_DTYPE[n], n > 0, sorted within and across blocks.
        stored: whose trades they are, since when they are held, and where they have gaps.
        step_ns: length of a bar.
    """
    ids = ids_of(stored.instrument.id)
    bars, runs = empty_bars(), np.zeros(0, RUN_DTYPE)
    for rows in blocks:
        fresh = trade_runs(rows, width_ns=step_ns, ids=ids)
        runs = merge_runs(np.concatenate([runs, fresh]), width_ns=step_ns)
        more = time_bars(rows, step_ns=step_ns)
        bars = merge_bars(np.concatenate([bars, more]), step_ns=step_ns)
        yield bars[:-1], _grades(runs, bars[:-1], stored, step_ns, ids)
        bars, runs = bars[-1:], runs[-2:]  # of the one before, only its last id is of use
    if bars.size:
        yield bars, _grades(runs, bars, stored, step_ns, ids)


def _grades(runs: RowArray, bars: BarArray, stored: Stored, step_ns: Ns, ids: Ids) -> Grades:
    opens_ns = bars["open_ns"]
    found = evidence_of_trades(runs, opens_ns, step_ns=step_ns, edge_ns=_FOREVER, ids=ids)
    gaps = [
        (gap.from_ns, gap.to_ns)
        for day in stored.days
        for gap in day.gaps
        if gap.channel is Channel.TRADES
    ]
    found["gap_ns"] = time_within(gaps, opens_ns, step_ns=step_ns)
    found["before_ns"] = np.clip(stored.first_ns - opens_ns, 0, step_ns)
    return grade(found, step_ns=step_ns, ids=ids)


def bar_columns(bars: BarArray, grid: Instrument) -> Sheet:
    """Return bars as columns.

    Args:
        bars: BAR_DTYPE[n], n >= 0.
        grid: the instrument of their ticks and lots.
    """
    tick, lot = grid.tick_size, grid.lot_size
    volume = bars["buy_lots"] + bars["sell_lots"] + bars["unknown_lots"]
    return {
        "open_ns": Known(bars["open_ns"]),
        **{
            name: Exact(bars[f"{name}_ticks"].astype(np.int64), tick)
            for name in ("open", "high", "low", "close")
        },
        "volume": Exact(volume, lot),
        "buy": Exact(bars["buy_lots"], lot),
        "sell": Exact(bars["sell_lots"], lot),
        "trades": Known(bars["trades"]),
    }


def _sheet(bars: BarArray, grades: FloatArray, stored: Stored) -> Sheet:
    known = ~np.isnan(grades)
    grade_column = Exact(_rounded(grades), _GRADE_STEP, known)
    return {**bar_columns(bars, stored.instrument), "grade": grade_column}


def _rounded(grades: FloatArray) -> IntArray:
    """Return ten-thousandths; what is not whole is never rounded to the whole."""
    nearest = np.rint(np.nan_to_num(grades) * _WHOLE).astype(np.int64)
    return np.where(grades >= 1, _WHOLE, np.minimum(nearest, _WHOLE - 1))
