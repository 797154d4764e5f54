"""Tape: how fast, how large and how one-sided orders come."""

from typing import Final

from data.views.tape_speed import MEASURES, TapeSpeedSpec
from pages.figures import tape_speed
from pages.figures.part import Part
from pages.layers.layer import Asked, Group, Layer, Option, Scene


def _ask(asked: Asked) -> TapeSpeedSpec:
    return TapeSpeedSpec(asked.explorer.instruments[0], asked.explorer.timeframe)


def _draw(scene: Scene) -> Part:
    if scene.found is None:
        return Part()
    return tape_speed.draw(
        scene.found,
        show=scene.chosen["show"],
        step_ns=scene.view.step_ns,
        shown_ns=scene.view.bars["open_ns"],
        yaxis=scene.yaxis,
    )


TAPE: Final = Layer(
    name="tape",
    title="Tape speed",
    group=Group.PANES,
    help="Takers' orders, put together again from their fills: how many a second, for how much, "
    "how large, and how one-sided. The fuller a column, the rarer it was among the bars of the day "
    "before. Of the market that gives the candles.",
    ask=_ask,
    draw=_draw,
    options=(Option("show", "Show", MEASURES),),
)
