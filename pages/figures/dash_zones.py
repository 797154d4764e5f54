"""Dashboard, liquidations: the prices at which most was closed by force, and what may follow."""

from typing import Final

import numpy as np

from core.calc.liquidation_zones import LiquidationZones
from data.views.dash_liquidations import PastZones, ZonesPart, ZonesView
from pages.figures.dash_parts import code, dash_card, past, price
from pages.figures.flow_words import IN_USD, money
from pages.figures.gauges import meter
from pages.figures.node import Node, node
from pages.figures.widgets import chip, line, missing, said

_TITLE: Final = "Liquidations"
_HOVER: Final = (
    "Positions closed by force in the last {memory:g} s, by price in buckets of {step:g} USDT. "
    "DANGER ZONE: more than {danger} in a bucket. Risk: how one-sided they are times how near the "
    "largest bucket is. ≥: a venue does not tell all. " + IN_USD
)
ROWS: Final = 3


def draw(view: ZonesView | None, *, apart: bool = False) -> Node:
    """Return the card: sums by side, risk, and the largest buckets.

    Args:
        apart: a line for each market instead of the largest buckets.
    """
    if view is None or view.zones is None:
        left = view.left if view is not None else ()
        why = "the height of a bucket needs the prices of this coin and of BTC"
        return dash_card(_TITLE, missing(why), of=(), left=left, name="liquidations")
    spec, zones = view.spec, view.zones
    least = "≥ " if view.is_least else ""
    names = "1h", "24h"
    head = line(
        said(
            f"longs {_side(zones.long_quote, zones.longs, least)}",
            "sell",
            name="liq-longs",
            hover="Notional and number of longs closed: they were sold.",
        ),
        said(
            f"shorts {_side(zones.short_quote, zones.shorts, least)}",
            "buy",
            name="liq-shorts",
            hover="Notional and number of shorts closed: they were bought.",
        ),
        *(_past(name, each) for name, each in zip(names, view.ago, strict=True)),
    )
    rows = [_market(each) for each in view.parts] if apart else _zones(view)
    is_danger = view.danger is not None and bool(view.danger.any())
    words = [chip("⚠ DANGER ZONE", "sell", name="liq-danger")] if is_danger else []
    return dash_card(
        f"{_TITLE} {spec.memory_s / 60:g} min, USD",
        head,
        _risk(view.risk),
        *rows,
        of=[each.instrument_id for each in view.parts],
        left=view.left,
        words=words,
        hover=_HOVER.format(
            memory=spec.memory_s, step=zones.step_quote, danger=money(spec.danger_quote)
        ),
        name="liquidations",
    )


def _side(
    quote: np.ndarray[tuple[int], np.dtype[np.float64]],
    counts: np.ndarray[tuple[int], np.dtype[np.int64]],
    least: str,
) -> str:
    return f"{least}{int(counts.sum())} · {money(float(quote.sum()))}"


def _risk(risk: float) -> Node:
    of = "sell" if risk >= 0.5 else "caution" if risk > 0 else "quiet"  # noqa: PLR2004
    text = "risk –" if np.isnan(risk) else f"risk {risk:.2f}"
    hover = "Cascade risk, 0 to 1."
    return node(
        "div",
        "ts-row ts-risk",
        "",
        said(text, of, name="liq-risk", hover=hover),
        meter(risk, of, hover=hover),
    )


def _zones(view: ZonesView) -> list[Node]:
    """Return the largest buckets, the highest price first; as many lines whatever there is."""
    zones = view.zones
    assert zones is not None
    largest = np.sort(np.argsort(-zones.total_quote, kind="stable")[:ROWS])[::-1].tolist()
    rows = [
        _zone(zones, at, is_danger=view.danger is not None and bool(view.danger[at]))
        for at in largest
    ]
    nothing = node("div", "ts-row", "", said("none told" if not rows else " ", "quiet"))
    return rows + [nothing] * (ROWS - len(rows))


def _zone(zones: LiquidationZones, at: int, *, is_danger: bool) -> Node:
    buckets = zones.buckets
    mark = said("⚠", "sell", hover="Danger zone") if is_danger else said("", "")
    span = f"{price(float(buckets.low[at]))} – {price(float(buckets.high[at]))}"
    return node(
        "div",
        "ts-row",
        "",
        said(price(float(buckets.low[at])), hover=span),
        said(f"L {int(zones.longs[at])} · {money(float(zones.long_quote[at]))}", "sell"),
        said(f"S {int(zones.shorts[at])} · {money(float(zones.short_quote[at]))}", "buy"),
        mark,
    )


def _market(part: ZonesPart) -> Node:
    least = "" if part.tells_all else "≥ "
    hover = f"This venue tells {part.coverage}."
    return node(
        "div",
        "ts-row",
        "",
        code(part.instrument_id, hover=hover),
        said(f"L {least}{part.longs} · {money(part.long_quote)}", "sell", hover=hover),
        said(f"S {least}{part.shorts} · {money(part.short_quote)}", "buy", hover=hover),
    )


def _past(name: str, told: PastZones) -> Node:
    if np.isnan(told.total_quote):
        return past(name, "", "no market was followed then")
    least = "≥ " if told.is_least else ""
    return past(name, f"{least}{money(told.total_quote)}", "longs and shorts together")
