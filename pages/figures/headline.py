"""Headline: the numbers of a whole candle, above its rows."""

from core.calc.footprint import Footprint
from core.calc.grade import Grades
from core.domain.instrument import Instrument
from pages.figures import palette
from pages.figures.grade_text import percent
from pages.figures.scale import size_text


def draw(
    result: Footprint, instrument: Instrument, grades: Grades | None = None
) -> list[dict[str, str]]:
    """Return label, text and colour of each number; sizes in base coins.

    Args:
        result: the candle.
        instrument: the grid of its lots.
        grades: one row, its data grade; None = it is left out.
    """
    numbers = (
        ("Delta", result.delta_lots, True),
        ("Total", result.total_lots, False),
        ("Min delta", result.min_delta_lots, True),
        ("Max delta", result.max_delta_lots, True),
    )
    shown = [
        {
            "label": label,
            "text": size_text(lots, instrument, signed=signed),
            "colour": _side(lots) if signed else palette.TEXT,
        }
        for label, lots, signed in numbers
    ]
    return shown if grades is None else [*shown, _proven(float(grades.grade[0]))]


def _proven(share: float) -> dict[str, str]:
    """Return how much of the candle is proven complete; a dash while nothing is."""
    colour = palette.POC if share < 1 else palette.TEXT
    return {"label": "Data grade", "text": percent(share) or "\N{EN DASH}", "colour": colour}


def _side(lots: int) -> str:
    if lots == 0:
        return palette.TEXT
    return palette.BUY if lots > 0 else palette.SELL
