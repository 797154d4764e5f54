"""Flow words: how money, its sides and its arrows are written wherever flow is told."""

from typing import Final

import numpy as np

from core.calc.flow_share import FlowArrow
from core.calc.words import MINUS
from pages.figures.scale import UNKNOWN

IN_USD: Final = "In USDT, which is taken as the US dollar."
ARROW_TONES: Final = {
    FlowArrow.STRONG_BUY: "buy",
    FlowArrow.BUY: "buy",
    FlowArrow.EVEN: "caution",
    FlowArrow.SELL: "sell",
    FlowArrow.STRONG_SELL: "sell",
}
_POWERS: Final = ((1e9, "B"), (1e6, "M"), (1e3, "K"))
_DIGITS: Final = 3


def money(value: float, *, signed: bool = False) -> str:
    """Return an amount of three digits: ``532``, ``1.24M``, ``−12.4K``; NaN is a dash."""
    if np.isnan(value):
        return UNKNOWN
    # As it will be rounded: 999,600 is a million of three digits.
    size = float(f"{abs(value):.{_DIGITS}g}")
    power, suffix = next((each for each in _POWERS if size >= each[0]), (1.0, ""))
    whole = len(str(int(size / power)))
    places = max(_DIGITS - whole, 0) if suffix else 0
    text = f"{size / power:.{places}f}{suffix}"
    sign = MINUS if value < 0 else "+" if signed and value > 0 else ""
    return f"{sign}{text}"


def side_tone(value: float, *, neither: str = "quiet") -> str:
    """Return the tone of what is above 0 for buying and below for selling.

    Args:
        neither: of zero, and of what is not known.
    """
    return "buy" if value > 0 else "sell" if value < 0 else neither
