"""Walls: levels that stand out of the book, and how others ended."""

from typing import Final

from data.views.walls import WallsSpec
from pages.figures import walls
from pages.figures.part import Part
from pages.layers.layer import Asked, Group, Layer, Option, Scene

_BOTH: Final = ("with their ends", "standing")


def _ask(asked: Asked) -> WallsSpec:
    return WallsSpec(asked.explorer.instruments[0])


def _draw(scene: Scene) -> Part:
    if scene.found is None:
        return Part()
    bars, tick = scene.view.bars, float(scene.view.instrument.tick_size)
    span = None
    if bars.size:
        span = int(bars["low_ticks"].min()) * tick, int(bars["high_ticks"].max()) * tick
    return walls.draw(
        scene.found,
        step_ns=scene.view.step_ns,
        now_ns=scene.now_ns,
        span=span,
        marks=scene.chosen["show"] == _BOTH[0],
    )


WALLS: Final = Layer(
    name="walls",
    title="Walls",
    group=Group.PRICE,
    help="Levels of the book at least five times the usual size that have stood for two seconds, "
    "as lines since they were first seen, the thicker the larger, dashed where one was pulled. "
    "Marks where one was eaten by trades or went by an unattributed reduction, and where a level "
    "was filled up again and again. The book is followed from when this is switched on; of the "
    "market that gives the candles.",
    ask=_ask,
    draw=_draw,
    options=(Option("show", "Show", _BOTH),),
)
