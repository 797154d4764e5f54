"""Words: prices, sizes, money and shares as the sentences on the chart tell them."""

from decimal import Decimal
from typing import Final

from core.domain.instrument import Instrument

MINUS: Final = "\N{MINUS SIGN}"
_LARGE: Final = 1_000
"""From here on no digit after the point is told."""


def decimals(step: Decimal) -> int:
    """Return how many decimals a multiple of ``step`` needs: 0.10 -> 1, 5 -> 0."""
    exponent = step.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def price_text(ticks: float, instrument: Instrument) -> str:
    """Return a price, or how far apart two are, as the axis writes it: ``62,150.0``.

    Args:
        ticks: rounded to a whole one.
    """
    value = Decimal(round(ticks)) * instrument.tick_size
    return f"{value:,.{decimals(instrument.tick_size)}f}".replace("-", MINUS)


def number_text(value: float, *, signed: bool = False) -> str:
    """Return a number of four digits, or all whole ones: ``0.02``, ``12.35``, ``60,092``.

    Never an exponent, and no zeros at the end.

    Args:
        value: finite.
        signed: put a plus before what is above zero.
    """
    size = abs(value)
    text = f"{size:,.0f}" if size >= _LARGE else f"{Decimal(f'{size:.4g}'):,f}"
    sign = MINUS if value < 0 else "+" if signed and value > 0 else ""
    return f"{sign}{text}"


def coins_text(lots: float, instrument: Instrument, *, signed: bool = False) -> str:
    """Return so many lots in base coins, with the coin's name: ``12.35 BTC``."""
    return f"{number_text(lots * float(instrument.lot_size), signed=signed)} {instrument.base}"


def share_text(frac: float, *, places: int = 0) -> str:
    """Return a share in percent: ``99.5 %``."""
    return f"{100 * frac:,.{places}f} %".replace("-", MINUS)


def count_text(many: int, name: str) -> str:
    """Return how many of what, in the plural but for one: ``1 fill``, ``1,200 fills``."""
    return f"{many:,} {name}{'' if many == 1 else 's'}"
