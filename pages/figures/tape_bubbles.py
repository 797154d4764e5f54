"""Tape bubbles: the largest orders of the last minutes over the price, by their worth."""

from collections.abc import Sequence
from functools import lru_cache
from math import sqrt
from typing import Any, Final

import numpy as np

from core.calc.words import count_text, decimals, number_text
from core.domain.arrays import RowArray
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_S, Aggressor, Ns
from data.views.order_rows import ORDER_DTYPE
from data.views.orders import OrdersView
from data.views.price_line import PriceLineView
from pages.figures import tape_price, widgets
from pages.figures.flow_words import money
from pages.figures.node import Node, node
from pages.figures.tape_price import TapeScale
from pages.figures.tape_words import market_text, stamp_text

BUBBLES: Final = 100
"""Drawn at most: the largest."""
WINDOWS_S: Final = {"5 min": 300, "15 min": 900, "1 h": 3_600}
_KEPT_WORDS: Final = 4_096
_LARGEST_PX: Final = 46.0
_SMALLEST_PX: Final = 5.0
_WITH_SIGN_PX: Final = 11.0
_ROOM_FRAC: Final = 0.05
"""Of the box, right of now and above and below the prices: a bubble is wider than its point."""
_SIDES: Final = {Aggressor.BUY: ("▲", "buy"), Aggressor.SELL: ("▼", "sell")}
_HOVER: Final = (
    "The largest orders that pass the filters, by time and price: area is worth, ▲ bought, ▼ sold. "
    "The line is the last price of the first market."
)


def draw(
    orders: OrdersView | None, line: PriceLineView | None, *, window_s: int, now_ns: Ns
) -> Node:
    """Return the card; the window is chosen by a click on its length."""
    rows = np.zeros(0, ORDER_DTYPE) if orders is None else largest(orders.rows)
    chosen = [
        node(
            "span",
            f"ts-word {widgets.tone('frame' if seconds == window_s else 'quiet')}",
            name,
            pick=str(seconds),
        )
        for name, seconds in WINDOWS_S.items()
    ]
    head = widgets.line(*chosen, *_told(rows))
    if orders is None or line is None or not (rows.size or line.price.size):
        nothing = widgets.said("no order and no price in this window", "quiet")
        return widgets.card("Large orders", head, nothing, hover=_HOVER, name="bubbles")
    prices = np.concatenate([line.price, rows["price"]])
    room = max(_ROOM_FRAC * float(np.ptp(prices)), 2 * float(line.instrument.tick_size))
    scale = TapeScale(
        now_ns - window_s * NS_PER_S,
        now_ns + round(_ROOM_FRAC * window_s * NS_PER_S),
        float(prices.min()) - room,
        float(prices.max()) + room,
    )
    kids = [
        *tape_price.axes(scale, line.instrument),
        tape_price.line(line, scale),
        *(_bubble(row, orders.instruments, scale, float(rows["value_quote"][0])) for row in rows),
    ]
    box = node("div", "ts-bubbles", "", *kids)
    return widgets.card("Large orders", head, box, hover=_HOVER, name="bubbles")


def largest(rows: RowArray) -> RowArray:
    """Return the BUBBLES of the greatest worth, the greatest first: small ones lie on top."""
    order = np.argsort(-rows["value_quote"], kind="stable")[:BUBBLES]
    return rows[order]


def size_px(value_quote: float, most_quote: float) -> float:
    """Return the width of a bubble whose area is its share of the largest one's."""
    return max(_LARGEST_PX * sqrt(value_quote / most_quote), _SMALLEST_PX)


def _told(rows: RowArray) -> list[Node]:
    if not rows.size:
        return []
    least, most = (money(float(rows["value_quote"][at])) for at in (-1, 0))
    worth = least if least == most else f"{least} to {most}"
    return [widgets.said(f"{count_text(rows.size, 'order')}, {worth} USD", "quiet", name="told")]


def _bubble(
    row: Any, instruments: Sequence[Instrument | None], scale: TapeScale, most_quote: float
) -> Node:
    sign, tone = _SIDES.get(Aggressor(int(row["aggressor"])), ("?", "quiet"))
    px, listed = size_px(float(row["value_quote"]), most_quote), instruments[int(row["of"])]
    left, top = scale.x(int(row["ts_event_ns"])), scale.y(float(row["price"]))
    style = f"left:{left:.2f}%;top:{top:.2f}%;width:{px:.0f}px;height:{px:.0f}px"
    text = sign if px >= _WITH_SIGN_PX else ""
    return node(
        "div",
        f"ts-bubble ts-tape-{tone}",
        text,
        style=style,
        title=_words(row.tobytes(), sign, listed),
    )


@lru_cache(maxsize=_KEPT_WORDS)
def _words(packed: bytes, sign: str, listed: Instrument | None) -> str:
    """Return what the mouse reads of one row of ORDER_DTYPE."""
    if listed is None:
        return ""
    row: Any = np.frombuffer(packed, ORDER_DTYPE)[0]
    price = f"{row['price']:,.{decimals(listed.tick_size)}f}"
    return (
        f"{stamp_text(int(row['ts_event_ns']))} {sign} {market_text(listed.id)}: "
        f"{number_text(float(row['value_quote']))} {listed.quote} at {price}, "
        f"{count_text(int(row['fills']), 'fill')} at {count_text(int(row['levels']), 'price')}"
    )
