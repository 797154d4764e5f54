"""A venue's own candles, as time bars."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np

from core.domain.arrays import BAR_DTYPE, BarArray, Provenance
from core.domain.errors import BadNumber, MalformedFrame
from core.domain.instrument import Instrument
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import Ns
from data.venues.decode import decimal_of, ns_of

_MAX_INT64: Final = 2**63 - 1


class Candle(NamedTuple):
    """One candle as the venue sent it.

    Attributes:
        open_stamp: ms or us since 1970.
        volume: in the venue's unit of size.
        quote_volume: in quote.
        taker_buy: part of ``volume`` whose taker bought; None = the venue does not say.
        trades: number of trades; 0 = the venue does not say.
    """

    open_stamp: int
    open: str
    high: str
    low: str
    close: str
    volume: str
    quote_volume: str
    taker_buy: str | None = None
    trades: int = 0


class _Scale(NamedTuple):
    """What turns text into ticks and lots.

    Attributes:
        quote_per_unit: quote coins in one tick times one lot.
    """

    instrument: Instrument
    quote_per_unit: Fraction
    step_ns: Ns


def closed_bars(
    candles: Iterable[Candle], instrument: Instrument, *, timeframe: str, now_ns: Ns
) -> BarArray:
    """Return the candles that have closed and in which something traded, sorted.

    A candle does not say in which order its trades came, so: ``first_ns`` and ``last_ns`` are its
    edges, the running delta is taken to go straight to its end, and where taker-buy volume is not
    known all volume is ``unknown_lots``. ``moment1`` is exact to the rounding of the venue's quote
    volume. ``moment2`` is an estimate: prices even over [low, high] (variance range^2 / 12) about
    the mean that ``moment1`` gives.

    Args:
        candles: in any order.
        timeframe: a key of TIMEFRAMES_NS.
        now_ns: a candle is closed when its end is not after this.

    Returns:
        BAR_DTYPE[n], provenance KLINES.

    Raises:
        BadNumber: a number is off the grid, or the numbers of a candle contradict one another.
        MalformedFrame: a candle opens off the timeframe's grid, or two open together.
    """
    step_ns = TIMEFRAMES_NS[timeframe]
    unit = Fraction(instrument.tick_size) * Fraction(instrument.lot_size)
    scale = _Scale(instrument, unit, step_ns)
    rows = []
    for candle in candles:
        open_ns = _open_ns(candle, step_ns)
        if open_ns + step_ns <= now_ns:
            rows.extend(_row(candle, scale, open_ns))
    rows.sort()
    for one, other in pairwise(rows):
        if one[0] == other[0]:
            msg = f"two candles open at {one[0]} ns"
            raise MalformedFrame(msg)
    return np.array(rows, BAR_DTYPE)


def _open_ns(candle: Candle, step_ns: Ns) -> Ns:
    """Return when the candle opens."""
    open_ns = ns_of(candle.open_stamp)
    if open_ns % step_ns:
        msg = f"a candle opens at {open_ns} ns, which is not a multiple of {step_ns} ns"
        raise MalformedFrame(msg)
    return open_ns


def _row(candle: Candle, scale: _Scale, open_ns: Ns) -> list[tuple[Any, ...]]:
    """Return the candle in the order of BAR_DTYPE; nothing where nothing traded."""
    ticks_of = scale.instrument.price_grid.units
    open_ticks, high_ticks = ticks_of(candle.open), ticks_of(candle.high)
    low_ticks, close_ticks = ticks_of(candle.low), ticks_of(candle.close)
    if (
        not 0
        < low_ticks
        <= min(open_ticks, close_ticks)
        <= max(open_ticks, close_ticks)
        <= (high_ticks)
    ):
        msg = f"open and close must lie between low and high, and above zero, was {candle}"
        raise BadNumber(msg)
    buy_lots, sell_lots, unknown_lots = _split(candle, scale.instrument)
    lots = buy_lots + sell_lots + unknown_lots
    if not lots:
        return []
    moment1 = _moment1(candle, scale, lots, (low_ticks, open_ticks, high_ticks))
    spread = (high_ticks - low_ticks) ** 2 / 12
    moment2 = lots * (spread + (moment1 / lots) ** 2)
    delta_lots = buy_lots - sell_lots
    times = (open_ns, open_ns, open_ns + scale.step_ns - 1)
    volumes = (buy_lots, sell_lots, unknown_lots, min(0, delta_lots), max(0, delta_lots))
    prices = (open_ticks, high_ticks, low_ticks, close_ticks)
    return [
        (*times, *volumes, moment1, moment2, *prices, candle.trades, Provenance.KLINES),
    ]


def _split(candle: Candle, instrument: Instrument) -> tuple[int, int, int]:
    """Return (buy, sell, unknown) lots."""
    lots = instrument.size_grid.units(candle.volume)
    if candle.taker_buy is None:
        return 0, 0, lots
    buy_lots = instrument.size_grid.units(candle.taker_buy)
    if buy_lots > lots:
        msg = f"taker-buy volume {candle.taker_buy} is above the volume {candle.volume}"
        raise BadNumber(msg)
    return buy_lots, lots - buy_lots, 0


def _moment1(candle: Candle, scale: _Scale, lots: int, prices: tuple[int, int, int]) -> int:
    """Return the sum of lots * (price - open), from the quote volume.

    Block trades may lie outside [low, high], so the mean price may too, a little; a mean below
    half of low or above twice high is the volume of something else.
    """
    low_ticks, open_ticks, high_ticks = prices
    units = round(Fraction(decimal_of(candle.quote_volume)) / scale.quote_per_unit)
    moment1 = units - lots * open_ticks
    if not lots * low_ticks <= 2 * units <= 4 * lots * high_ticks or abs(moment1) > _MAX_INT64:
        msg = f"quote volume {candle.quote_volume} does not fit volume {candle.volume}"
        raise BadNumber(msg)
    return moment1
