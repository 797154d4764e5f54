"""Trade windows: what traded in a span, from trades, or from candles where they are gone."""

from dataclasses import dataclass
from math import nan
from typing import Final

import numpy as np

from core.calc.flow_share import Flow, flow, flow_of_bars
from core.domain.units import NS_PER_MINUTE, Ns
from data.buffers.tape import Tape
from data.views.holes import klines_of
from data.views.series import FOREVER

_BEFORE_NS: Final[Ns] = NS_PER_MINUTE
"""A price that is older than this when a window begins is not the one it begins with."""


@dataclass(frozen=True, slots=True)
class TradeWindow:
    """What traded in one span.

    Attributes:
        change_frac: the last price less the one with which the span began, as a share of it; NaN
            where nothing traded.
        from_candles: told by the venue's own candles: a minute or so off the span.
    """

    flow: Flow
    change_frac: float
    from_candles: bool = False


def newest_window(tape: Tape, from_ns: Ns) -> TradeWindow | str:
    """Return what traded since then, or why that is not known, a clause."""
    return _of_trades(tape, from_ns, FOREVER) if not (why := torn(tape, from_ns)) else why


def past_window(tape: Tape, from_ns: Ns, to_ns: Ns) -> TradeWindow | str:
    """Return what traded in a half-open span, or why that is not known, a clause."""
    if not torn(tape, from_ns, to_ns):
        return _of_trades(tape, from_ns, to_ns)
    count, rest_ns = divmod(to_ns - from_ns, NS_PER_MINUTE)
    if rest_ns:
        return "its trades of then are not held, and candles tell whole minutes"
    first_ns = (from_ns + NS_PER_MINUTE // 2) // NS_PER_MINUTE * NS_PER_MINUTE
    bars = klines_of(tape, "1m")
    low, high = np.searchsorted(bars["open_ns"], [first_ns, first_ns + count * NS_PER_MINUTE])
    bars = bars[low:high]
    if bars.size < count:
        return "neither trades nor candles of then are held"
    if bars["unknown_lots"].any():
        return "its candles do not tell who crossed the spread"
    change = float(bars["close_ticks"][-1]) / float(bars["open_ticks"][0]) - 1
    return TradeWindow(flow_of_bars(bars, tape.instrument), change, from_candles=True)


def torn(tape: Tape, from_ns: Ns, to_ns: Ns = FOREVER) -> str:
    """Return why not every trade of a half-open span is held, a clause; empty = all are."""
    if tape.complete_from_ns is None:
        return "no trade has come of it yet"
    if tape.complete_from_ns > from_ns:
        return "its trades are not held so far back"
    if any(gap.from_ns < to_ns and gap.to_ns > from_ns for gap in tape.gaps):
        return "some of its trades are missing"
    return ""


def _of_trades(tape: Tape, from_ns: Ns, to_ns: Ns) -> TradeWindow:
    trades = tape.trades.window(from_ns - _BEFORE_NS, to_ns)
    first = int(np.searchsorted(trades["ts_event_ns"], from_ns))
    inside = trades[first:]
    if not inside.size:
        return TradeWindow(flow(inside, tape.instrument), 0.0 if first else nan)
    # Where nothing traded shortly before, the span begins with its own first price.
    begin = float(trades["price_ticks"][max(first - 1, 0)])
    change = float(inside["price_ticks"][-1]) / begin - 1
    return TradeWindow(flow(inside, tape.instrument), change)
