"""Stored trades as bars, with the grade of each: proven complete, or not known."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.bars import merge_bars, time_bars
from core.calc.grouping import intervals, runs
from core.domain.arrays import BarArray, IntArray, TradeArray, empty_bars
from core.domain.instrument import Venue
from core.domain.units import NS_PER_HOUR, Ns
from data.commands.sheet import Exact, Known, Sheet
from data.store.catalog import Stored
from data.store.store import Store

_EDGE_NS: Final = NS_PER_HOUR
"""How far beyond the span its neighbour is looked for, which proves the first and last bar."""


@dataclass(frozen=True, slots=True)
class Graded:
    """Bars and their proof.

    Attributes:
        bars: BAR_DTYPE[n].
        holes: int64[n], steps between trade ids, from the trade before the bar to the one after
            it, that are not 1; 0 = no trade is missing.
    """

    bars: BarArray
    holes: IntArray


def bar_sheets(
    store: Store, stored: Stored, *, from_ns: Ns, to_ns: Ns, step_ns: Ns
) -> Iterator[Sheet]:
    """Yield the bars that open in ``[from_ns, to_ns)`` and traded, whole; at least one sheet.

    ``grade`` is 1 where the trade ids prove that the bar is complete: Binance's ids of one stream
    step by 1, so a bar is complete when they do inside it and to the trades on both sides of it.
    Elsewhere (other venues, the first and last bar of a recording) it is empty: not known.
    """
    first_ns = -(-from_ns // step_ns) * step_ns
    end_ns = -(-to_ns // step_ns) * step_ns
    if from_ns <= stored.first_ns:
        first_ns = stored.first_ns // step_ns * step_ns
    trades = store.read_trades(
        stored.source, stored.instrument.id, first_ns - _EDGE_NS, end_ns + _EDGE_NS
    )
    ids_step_by_one = stored.instrument.id.venue is Venue.BINANCE
    any_bars = False
    for graded in graded_bars(trades, step_ns=step_ns):
        opens = graded.bars["open_ns"]
        inside = (opens >= first_ns) & (opens < end_ns)
        if inside.any():
            any_bars = True
            proven = (graded.holes[inside] == 0) & ids_step_by_one
            yield _sheet(graded.bars[inside], proven, stored)
    if not any_bars:
        yield _sheet(empty_bars(), np.zeros(0, np.bool_), stored)


def graded_bars(blocks: Iterator[TradeArray], *, step_ns: Ns) -> Iterator[Graded]:
    """Yield the bars of trades that come in blocks, each bar once and whole.

    Args:
        blocks: TRADE_DTYPE[n], n > 0, sorted within and across blocks.
        step_ns: length of a bar.
    """
    bars, holes = empty_bars(), np.zeros(0, np.int64)
    last_id: int | None = None
    for rows in blocks:
        ids = rows["trade_id"]
        # Before the first trade nobody knows: as good as a hole.
        jumps = np.ones(rows.size, np.int64)
        jumps[1:] = ids[1:] != ids[:-1] + 1
        jumps[0] = last_id is None or int(ids[0]) != last_id + 1
        last_id = int(ids[-1])
        starts, _ = runs(intervals(rows["ts_event_ns"], width=step_ns))
        more, jumped = time_bars(rows, step_ns=step_ns), np.add.reduceat(jumps, starts)
        jumped[:-1] += jumps[starts[1:]]  # the step to the next bar's first trade
        if bars.size and bars["open_ns"][-1] == more["open_ns"][0]:
            jumped[0] += holes[-1]
            holes = holes[:-1]
        elif bars.size:
            holes[-1] += jumps[0]
        bars = merge_bars(np.concatenate([bars, more]), step_ns=step_ns)
        holes = np.concatenate([holes, jumped])
        yield Graded(bars[:-1], holes[:-1])
        bars, holes = bars[-1:], holes[-1:]
    if bars.size:
        yield Graded(bars, holes + 1)  # after the last trade nobody knows


def _sheet(bars: BarArray, proven: np.ndarray, stored: Stored) -> Sheet:
    tick, lot = stored.instrument.tick_size, stored.instrument.lot_size
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
        "grade": Known(np.ones(bars.size, np.int64), proven),
    }
