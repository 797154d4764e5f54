"""Depth state: which side of a book holds more, its flow, its microprice and its spread."""

from typing import Final

from core.calc.words import decimals
from data.views.book_now import FLOW_S, WITHIN_BPS, BookNowView
from pages.figures.flow_words import side_tone
from pages.figures.gauges import share_bar
from pages.figures.node import Node, node
from pages.figures.off_words import off_text
from pages.figures.scale import number_text, size_text
from pages.figures.widgets import card, cell, number, row, stat, table

_LEAN: Final = 0.1
"""An imbalance beyond it leans to a side in words."""


def draw(view: BookNowView | None) -> tuple[Node, ...]:
    """Return the cards of imbalance, of flow, and of prices and spread."""
    if view is None:
        return (card("Book", node("p", "ts-tone-quiet", "No order book has come.")),)
    return _imbalance(view), _flow(view), _prices(view)


def _imbalance(view: BookNowView) -> Node:
    rows = [
        row(
            cell(f"{within:g} bps"),
            number(*_share(float(share)), name=f"obi-{within:g}"),
            node("td", "ts-wide", "", share_bar((float(share) + 1) / 2)),
            number(size_text(float(bid), view.instrument), "buy"),
            number(size_text(float(ask), view.instrument), "sell"),
        )
        for within, share, (bid, ask) in zip(WITHIN_BPS, view.near, view.near_lots, strict=True)
    ]
    touch = row(
        cell("touch"),
        number(*_share(view.touch), name="obi-touch"),
        node("td", "ts-wide", "", share_bar((view.touch + 1) / 2)),
        number(" "),
        number(" "),
    )
    base = view.instrument.base
    return card(
        "Imbalance by distance",
        table(("Within", "#OBI", "", f"#Bids {base}", f"#Asks {base}"), [touch, *rows], name="obi"),
        hover="(bids − asks) / (bids + asks) of all that rests so near to the mid; at the touch of "
        "the best sizes. A dash: the venue does not tell the book so far. Far quotes cost nothing "
        "to place and to pull.",
        name="obi",
        off=off_text(view.off),
    )


def _flow(view: BookNowView) -> Node:
    grid = view.instrument
    rows = [
        row(
            cell(f"{seconds} s"),
            number(size_text(float(lots), grid, signed=True), _tone(float(lots)),
                   name=f"ofi-{seconds}"),
            number(number_text(float(share), 1, signed=True), _tone(float(share))),
        )
        for seconds, lots, share in zip(FLOW_S, view.flow_lots, view.flow_share, strict=True)
    ]  # fmt: skip
    return card(
        "Order flow imbalance",
        table(("Last", f"#OFI {grid.base}", "#Mean depths"), rows, name="ofi"),
        hover="What was added to the best bid less what was added to the best ask, with every "
        "message of the book, over whole seconds; in units of the mean size at the touch it "
        "compares across coins. It explains moves, it does not forecast them.",
        name="ofi",
        off=off_text(view.off),
    )


def _prices(view: BookNowView) -> Node:
    grid, tick = view.instrument, float(view.instrument.tick_size)
    places = decimals(grid.tick_size)
    known = bool(view.bid_ticks and view.ask_ticks)
    mid = (view.bid_ticks + view.ask_ticks) / 2 if known else float("nan")
    lean = (view.microprice_ticks - mid) * tick
    stats = (
        stat("Mid", number_text(mid * tick, places + 1), name="mid"),
        stat("Weighted mid", number_text(view.weighted_mid_ticks * tick, places + 1),
             name="weighted-mid", hover="The mid drawn towards the thinner side of the touch."),
        stat("Microprice", number_text(view.microprice_ticks * tick, places + 1), of=_tone(lean),
             name="microprice", hover="Stoikov's: the mid and the mean of its next moves from this "
             "imbalance and spread, by the seconds of the last hour. A dash: such a state was seen "
             "less than 200 times, or the spread is wider than five ticks."),
        stat("Spread", number_text(view.spread_bps, 3, unit=" bps"), name="spread"),
        stat("Mean of a minute", number_text(view.mean_spread_bps, 3, unit=" bps"),
             name="spread-minute"),
        stat("Median of an hour", number_text(view.hour_spread_bps, 3, unit=" bps"),
             name="spread-hour"),
    )  # fmt: skip
    return card(
        "Price between the sides",
        node("div", "ts-depth-stats", "", *stats),
        hover=f"In {grid.quote}; spreads in basis points of the mid.",
        name="prices",
        off=off_text(view.off),
    )


def _share(share: float) -> tuple[str, str]:
    return number_text(share, 2, signed=True), _tone(share if abs(share) >= _LEAN else 0.0)


def _tone(value: float) -> str:
    return side_tone(value, neither="")
