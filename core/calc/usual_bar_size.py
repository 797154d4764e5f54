"""Usual bar size: the size at which bars that end by what traded come about as often as minutes."""

from decimal import Decimal
from typing import Final

import numpy as np

from core.calc.bar_size import WHOLE, BarSize
from core.calc.running_bars import By
from core.domain.arrays import BarArray, FloatArray
from core.domain.instrument import Instrument

_LEADING: Final = (1, 2, 5, 10)
_SECONDS: Final = 60
_WALKS: Final = frozenset({By.RANGE, By.DELTA})
"""Price and delta wander: half as far takes them a quarter of the time."""


def usual_bar_size(minutes: BarArray, by: By, grid: Instrument) -> BarSize | None:
    """Return a size of one leading digit (1, 2 or 5), of which a minute fills about one bar.

    Args:
        minutes: BAR_DTYPE[n], bars of one minute.
        by: what ends a bar.
        grid: of their ticks and lots.

    Returns:
        None where nothing traded, or as much was bought as sold.
    """
    usual = _each_minute(minutes, by, grid)
    if not usual.size or not usual.any():
        return None
    # A walk's usual reach is its root mean square, what is filled is the plain mean.
    mean = float(np.sqrt((usual * usual).mean()) if by in _WALKS else usual.mean())
    power = Decimal(10) ** int(np.floor(np.log10(mean)))
    leading = min(_LEADING, key=lambda each: abs(np.log(each * float(power) / mean)))
    size = (leading * power).normalize()
    return BarSize(by, max(size, Decimal(1)) if by in WHOLE else size)


def least_bar_size(usual: BarSize) -> BarSize:
    """Return the size at which about a bar a second ends, from that of about a bar a minute."""
    share = int(np.sqrt(_SECONDS)) if usual.by in _WALKS else _SECONDS
    size = usual.size / share
    if usual.by in WHOLE:
        return BarSize(usual.by, max(Decimal(round(size)), Decimal(1)))
    return BarSize(usual.by, size.quantize(Decimal(1).scaleb(size.adjusted())))


def _each_minute(minutes: BarArray, by: By, grid: Instrument) -> FloatArray:
    """Return what each minute has of what ends a bar, as the trader counts it."""
    lots = minutes["buy_lots"] + minutes["sell_lots"] + minutes["unknown_lots"]
    coin = float(grid.lot_size)
    counted = {
        By.TICK: minutes["trades"],
        By.VOLUME: lots * coin,
        By.DOLLAR: (minutes["moment1"] + minutes["open_ticks"] * lots)
        * (coin * float(grid.tick_size)),
        By.RANGE: minutes["high_ticks"] - minutes["low_ticks"],
        By.DELTA: (minutes["buy_lots"] - minutes["sell_lots"]) * coin,
    }
    each: FloatArray = np.abs(counted[by].astype(np.float64))
    return each
