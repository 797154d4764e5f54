"""Scale: whole ticks, lots and nanoseconds become prices, coins and milliseconds, and words."""

from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.calc.words import MINUS, decimals
from core.domain.arrays import FloatArray, IntArray
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_MS, NS_PER_S, Ns

UNKNOWN: Final = "\N{EN DASH}"
"""What is not known; never a zero."""
_SIGNIFICANT: Final = 4
_MOST_PLACES: Final = 3
_POWERS: Final = ((1e9, "B"), (1e6, "M"), (1e3, "K"))
_SPANS: Final = ((NS_PER_DAY, "d"), (NS_PER_HOUR, "h"), (NS_PER_MINUTE, "min"), (NS_PER_S, "s"))


def milliseconds(ns: IntArray) -> IntArray:
    """Return nanoseconds UTC as the whole milliseconds that a Plotly date axis takes."""
    return ns // NS_PER_MS


def prices(ticks: NDArray[np.generic], instrument: Instrument) -> FloatArray:
    """Return ticks (whole or not) as prices in quote coin."""
    return ticks.astype(np.float64) * float(instrument.tick_size)


def coins(lots: NDArray[np.generic], instrument: Instrument) -> FloatArray:
    """Return lots as base coins."""
    return lots.astype(np.float64) * float(instrument.lot_size)


def size_places(instrument: Instrument) -> int:
    """Return how many decimals a size in base coins is read with: those of its lot, 3 at most."""
    return min(decimals(instrument.lot_size), _MOST_PLACES)


def size_text(lots: float, instrument: Instrument, *, signed: bool = False) -> str:
    """Return a size in base coins, short enough for a cell: ``0.012``, ``12.35``, ``1.235K``.

    Args:
        lots: size; NaN is a dash, since missing is not zero.
        signed: put a plus before what is above zero.
    """
    if np.isnan(lots):
        return UNKNOWN
    value = lots * float(instrument.lot_size)
    # As it will be rounded: 999,960 is a million of four digits.
    size, suffix = float(f"{abs(value):.{_SIGNIFICANT}g}"), ""
    for power, name in _POWERS:
        if size >= power:
            size, suffix = size / power, name
            break
    whole = len(str(int(size)))
    places = max(0, min(_SIGNIFICANT - whole, 3 if suffix else decimals(instrument.lot_size)))
    text = f"{size:.{places}f}"
    if not float(text):
        return "0" if not lots else text
    sign = MINUS if value < 0 else "+" if signed else ""
    return f"{sign}{text}{suffix}"


def amount_text(value: float) -> str:
    """Return an amount in its own coin, four digits long: ``0.123``, ``81.20K``, ``1.235M``."""
    if np.isnan(value):
        return UNKNOWN
    # As it will be rounded: 999,960 is a million of four digits.
    size, suffix = float(f"{abs(value):.{_SIGNIFICANT}g}"), ""
    for power, name in _POWERS:
        if size >= power:
            size, suffix = size / power, name
            break
    places = max(0, _SIGNIFICANT - len(str(int(size))))
    return f"{MINUS if value < 0 else ''}{size:.{places}f}{suffix}"


def percent_text(frac: float, *, places: int = 2) -> str:
    """Return a share as signed percent: ``+1.25 %``; NaN is a dash."""
    return number_text(100 * frac, places, signed=True, unit=" %")


def number_text(value: float, places: int, *, signed: bool = False, unit: str = "") -> str:
    """Return a number with so many decimals, thousands marked: ``1,250.5``; NaN is a dash.

    Args:
        signed: put a plus before what is above zero.
        unit: with a space before it where it needs one.
    """
    if np.isnan(value):
        return UNKNOWN
    # What rounds to zero has no minus.
    return f"{value:{'+' if signed else ''}z,.{places}f}".replace("-", MINUS) + unit


def span_text(ns: Ns) -> str:
    """Return a length of time in its largest unit, rounded: ``12 s``, ``3 min``, ``5 h``."""
    unit_ns, name = next((each for each in _SPANS if ns >= each[0]), _SPANS[-1])
    return f"{(ns + unit_ns // 2) // unit_ns} {name}"


def moment_text(ns: Ns) -> str:
    """Return a moment UTC to the minute: ``14 Nov 09:30``."""
    return f"{datetime.fromtimestamp(ns // NS_PER_S, UTC):%d %b %H:%M}"
