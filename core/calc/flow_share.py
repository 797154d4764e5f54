"""Flow share: how much of the money that crossed the spread bought, and how clearly."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import fsum, nan

import numpy as np

from core.calc.notional import notional
from core.domain.arrays import BarArray, TradeArray
from core.domain.frame import Framed
from core.domain.instrument import Instrument
from core.domain.units import Aggressor


class FlowArrow(StrEnum):
    """Which side moves more money, and how clearly."""

    STRONG_BUY = "↑↑"
    BUY = "↑"
    EVEN = "→"
    SELL = "↓"
    STRONG_SELL = "↓↓"


@dataclass(frozen=True, slots=True)
class Flow(Framed):
    """What was bought and sold in a span of time, in quote coins.

    Attributes:
        buy_quote: notional of trades whose buyer crossed the spread.
        sell_quote: of those whose seller did.
        unknown_quote: of those of which nobody told; in no share and no difference.
    """

    buy_quote: float
    sell_quote: float
    unknown_quote: float = 0.0

    @property
    def net_quote(self) -> float:
        """Bought less sold."""
        return self.buy_quote - self.sell_quote

    @property
    def buy_frac(self) -> float:
        """Share that bought, of what has a side, 0 to 1; NaN where nothing has."""
        known = self.buy_quote + self.sell_quote
        return self.buy_quote / known if known else nan


def flow(trades: TradeArray, instrument: Instrument) -> Flow:
    """Return what trades bought and sold.

    Args:
        trades: TRADE_DTYPE[n], any order.
        instrument: whose ticks and lots they are.

    Raises:
        ValueError: they are worth more than 64 bits hold.

    Source:
        DEFINITIONS section 20, imbalance arrows.
    """
    worth, sides = notional(trades), trades["aggressor"]
    coin = float(instrument.tick_size * instrument.lot_size)
    buy, sell, unknown = (
        int(worth[sides == side].sum()) * coin
        for side in (Aggressor.BUY, Aggressor.SELL, Aggressor.UNKNOWN)
    )
    return Flow(buy, sell, unknown)


def flow_of_bars(bars: BarArray, instrument: Instrument) -> Flow:
    """Return the same of bars: each side is taken to have traded at the bar's average price.

    Args:
        bars: BAR_DTYPE[n], any order.
    """
    lots = bars["buy_lots"] + bars["sell_lots"] + bars["unknown_lots"]
    average = bars["open_ticks"] + bars["moment1"] / np.maximum(lots, 1)
    coin = float(instrument.tick_size * instrument.lot_size)
    buy, sell, unknown = (
        float((bars[name] * average).sum()) * coin
        for name in ("buy_lots", "sell_lots", "unknown_lots")
    )
    return Flow(buy, sell, unknown)


def sum_flows(parts: Iterable[Flow]) -> Flow:
    """Return the sum of several markets in one quote coin; of none it is nothing at all."""
    every = list(parts)
    return Flow(
        fsum(each.buy_quote for each in every),
        fsum(each.sell_quote for each in every),
        fsum(each.unknown_quote for each in every),
    )


def flow_arrow(
    told: Flow, *, strong_frac: float = 0.8, clear_frac: float = 0.6
) -> FlowArrow | None:
    """Return the arrow of a flow; None where nothing has a side.

    Args:
        strong_frac: from this share of one side on there are two arrows.
        clear_frac: from this share on there is one.

    Source:
        DEFINITIONS section 20, imbalance arrows.
    """
    known = told.buy_quote + told.sell_quote
    if not known:
        return None
    arrows = (
        (told.buy_quote, FlowArrow.STRONG_BUY, FlowArrow.BUY),
        (told.sell_quote, FlowArrow.STRONG_SELL, FlowArrow.SELL),
    )
    for quote, strong, clear in arrows:
        # Each side's own share: one less the other's would miss an edge by its rounding.
        if quote / known >= clear_frac:
            return strong if quote / known >= strong_frac else clear
    return FlowArrow.EVEN
