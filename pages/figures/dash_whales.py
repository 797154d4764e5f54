"""Dashboard, whales: the last of the largest orders, and what they did in the last hour."""

from typing import Final

from core.calc.flow_share import Flow
from core.domain.arrays import RowArray
from core.domain.instrument import Instrument
from core.domain.units import Aggressor
from data.views.dash_whales import WhalesView
from pages.figures.dash_parts import code, dash_card, past, price
from pages.figures.flow_words import IN_USD, money
from pages.figures.node import Node, node
from pages.figures.off_words import clock_text
from pages.figures.widgets import line, missing, said

ROWS: Final = 10
_TITLE: Final = "Whales"
_HOVER: Final = (
    "{what} of at least {least}, the newest first; ⚠ from {mega}. All that are held are in the "
    "table below. " + IN_USD
)
_SIDES: Final = {
    Aggressor.BUY: ("▲ BUY", "buy"),
    Aggressor.SELL: ("▼ SELL", "sell"),
    Aggressor.UNKNOWN: ("? side", "quiet"),
}
_NOT_HELD: Final = "trades are not held so far back"


def draw(view: WhalesView | None, *, mega_quote: float) -> Node:
    """Return the card; it has as many lines however many whales there were.

    Args:
        mega_quote: from this value on there is a warning sign.
    """
    if view is None:
        return dash_card(_TITLE, missing("nothing has come yet"), of=(), name="whales")
    spec = view.spec
    gone = {each.instrument_id for each in view.left}
    hour, day = view.ago
    head = line(
        *_hour(view.hour),
        past("1h", _sums(hour), "" if hour is not None else _NOT_HELD),
        past("24h", _sums(day), "" if day is not None else _NOT_HELD),
    )
    rows = [_row(each, view.instruments, mega_quote) for each in view.rows[::-1][:ROWS]]
    if not rows:
        rows = [node("div", "ts-row", "", said("None is held yet.", "quiet"))]
    empty = node("div", "ts-row", "", said(" ", "quiet"))
    what = "Single fills" if spec.as_fills else "Market orders, put together from their fills,"
    return dash_card(
        f"{_TITLE} ≥ {money(spec.least_quote)} USD",
        head,
        node("div", "ts-whales", "", *rows, *[empty] * (ROWS - len(rows))),
        of=[each for each in spec.instruments if each not in gone],
        left=view.left,
        hover=_HOVER.format(what=what, least=money(spec.least_quote), mega=money(mega_quote)),
        name="whales",
    )


def _row(row: RowArray, instruments: tuple[Instrument | None, ...], mega_quote: float) -> Node:
    listed = instruments[int(row["of"])]
    word, of = _SIDES[Aggressor(int(row["aggressor"]))]
    is_mega = float(row["value_quote"]) >= mega_quote
    fills = int(row["fills"])
    hover = f"{fills:,} fill{'' if fills == 1 else 's'}, at {float(row['price']):,.8g} on average."
    return node(
        "div",
        "ts-row ts-whale" + (" ts-mega" if is_mega else ""),
        "",
        said(clock_text(int(row["ts_event_ns"])), "quiet"),
        said(listed.base if listed is not None else "", hover=listed.id.symbol if listed else ""),
        said(word, of),
        said(money(float(row["value_quote"])), "whale", hover=hover),
        said(price(float(row["price"]))),
        code(listed.id) if listed is not None else missing("not listed"),
        said("⚠" if is_mega else "", "caution", hover=f"At least {money(mega_quote)}."),
    )


def _hour(told: Flow | None) -> tuple[Node, ...]:
    if told is None:
        return (missing(f"the last hour: {_NOT_HELD}"),)
    return (
        said(
            f"hour ▲ {money(told.buy_quote)}",
            "buy",
            name="whales-bought",
            hover=f"Bought by whales in the last hour. {IN_USD}",
        ),
        said(
            f"▼ {money(told.sell_quote)}",
            "sell",
            name="whales-sold",
            hover=f"Sold by whales in the last hour. {IN_USD}",
        ),
    )


def _sums(told: Flow | None) -> str:
    return "" if told is None else f"{money(told.buy_quote)} / {money(told.sell_quote)}"
