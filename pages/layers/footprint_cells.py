"""Footprint in candles: the rows of the newest candles, drawn over them."""

from typing import Final

from data.views.cells import CellsSpec
from pages.figures import cells
from pages.figures.part import Part
from pages.layers.layer import Asked, Group, Layer, Option, Scene


def _ask(asked: Asked) -> CellsSpec:
    return CellsSpec(
        asked.explorer.instruments,
        asked.explorer.timeframe,
        ticks_per_row=asked.explorer.ticks_per_row,
        last_n=int(asked.chosen["last"]),
    )


def _draw(scene: Scene) -> Part:
    if scene.found is None:
        return Part()
    return cells.draw(
        scene.found,
        step_ns=scene.view.step_ns,
        colour=scene.chosen["colour"],
        text=scene.chosen["text"],
    )


FOOTPRINT_CELLS: Final = Layer(
    name="footprint_cells",
    title="Footprint in candles",
    group=Group.PRICE,
    help="What sellers and buyers took in each row of the newest candles, with imbalances and the "
    "row of most volume. Shades from afar, numbers when you zoom in; with Ctrl the wheel zooms "
    "prices, too. Rows are as high as those of the profile where you set them, else a dozen in a "
    "usual candle.",
    ask=_ask,
    draw=_draw,
    options=(
        Option("last", "Candles", ("10", "20", "40")),
        Option("colour", "Shade by", ("volume", "delta")),
        Option("text", "Numbers", ("sell x buy", "delta", "volume")),
    ),
)
