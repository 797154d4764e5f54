"""Unfinished auctions: highs and lows at which both sides still traded."""

from typing import Final

from data.views.unfinished import UnfinishedSpec
from pages.figures import unfinished
from pages.figures.part import Part
from pages.layers.layer import Asked, Group, Layer, Option, Scene

SHOW: Final = Option("show", "Show", ("open only", "finished too"))


def _ask(asked: Asked) -> UnfinishedSpec:
    return UnfinishedSpec(asked.explorer.instruments, asked.explorer.timeframe)


def _draw(scene: Scene) -> Part:
    bars = scene.view.bars
    if scene.found is None or not bars.size:
        return Part()
    return unfinished.draw(
        scene.found,
        newest_ns=int(bars["open_ns"][-1]),
        with_finished=scene.chosen["show"] == "finished too",
    )


UNFINISHED: Final = Layer(
    name="unfinished",
    title="Unfinished auctions",
    group=Group.PRICE,
    help="Highs and lows of closed candles at whose very last tick both sides traded, until a "
    "later candle comes back to them.",
    ask=_ask,
    draw=_draw,
    options=(SHOW,),
)
