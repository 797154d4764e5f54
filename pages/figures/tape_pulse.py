"""Tape pulse: how fast the tape runs, on a scale of its day, and which side presses."""

from collections.abc import Iterable
from typing import Final

from core.calc.flow_share import flow_arrow
from core.calc.words import share_text
from core.domain.instrument import InstrumentId
from data.thresholds import Thresholds
from data.views.tape_pulse import Pressure, TapePulseView
from pages.figures.flow_words import ARROW_TONES, IN_USD, money, side_tone
from pages.figures.gauges import meter, share_bar, spark
from pages.figures.node import Node, node
from pages.figures.scale import UNKNOWN
from pages.figures.tape_words import market_text
from pages.figures.widgets import card, chip, line, missing, said, stat

_SPEED_HOVER: Final = (
    "Means of the last 3 seconds, of orders put together from their fills, over all markets shown "
    "that are live. The bar says where that lies between the slowest and the fastest minute of the "
    "last day, as far as trades are held."
)
_FAST_HOVER: Final = "Trades come at least twice as fast as in the median second of the last 60."
_PRESSURE_HOVER: Final = "What takers bought and sold, by value, every size. " + IN_USD
_SPANS: Final = {10: "10 s", 60: "60 s", 300: "5 min"}


def speed(view: TapePulseView) -> Node:
    """Return the card of the speed."""
    now = view.now
    if now is None:
        why = _left("a minute of trades is needed", view.missing, view.off)
        unknown = line(missing(why), said(why, "quiet"))
        return card("Speed", unknown, hover=_SPEED_HOVER, name="speed")
    word = ("ACCELERATING", "caution") if now.accelerates else ("steady", "quiet")
    orders = f"{now.orders_per_s:,.1f} orders/s", f"{now.usual_orders_per_s:,.1f}"
    quote = f"{money(now.quote_per_s)} USD/s", money(now.usual_quote_per_s)
    return card(
        "Speed",
        line(chip(*word, hover=_FAST_HOVER, name="acceleration"), *_left_out(view.missing, view)),
        _gauge(*orders, now.orders_per_s, view.orders_range, "orders"),
        _gauge(*quote, now.quote_per_s, view.quote_range, "quote"),
        spark(view.recent, of="frame", hover="Orders in each of the last 60 seconds."),
        *_reading(view),
        hover=_SPEED_HOVER,
        name="speed",
    )


def pressures(view: TapePulseView, thresholds: Thresholds) -> Node:
    """Return the card of who bought and sold in the last while."""
    rows = [_pressure(_SPANS[at], told, thresholds) for at, told in view.pressure.items()]
    return card("Pressure", *rows, hover=_PRESSURE_HOVER, name="pressure")


def _gauge(
    text: str, usual: str, value: float, span: tuple[float, float] | None, name: str
) -> Node:
    low, high = span or (0.0, 0.0)
    frac = (value - low) / (high - low) if high > low else float("nan")
    unit = "{:,.1f}".format if name == "orders" else money
    told = f"day {unit(low)} to {unit(high)}" if span else f"day {UNKNOWN}"
    return node(
        "div",
        "ts-gauge",
        "",
        line(
            stat(f"now, median of 60 s {usual}", text, name=f"speed-{name}"),
            said(told, "quiet", name=f"range-{name}"),
        ),
        meter(frac, "frame", hover="Between the slowest and the fastest minute of the day."),
    )


def _pressure(label: str, told: Pressure, thresholds: Thresholds) -> Node:
    flow = told.flow
    arrow = None
    if flow is not None:
        arrow = flow_arrow(
            flow,
            strong_frac=thresholds.strong_share_frac,
            clear_frac=thresholds.clear_share_frac,
        )
    if flow is None or arrow is None:
        why = _left("nothing with a side traded", told.missing, ())
        return node(
            "div", "ts-press", "", said(label, "quiet"), share_bar(float("nan")), missing(why)
        )
    net, key = flow.net_quote, label.replace(" ", "")
    return node(
        "div",
        "ts-press",
        "",
        said(label, "quiet"),
        share_bar(flow.buy_frac, hover="Sold on the left, bought on the right."),
        chip(str(arrow), ARROW_TONES[arrow], hover="Which side moves more money."),
        said(f"{share_text(flow.buy_frac)} buy", name=f"share-{key}"),
        said("!" if told.missing else "", "caution", hover=_left("", told.missing, ())),
        said(f"▼ {money(flow.sell_quote)}", "sell", hover="Sold, USD.", name=f"sold-{key}"),
        said(f"▲ {money(flow.buy_quote)}", "buy", hover="Bought, USD.", name=f"bought-{key}"),
        said(f"net {money(net, signed=True)}", side_tone(net), hover="USD.", name=f"net-{key}"),
    )


def _left_out(missing_ids: Iterable[InstrumentId], view: TapePulseView) -> list[Node]:
    why = _left("", missing_ids, view.off)
    return [said(why, "caution", name="left-out")] if why else []


def _left(words: str, missing_ids: Iterable[InstrumentId], off: Iterable[InstrumentId]) -> str:
    """Return which markets are in no sum, and why."""
    told = [f"{market_text(each)} is not live" for each in off]
    told += [f"{market_text(each)}: trades are missing" for each in missing_ids]
    return "; ".join([words, *told] if words else told)


def _reading(view: TapePulseView) -> list[Node]:
    if view.day_frac == 1:
        return []
    return [said(f"reading the day, {share_text(view.day_frac)}", "quiet")]
