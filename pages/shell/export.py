"""Export: a footprint as CSV, with the word for its source in every row."""

import csv
import io
from typing import Final

from core.domain.arrays import IntArray
from core.domain.instrument import Instrument
from data.views.footprint import FootprintSpec, FootprintView
from pages.figures.grade_text import notes, share_text
from pages.shell.words import utc_text

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def footprint_csv(view: FootprintView | None, spec: FootprintSpec, *, source: str) -> str:
    """Return one line per row of the footprint, highest price first.

    Prices are in quote coin and exact, sizes in base coin and exact. Without rows there is one
    line, which says why.

    Args:
        view: the candle; None = nothing is known of its market.
        spec: which candle it is.
        source: ``live``, ``simulated`` or ``replay``.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    base, quote = (view.instrument.base, view.instrument.quote) if view else ("base", "quote")
    writer.writerow(
        _safe(name)
        for name in (
            "source",
            "instruments",
            "timeframe",
            "bar_open_utc",
            "closed",
            "complete",
            "grade",
            "grade_reason",
            "book_grade",
            "note",
            f"row_low_{quote}",
            f"row_high_{quote}",
            f"bid_volume_{base}",
            f"ask_volume_{base}",
            f"unknown_{base}",
            f"delta_{base}",
            f"total_{base}",
            "sell_trades",
            "buy_trades",
            "imbalance",
            "imbalance_by",
            "poc",
            "value_area",
        )
    )
    head = [
        source,
        " ".join(map(str, spec.instruments)),
        spec.bars,
        utc_text(spec.bar_ns),
        _yes(view.closed) if view else "",
        _yes(view is not None and view.complete),
        *_grade(view),
        _note(view),
    ]
    if view is None or not view.footprint.row_ticks.size:
        writer.writerow(map(_safe, head))
        return out.getvalue()
    for row in reversed(range(view.footprint.row_ticks.size)):
        writer.writerow([*map(_safe, head), *_cells(view, row)])
    return out.getvalue()


def file_name(spec: FootprintSpec, *, source: str) -> str:
    """Return a name made of letters, digits, dots and dashes only."""
    moment = utc_text(spec.bar_ns).removesuffix(" UTC")
    parts = ("footprint", source, str(spec.instruments[0]), spec.bars, moment)
    text = "_".join(parts).replace(" ", "T").replace(":", "")
    return "".join(each if each.isalnum() or each in "._-" else "-" for each in text) + ".csv"


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


def _cells(view: FootprintView, row: int) -> list[str]:
    rows, grid = view.footprint, view.instrument
    low = int(rows.row_ticks[row])
    sell, buy, unknown = (
        int(lots[row]) for lots in (rows.sell_lots, rows.buy_lots, rows.unknown_lots)
    )
    return [
        grid.price_grid.text(low),
        grid.price_grid.text(low + rows.ticks_per_row - 1),
        *(_coins(lots, grid) for lots in (sell, buy, unknown, buy - sell, buy + sell + unknown)),
        *(_count(counts, row) for counts in (rows.sell_trades, rows.buy_trades)),
        _imbalance(view, row),
        view.preset.name,
        _yes(row == rows.poc_row),
        _yes(rows.val_row <= row <= rows.vah_row),
    ]


def _coins(lots: int, grid: Instrument) -> str:
    return f"{lots * grid.lot_size:f}"


def _count(counts: IntArray, row: int) -> str:
    return str(int(counts[row]))


def _imbalance(view: FootprintView, row: int) -> str:
    sides = {"buy": view.footprint.buy_imbalance, "sell": view.footprint.sell_imbalance}
    return " ".join(side for side, flags in sides.items() if flags[row])


def _yes(is_so: bool) -> str:  # noqa: FBT001
    return "yes" if is_so else "no"


def _safe(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
