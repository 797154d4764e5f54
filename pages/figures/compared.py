"""Compared: the cells of a candle that two conventions of imbalance judge differently."""

from fractions import Fraction
from typing import Any, Final

from core.calc.footprint import Footprint
from core.calc.imbalance_presets import Preset
from core.calc.imbalance_reasons import Comparison, Reason, Why
from core.calc.words import price_text
from core.domain.instrument import Instrument
from pages.figures import palette
from pages.figures.part import Trace
from pages.figures.scale import prices, size_text

_SELL_COLUMN: Final = 0
_BUY_COLUMN: Final = 1
_MOST_ROWS: Final = 30


def outlines(comparison: Comparison, result: Footprint, instrument: Instrument) -> list[Trace]:
    """Return a box round each changed cell.

    Its line is whole where the convention shown marks the cell, dotted where only the other does.

    Args:
        comparison: of the rows of ``result``.
        result: the candle.
        instrument: the grid of its ticks.
    """
    height = result.ticks_per_row * float(instrument.tick_size)
    edges = prices(result.row_ticks, instrument)
    return [
        _box(each, float(edges[each.row]), height, whole=each.only is comparison.first)
        for each in comparison.reasons
    ]


def convention(preset: Preset) -> dict[str, Any]:
    """Return the words of ``words`` where nothing is compared: whose the marks are."""
    return {"summary": f"Imbalances by {preset.name}", "legend": "", "rows": [], "more": ""}


def words(comparison: Comparison, result: Footprint, instrument: Instrument) -> dict[str, Any]:
    """Return the comparison in words.

    Returns:
        ``summary``, one sentence; ``legend``, what the lines of the boxes mean; ``rows``, at most
        30 dicts of price, side, by and why, highest price first; ``more``, how many were left out.
    """
    reasons = sorted(comparison.reasons, key=lambda each: (-each.row, each.side))
    rows = [
        {
            "price": price_text(int(result.row_ticks[each.row]), instrument),
            "side": "ask" if each.side > 0 else "bid",
            "by": each.only.name,
            "why": _why(each, comparison, result, instrument),
        }
        for each in reasons[:_MOST_ROWS]
    ]
    left = len(reasons) - len(rows)
    first, second = comparison.first.name, comparison.second.name
    return {
        "summary": _summary(comparison),
        "legend": f"Whole box: only {first}. Dotted box: only {second}." if rows else "",
        "rows": rows,
        "more": f"and {left} more" if left else "",
    }


def _summary(comparison: Comparison) -> str:
    changed = len(comparison.reasons)
    first, second = comparison.first.name, comparison.second.name
    if not changed:
        same = comparison.first_marks
        return f"{first} and {second} mark the same {same} cell{'' if same == 1 else 's'}"
    differ = "1 cell differs" if changed == 1 else f"{changed} cells differ"
    ours, theirs = comparison.first_marks, comparison.second_marks
    return f"{differ}: {first} marks {ours}, {second} {theirs}"


def _why(reason: Reason, comparison: Comparison, result: Footprint, instrument: Instrument) -> str:
    """Return for example ``39 vs 13 = 3.0x; Quantower needs more than 3x``."""
    pair = f"{size_text(reason.lots, instrument)} vs {size_text(reason.against_lots, instrument)}"
    if reason.against_lots:
        # Rounded down, so that what misses a multiple never reads as reaching it.
        tenths = reason.lots * 10 // reason.against_lots
        pair += f" = {tenths / 10:,.1f}x"
    return f"{pair}; {reason.other.name} {_rule(reason, comparison, result, instrument)}"


def _rule(reason: Reason, comparison: Comparison, result: Footprint, instrument: Instrument) -> str:
    other = reason.other
    more = "more than " if other.strict else ""
    if reason.why is Why.ZERO:
        return "leaves out a zero"
    if reason.why is Why.RATIO:
        return f"needs {more}{_times(_multiple(other, comparison.ratio))}"
    if reason.why is Why.LEAST:
        return f"needs {more}{size_text(comparison.min_lots, instrument)}"
    row = reason.row - 1 if other.lower_row else reason.row + 1
    return f"has it at {price_text(int(result.row_ticks[row]), instrument)}"


def _multiple(preset: Preset, ratio: Fraction) -> Fraction:
    return ratio + 1 if preset.excess else ratio


def _times(multiple: Fraction) -> str:
    return f"{float(multiple):g}x"


def _box(reason: Reason, low: float, height: float, *, whole: bool) -> Trace:
    column = _BUY_COLUMN if reason.side > 0 else _SELL_COLUMN
    return {
        "type": "rect",
        "xref": "x",
        "yref": "y",
        "x0": column - 0.49,
        "x1": column + 0.49,
        "y0": low,
        "y1": low + height,
        "line": {"color": palette.TEXT, "width": 1.6, "dash": "solid" if whole else "dot"},
    }
