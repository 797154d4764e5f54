"""Time and sales: the newest orders as rows, the newest on top."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log10
from typing import Any, Final

import numpy as np

from core.calc.order_flags import order_flags
from core.calc.words import decimals, number_text
from core.domain.arrays import RowArray
from core.domain.instrument import Instrument, InstrumentId, MarketKind
from core.domain.marker import Marker
from core.domain.units import Aggressor
from data.views.moment import Off
from data.views.order_rows import ORDER_DTYPE
from data.views.orders import OrdersView
from pages.figures import widgets
from pages.figures.node import Node, node
from pages.figures.off_words import off_text
from pages.figures.tape_words import stamp_text

ROWS: Final = 80
"""Rows shown at most."""
_KEPT_ROWS: Final = 4_096
_SHADES: Final = 5
_FAINTEST_QUOTE: Final = 1_000.0
"""Below it a row has no shade; at a whale's size it has all of it."""
_MOST_PLACES: Final = 6
"""Of a size: the mouse reads what is finer."""
_SIDES: Final = {
    Aggressor.BUY: ("▲ BUY", "buy"),
    Aggressor.SELL: ("▼ SELL", "sell"),
    Aggressor.UNKNOWN: ("– ?", "quiet"),
}
_HEADS: Final = (
    "time (UTC)",
    "side",
    "venue",
    "#price",
    "#size",
    "#value (USD)",
    "#fills",
    "#levels",
)


@dataclass(frozen=True, slots=True)
class RowLook:
    """What else the rows are drawn by.

    Attributes:
        marks: by instrument, for the flags.
        off: instruments whose trades are not live.
        whale_quote: from this worth on the value stands out.
    """

    marks: Mapping[InstrumentId, Sequence[Marker]]
    off: Mapping[InstrumentId, Off]
    whale_quote: float


def draw(view: OrdersView, look: RowLook) -> Node:
    """Return the table of the newest ROWS orders."""
    newest = view.rows[-ROWS:][::-1]
    near = {each: _since(marks, newest) for each, marks in look.marks.items()}
    rows = []
    for row in newest:
        listed = view.instruments[int(row["of"])]
        if listed is not None:
            at_ns, side = int(row["ts_event_ns"]), int(row["aggressor"])
            flags = order_flags(at_ns, side, near.get(listed.id, ()))
            off = look.off.get(listed.id)
            gone = off_text(off)
            rows.append(_row(row.tobytes(), listed, flags, gone, look.whale_quote))
    return widgets.table(_HEADS, rows, name="tape")


def shade(value_quote: float, whale_quote: float) -> int:
    """Return how strongly a row is shaded, 0 to 5: by the digits between faint and a whale."""
    if value_quote < _FAINTEST_QUOTE:
        return 0
    reach = max(log10(whale_quote / _FAINTEST_QUOTE), 1.0)
    return min(1 + int((_SHADES - 1) * log10(value_quote / _FAINTEST_QUOTE) / reach), _SHADES)


def _since(marks: Sequence[Marker], newest: RowArray) -> Sequence[Marker]:
    """Return those that can be about the rows shown: the others are many."""
    first_ns = int(newest["ts_event_ns"][-1]) if newest.size else 0
    return marks[bisect_left(marks, first_ns, key=lambda each: each.known_ns) :]


@lru_cache(maxsize=_KEPT_ROWS)
def _row(
    packed: bytes, listed: Instrument, flags: tuple[str, ...], gone: str, whale_quote: float
) -> Node:
    """Return one row; most were shown in the frame before.

    Args:
        packed: one row of ORDER_DTYPE.
        gone: since when its market is not live; empty = it is.
    """
    row: Any = np.frombuffer(packed, ORDER_DTYPE)[0]
    value = float(row["value_quote"])
    word, tone = _SIDES[Aggressor(int(row["aggressor"]))]
    classes = f"ts-tape-row ts-tape-{tone} ts-shade-{shade(value, whale_quote)}"
    cells = (
        widgets.cell(stamp_text(int(row["ts_event_ns"])), "quiet", hover=gone),
        widgets.cell(word, tone),
        node("td", "", "", widgets.venue_code(listed.id.venue), _kind(listed)),
        widgets.number(_money(row["price"], listed), tone, hover=_prices(row, listed)),
        widgets.number(
            _size(row["size_base"], listed), hover=f"{row['size_base']:g} {listed.base}"
        ),
        widgets.number(number_text(value), "whale" if value >= whale_quote else ""),
        widgets.number(f"{row['fills']:,}", "quiet"),
        widgets.number(f"{row['levels']:,}", "quiet"),
        node("td", "", "", *map(_flag, flags)),
    )
    return node("tr", f"{classes} ts-tape-off" if gone else classes, "", *cells)


def _kind(listed: Instrument) -> Node:
    is_spot = listed.id.kind is MarketKind.SPOT
    return widgets.said(
        " S" if is_spot else " P", "quiet", hover="spot" if is_spot else "perpetual"
    )


def _flag(word: str) -> Node:
    return widgets.chip(word, "whale" if word == "LARGE" else "caution")


def _money(price: float, listed: Instrument) -> str:
    return f"{price:,.{decimals(listed.tick_size)}f}"


def _size(size_base: float, listed: Instrument) -> str:
    return f"{size_base:,.{min(decimals(listed.lot_size), _MOST_PLACES)}f}"


def _prices(row: Any, listed: Instrument) -> str:
    first, last = (_money(row[name], listed) for name in ("first_price", "last_price"))
    return f"all at {first}" if first == last else f"average; from {first} to {last}"
