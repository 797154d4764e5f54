"""Depth ladder: price rows of a book with what rests in them, and how much up to there."""

from typing import Final

import numpy as np

from core.calc.ladder import Ladder
from core.calc.words import decimals
from core.domain.instrument import Instrument
from core.domain.units import Aggressor
from data.views.book_ladder import LadderView
from pages.figures.node import Node, node
from pages.figures.off_words import off_text
from pages.figures.scale import UNKNOWN, number_text, size_text
from pages.figures.widgets import card, number, row, table

_HEADS: Final = ("#Σ bid", "#Bid", "#Price", "#Ask", "#Σ ask")
_WORDS: Final = {
    Aggressor.BUY: ("▲ bought", "buy"),
    Aggressor.SELL: ("▼ sold", "sell"),
    Aggressor.UNKNOWN: ("side not told", "quiet"),
}


def draw(view: LadderView | None) -> Node:
    """Return the ladder, the dearest row on top; the spread and the last trade stand between."""
    if view is None:
        return card("Ladder", node("p", "ts-tone-quiet", "No order book has come."))
    grid = view.instrument
    most = max((int(side.total_lots[-1]) for side in (view.bids, view.asks) if side.lots.size),
               default=1)  # fmt: skip
    both = set(view.bids.row_ticks.tolist()) & set(view.asks.row_ticks.tolist())
    asks = [_rung(view, at, "ask", most, both) for at in range(view.asks.lots.size - 1, -1, -1)]
    bids = [
        _rung(view, at, "bid", most, both)
        for at in range(view.bids.lots.size)
        if int(view.bids.row_ticks[at]) not in both
    ]
    spread = node("td", "ts-rung-between", _between(view), colspan="5")
    rows = [*asks, node("tr", "", "", spread), *bids]
    return card(
        "Ladder",
        table(_HEADS, rows, name="ladder"),
        hover=f"What rests at each price, in {grid.base}; Σ is all that is better or equal. A row "
        "is named by its lower edge, and left out where the venue does not tell all of it.",
        name="ladder",
        off=off_text(view.off),
    )


def _rung(view: LadderView, at: int, side: str, most: int, both: set[int]) -> Node:
    """Return a row; one that holds the touch has both sides."""
    grid = view.instrument
    ladder = view.asks if side == "ask" else view.bids
    ticks = int(ladder.row_ticks[at])
    sides = {side: (ladder, at)}
    if ticks in both:
        sides["bid"] = view.bids, int(np.flatnonzero(view.bids.row_ticks == ticks)[0])
    price = ticks * float(grid.tick_size)
    is_last = view.last is not None and 0 <= view.last.price_ticks - ticks < view.ticks_per_row
    mark = _WORDS[Aggressor(view.last.aggressor)][1] if view.last and is_last else ""
    return row(
        *_sizes(sides.get("bid"), grid, "buy", most),
        number(("▸ " if is_last else "") + number_text(price, decimals(grid.tick_size)), mark),
        *reversed(_sizes(sides.get("ask"), grid, "sell", most)),
    )


def _sizes(
    side: tuple[Ladder, int] | None, grid: Instrument, tone: str, most: int
) -> tuple[Node, Node]:
    """Return the cells of the sum and of the size."""
    if side is None:
        return number(" "), number(" ")
    ladder, at = side
    width = f"--ts-width:{100 * int(ladder.total_lots[at]) / most:.1f}%"
    total = size_text(float(ladder.total_lots[at]), grid)
    bar = node("td", f"ts-num ts-rung ts-rung-{tone}", total, style=width)
    return bar, number(size_text(float(ladder.lots[at]), grid), tone)


def _between(view: LadderView) -> str:
    grid, tick = view.instrument, float(view.instrument.tick_size)
    spread = UNKNOWN
    if view.bid_ticks and view.ask_ticks:
        apart, middle = view.ask_ticks - view.bid_ticks, (view.ask_ticks + view.bid_ticks) / 2
        spread = (
            f"{number_text(apart * tick, decimals(grid.tick_size))} {grid.quote}, "
            f"{number_text(apart / middle * 1e4, 3)} bps"
        )
    last = ""
    if view.last is not None:
        price = number_text(view.last.price_ticks * tick, decimals(grid.tick_size))
        words, _ = _WORDS[Aggressor(view.last.aggressor)]
        last = f" · last {words} {size_text(view.last.size_lots, grid)} at {price}"
    return f"spread {spread}{last}"
