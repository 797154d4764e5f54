"""Exhaustion prints: extremes towards which volume thins out row by row."""

from typing import Final

from core.calc.exhaustion_print import Measure
from data.views.exhaustion_prints import ExhaustionPrintsSpec
from pages.figures import exhaustion_prints
from pages.figures.part import Part
from pages.layers.layer import Asked, Group, Layer, Option, Scene

_MEASURES: Final = {
    "side that pushes": Measure.AGGRESSOR,
    "opposite side": Measure.OPPOSITE,
    "total": Measure.TOTAL,
}
ROWS: Final = Option("rows", "Rows", ("3", "4", "5"), "Over which volume grows from the extreme.")
OF: Final = Option(
    "of", "Volume of", tuple(_MEASURES), "The side that pushes: buyers at a high, sellers at a low."
)


def _ask(asked: Asked) -> ExhaustionPrintsSpec:
    explorer, chosen = asked.explorer, asked.chosen
    return ExhaustionPrintsSpec(
        explorer.instruments,
        explorer.timeframe,
        explorer.ticks_per_row,
        rows=int(chosen["rows"]),
        measure=_MEASURES[chosen["of"]],
    )


def _draw(scene: Scene) -> Part:
    if scene.found is None:
        return Part()
    return exhaustion_prints.draw(scene.found, step_ns=scene.view.step_ns)


EXHAUSTION_PRINTS: Final = Layer(
    name="exhaustion_prints",
    title="Exhaustion prints",
    group=Group.PRICE,
    help="A bracket where, from a closed candle's high or low inwards, each row traded more than "
    "the one before: whoever pushed there ran out.",
    ask=_ask,
    draw=_draw,
    options=(ROWS, OF),
)
