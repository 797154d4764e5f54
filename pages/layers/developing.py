"""Developing: point of control and value area as they were in the course of the session."""

from dataclasses import replace
from fractions import Fraction
from typing import Final

from core.calc.value_area_rule import SINGLE_ROW, TWO_ROW
from data.views.developing import DevelopingSpec
from pages.figures import developing
from pages.figures.part import Part
from pages.layers.layer import Asked, Group, Layer, Option, Scene

AREA: Final = Option("area", "Value area", ("70 %", "68 %"), "Share of the volume inside it.")
GROWS: Final = Option(
    "grows", "Grows by", ("two rows", "one row"), "Rows compared above and below at a time."
)
_SHARES: Final = {"70 %": Fraction(70, 100), "68 %": Fraction(68, 100)}


def _ask(asked: Asked) -> DevelopingSpec:
    explorer, chosen = asked.explorer, asked.chosen
    rule = TWO_ROW if chosen["grows"] == "two rows" else SINGLE_ROW
    return DevelopingSpec(
        explorer.instruments,
        explorer.timeframe,
        explorer.session_start_ns,
        explorer.ticks_per_row,
        replace(rule, frac=_SHARES[chosen["area"]]),
    )


def _draw(scene: Scene) -> Part:
    bars = scene.view.bars
    if scene.found is None or not bars.size:
        return Part()
    newest_ns = int(bars["open_ns"][-1])
    return developing.draw(scene.found, step_ns=scene.view.step_ns, newest_ns=newest_ns)


DEVELOPING: Final = Layer(
    name="developing",
    title="Developing POC and value area",
    group=Group.PRICE,
    help="Point of control and value area (VAL to VAH) of the session as they were after each bar; "
    "what came later never changes them.",
    ask=_ask,
    draw=_draw,
    options=(AREA, GROWS),
)
