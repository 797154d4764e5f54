"""Delta extremes: how far one side was ahead inside a bar, and at which price."""

from dataclasses import dataclass

import numpy as np

from core.calc.footprint import Footprint
from core.calc.value_area import poc_row
from core.domain.arrays import TradeArray, require_sorted


@dataclass(frozen=True, slots=True)
class DeltaExtremes:
    """Of one bar with at least one trade whose side is known; lots.

    Attributes:
        delta: buys less sells.
        max_delta: greatest running delta, from 0: >= 0.
        min_delta: smallest, <= 0.
        max_after_first: greatest running delta after the first sided trade, as platforms that leave
            the zero out show it; below 0 in a bar of sells.
        min_after_first: smallest likewise.
        since_high: delta of the trades after the last one at the bar's high.
        since_low: delta of those after the last one at the low.
    """

    delta: int
    max_delta: int
    min_delta: int
    max_after_first: int
    min_after_first: int
    since_high: int
    since_low: int


def delta_extremes(trades: TradeArray) -> DeltaExtremes | None:
    """Return the extremes of one bar's running delta; None where no side is known.

    Args:
        trades: TRADE_DTYPE[n], the bar's trades and no others, sorted by ``ts_event_ns``.

    Raises:
        ValueError: ``trades`` is not sorted by ``ts_event_ns``.

    Source:
        DEFINITIONS section 4 (freqtrade and NinjaTrader leave the zero out; the last two are
        NinjaTrader's DeltaSh and DeltaSl).
    """
    require_sorted(trades, "ts_event_ns")
    is_sided = trades["aggressor"] != 0
    if not is_sided.any():
        return None
    running = np.cumsum(trades["size_lots"] * trades["aggressor"])
    delta = int(running[-1])
    sided = running[is_sided]
    prices = trades["price_ticks"]
    at_high = np.flatnonzero(prices == prices.max())[-1]
    at_low = np.flatnonzero(prices == prices.min())[-1]
    return DeltaExtremes(
        delta=delta,
        max_delta=int(sided.max(initial=0)),
        min_delta=int(sided.min(initial=0)),
        max_after_first=int(sided.max()),
        min_after_first=int(sided.min()),
        since_high=delta - int(running[at_high]),
        since_low=delta - int(running[at_low]),
    )


@dataclass(frozen=True, slots=True)
class DeltaRows:
    """Rows of a footprint, as indices; -1 = there is none.

    Attributes:
        poc: greatest difference between buys and sells, of either sign; ties as the POC's.
        most_bought: greatest delta, above 0; of equal ones the lowest.
        most_sold: smallest delta, below 0; of equal ones the lowest.
    """

    poc: int
    most_bought: int
    most_sold: int


def delta_rows(bar: Footprint) -> DeltaRows:
    """Return where buyers and sellers were furthest ahead."""
    delta = bar.buy_lots - bar.sell_lots
    is_bought, is_sold = bool(np.any(delta > 0)), bool(np.any(delta < 0))
    return DeltaRows(
        poc=poc_row(np.abs(delta)),
        most_bought=int(delta.argmax()) if is_bought else -1,
        most_sold=int(delta.argmin()) if is_sold else -1,
    )
