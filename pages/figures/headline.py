"""Headline: the numbers of a whole candle, above its rows."""

from core.calc.footprint import Footprint
from core.domain.instrument import Instrument
from pages.figures import palette
from pages.figures.scale import size_text


def draw(result: Footprint, instrument: Instrument) -> list[dict[str, str]]:
    """Return label, text and colour of each number; sizes in base coins.

    Args:
        result: the candle.
        instrument: the grid of its lots.
    """
    numbers = (
        ("Delta", result.delta_lots, True),
        ("Total", result.total_lots, False),
        ("Min delta", result.min_delta_lots, True),
        ("Max delta", result.max_delta_lots, True),
    )
    return [
        {
            "label": label,
            "text": size_text(lots, instrument, signed=signed),
            "colour": _side(lots) if signed else palette.TEXT,
        }
        for label, lots, signed in numbers
    ]


def _side(lots: int) -> str:
    if lots == 0:
        return palette.TEXT
    return palette.BUY if lots > 0 else palette.SELL
