"""Candle POC: where most of each candle traded."""

from typing import Final

from data.views.candle_poc import CandlePocSpec
from pages.figures import candle_poc
from pages.figures.part import Part
from pages.layers.layer import Asked, Group, Layer, Option, Scene

_ROWS: Final = {"automatic": 0, "1 tick": 1, "5 ticks": 5, "10 ticks": 10, "50 ticks": 50}
ROWS: Final = Option("rows", "Rows", tuple(_ROWS), "Automatic: about twenty rows to a candle.")


def _ask(asked: Asked) -> CandlePocSpec:
    explorer = asked.explorer
    rows = _ROWS[asked.chosen["rows"]]
    return CandlePocSpec(explorer.instruments, explorer.timeframe, rows)


def _draw(scene: Scene) -> Part:
    if scene.found is None:
        return Part()
    return candle_poc.draw(scene.found, step_ns=scene.view.step_ns)


CANDLE_POC: Final = Layer(
    name="candle_poc",
    title="POC of each candle",
    group=Group.PRICE,
    help="Point of control: a dash on each candle at the price where most of it traded, where all "
    "its trades are held.",
    ask=_ask,
    draw=_draw,
    options=(ROWS,),
)
