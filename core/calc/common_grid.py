"""Common grid: the integers of several instruments on one grid of ticks and lots."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import gcd

from core.domain.arrays import BarArray, TradeArray
from core.domain.instrument import Instrument

_LOTS = ("buy_lots", "sell_lots", "unknown_lots", "min_delta_lots", "max_delta_lots")
_TICKS = ("open_ticks", "high_ticks", "low_ticks", "close_ticks")


@dataclass(frozen=True, slots=True)
class Factors:
    """How one instrument's integers become those of the common grid.

    Attributes:
        ticks: common ticks in one tick of the instrument, >= 1.
        lots: common lots in one lot of the instrument, >= 1.
    """

    ticks: int
    lots: int


def common_instrument(instruments: Sequence[Instrument]) -> Instrument:
    """Return an instrument on whose grid every price and size of ``instruments`` is whole.

    It carries the name of the first one. Its lots are base coins (contract value 1), unless there
    is only one instrument, which is returned as it is.

    Args:
        instruments: at least one, all with the same base coin.
    """
    first = instruments[0]
    if len(instruments) == 1:
        return first
    return Instrument(
        id=first.id,
        base=first.base,
        quote=first.quote,
        tick_size=_common_step([each.tick_size for each in instruments]),
        size_step=_common_step([each.lot_size for each in instruments]),
        inferred=any(each.inferred for each in instruments),
    )


def factors(instrument: Instrument, common: Instrument) -> Factors:
    """Return the factors from ``instrument`` to ``common``.

    Raises:
        ValueError: a step of ``instrument`` is not a whole number of common steps.
    """
    ticks = Fraction(instrument.tick_size) / Fraction(common.tick_size)
    lots = Fraction(instrument.lot_size) / Fraction(common.lot_size)
    if ticks.denominator != 1 or lots.denominator != 1:
        msg = f"{instrument.id} does not fit the grid {common.tick_size} x {common.lot_size}"
        raise ValueError(msg)
    return Factors(int(ticks), int(lots))


def rescale_bars(bars: BarArray, by: Factors) -> BarArray:
    """Return ``bars`` in common ticks and lots."""
    if by == Factors(1, 1):
        return bars
    out = bars.copy()
    for name in _TICKS:
        out[name] *= by.ticks
    for name in _LOTS:
        out[name] *= by.lots
    out["moment1"] *= by.ticks * by.lots
    out["moment2"] *= float(by.ticks**2 * by.lots)
    return out


def rescale_trades(trades: TradeArray, by: Factors) -> TradeArray:
    """Return ``trades`` in common ticks and lots."""
    if by == Factors(1, 1):
        return trades
    out = trades.copy()
    out["price_ticks"] *= by.ticks
    out["size_lots"] *= by.lots
    return out


def _common_step(steps: Sequence[Decimal]) -> Decimal:
    """Return the largest step of which every one of ``steps`` is a whole multiple."""
    ratios = [Fraction(step) for step in steps]
    denominator = 1
    for ratio in ratios:
        denominator = denominator * ratio.denominator // gcd(denominator, ratio.denominator)
    numerator = 0
    for ratio in ratios:
        numerator = gcd(numerator, int(ratio * denominator))
    return Decimal(numerator) / Decimal(denominator)
