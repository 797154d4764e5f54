"""Export: an opened candle as a table, row by row, and the cells that two conventions dispute."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from core.domain.arrays import IntArray
from data.exports.table import Table
from data.views.footprint import FootprintSpec, FootprintView
from pages.figures.grade_text import notes, share_text


def footprint_table(view: FootprintView | None, spec: FootprintSpec) -> Table:
    """Return one line per row of the footprint, highest price first.

    Prices are in quote coin and exact, sizes in base coin and exact. Without rows there is one
    line, which says why.

    Args:
        view: the candle; None = nothing is known of its market.
        spec: which candle it is.
    """
    base, quote = (view.instrument.base, view.instrument.quote) if view else ("base", "quote")
    has_rows = view is not None and view.footprint.row_ticks.size
    rows = list(reversed(range(view.footprint.row_ticks.size))) if view and has_rows else []
    count = max(len(rows), 1)
    grade, reason, book = _grade(view)
    head = {
        "instruments": " ".join(map(str, spec.instruments)),
        "timeframe": spec.bars,
        "bar_open_ns": spec.bar_ns,
        "closed": _yes(view.closed) if view else "",
        "complete": _yes(view is not None and view.complete),
        "grade": grade,
        "grade_reason": reason,
        "book_grade": book,
        "note": _note(view),
    }
    columns: dict[str, list[Any]] = {name: [value] * count for name, value in head.items()}
    cells: dict[str, Callable[[FootprintView, int], object]] = {
        f"row_low_{quote}": lambda of, row: _price(of, int(of.footprint.row_ticks[row])),
        f"row_high_{quote}": _high,
        f"bid_volume_{base}": lambda of, row: _coins(of, of.footprint.sell_lots[row]),
        f"ask_volume_{base}": lambda of, row: _coins(of, of.footprint.buy_lots[row]),
        f"unknown_{base}": lambda of, row: _coins(of, of.footprint.unknown_lots[row]),
        f"delta_{base}": lambda of, row: _coins(
            of, of.footprint.buy_lots[row] - of.footprint.sell_lots[row]
        ),
        f"total_{base}": lambda of, row: _coins(of, _total(of)[row]),
        "sell_trades": lambda of, row: int(of.footprint.sell_trades[row]),
        "buy_trades": lambda of, row: int(of.footprint.buy_trades[row]),
        "imbalance": _imbalance,
        "imbalance_by": lambda of, _: of.preset.name,
        "poc": lambda of, row: _yes(row == of.footprint.poc_row),
        "value_area": lambda of, row: _yes(of.footprint.val_row <= row <= of.footprint.vah_row),
    }
    for name, cell in cells.items():
        columns[name] = [cell(view, row) for row in rows] if view and rows else [None]
    return columns


def compared_table(view: FootprintView | None, spec: FootprintSpec) -> Table:
    """Return a line per cell that the two conventions compared judge differently.

    Prices are the lower edges of rows. Empty where nothing is compared.
    """
    comparison = view.compared if view is not None else None
    reasons = comparison.reasons if comparison is not None else ()
    known = [(view, each) for each in reasons if view is not None]
    return {
        "instruments": [" ".join(map(str, spec.instruments)) for _ in known],
        "timeframe": [spec.bars for _ in known],
        "bar_open_ns": [spec.bar_ns for _ in known],
        "price": [_price(of, int(of.footprint.row_ticks[each.row])) for of, each in known],
        "side": ["ask" if each.side > 0 else "bid" for _, each in known],
        "marked_by": [each.only.name for _, each in known],
        "not_by": [each.other.name for _, each in known],
        "size_base": [_coins(of, each.lots) for of, each in known],
        "against_base": [_coins(of, each.against_lots) for of, each in known],
        "why": [each.why.value for _, each in known],
    }


def _note(view: FootprintView | None) -> str:
    if view is None:
        return "Nothing has come of this market yet."
    if view.footprint.row_ticks.size:
        return "" if view.complete else "Trades of this candle are missing."
    return "Nothing traded in this candle." if view.complete else "No trades are held of it."


def _grade(view: FootprintView | None) -> tuple[str, str, str]:
    """Return the candle's grade, why it has it, and its book's; empty = not known."""
    if view is None or view.grades is None:
        return "", "", ""
    words = notes(view.grades, view.instrument).texts[0]
    return share_text(view.grades.grade[0]), words, share_text(view.grades.book_grade[0])


def _total(view: FootprintView) -> IntArray:
    rows = view.footprint
    return rows.buy_lots + rows.sell_lots + rows.unknown_lots


def _high(view: FootprintView, row: int) -> Decimal:
    """Return the highest price that a row holds."""
    rows = view.footprint
    return _price(view, int(rows.row_ticks[row]) + rows.ticks_per_row - 1)


def _price(view: FootprintView, ticks: int) -> Decimal:
    return Decimal(view.instrument.price_grid.text(ticks))


def _coins(view: FootprintView, lots: int) -> Decimal:
    return int(lots) * view.instrument.lot_size


def _imbalance(view: FootprintView, row: int) -> str:
    sides = {"buy": view.footprint.buy_imbalance, "sell": view.footprint.sell_imbalance}
    return " ".join(side for side, flags in sides.items() if flags[row])


def _yes(is_so: bool) -> str:  # noqa: FBT001
    return "yes" if is_so else "no"
