"""Settings numbers: a threshold as it is written and read on the page, in the page's unit."""

from typing import Final

from core.domain.errors import SettingsError
from data.thresholds import BOUNDS, DEFAULTS

_LONGEST: Final = 40
_DECIMALS: Final = 8


def unit_text(name: str) -> str:
    """Return the unit of a threshold on the page; of a share it is per cent."""
    unit = BOUNDS[name].unit
    return f"% {unit}" if _is_share(name) else unit


def value_text(name: str, value: float) -> str:
    """Return a threshold's value in that unit, without it, for example ``0.04`` or ``500,000``."""
    shown = f"{value * _scale(name):,.{_DECIMALS}f}"
    return shown.rstrip("0").rstrip(".")


def range_text(name: str) -> str:
    """Return what it may be, for example ``from 5 to 3,600 s; 60 unless chosen otherwise``."""
    bounds = BOUNDS[name]
    least, most, usual = (
        value_text(name, each) for each in (bounds.least, bounds.most, getattr(DEFAULTS, name))
    )
    return f"from {least} to {most} {unit_text(name)}; {usual} unless chosen otherwise"


def read_value(name: str, text: str) -> float:
    """Return the value that is written, in the unit of the threshold's name.

    Args:
        text: a number in the page's unit; commas between thousands are passed over.

    Raises:
        SettingsError: it is no number, or out of bounds; the message names the threshold.
    """
    bounds = BOUNDS[name]
    try:
        value = float(text.replace(",", "").strip()) / _scale(name)
    except ValueError:
        msg = f"{bounds.title}: {text[:_LONGEST]!r} is not a number"
        raise SettingsError(msg) from None
    if not bounds.least <= value <= bounds.most:
        msg = f"{bounds.title}: {text[:_LONGEST]} cannot be, it goes {range_text(name)}"
        raise SettingsError(msg)
    return round(value, 2 * _DECIMALS)


def _is_share(name: str) -> bool:
    return name.endswith("_frac")


def _scale(name: str) -> int:
    return 100 if _is_share(name) else 1
