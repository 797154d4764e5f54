"""Imbalance zones: where the same side prevailed row upon row, until price traded through."""

from typing import Final

from core.calc.imbalance_presets import PRESETS
from core.calc.zones import Ends
from data.views.zones import ZonesSpec
from pages.figures import zones
from pages.figures.part import Part
from pages.layers.layer import Asked, Group, Layer, Option, Scene

_PRESETS: Final = {each.name: each for each in PRESETS}
LEAST: Final = Option("least", "Rows", ("3", "4", "5"), "So many upon each other at least.")
BY: Final = Option(
    "by", "Imbalance by", tuple(_PRESETS), "What 300 % means, by the convention of a platform."
)
UNTIL: Final = Option(
    "until",
    "Until",
    tuple(each.value for each in Ends),
    "Traded through: a price beyond the far edge. First touch: any price in it.",
)


def _ask(asked: Asked) -> ZonesSpec:
    explorer, chosen = asked.explorer, asked.chosen
    return ZonesSpec(
        explorer.instruments,
        explorer.timeframe,
        explorer.ticks_per_row,
        least=int(chosen["least"]),
        preset=_PRESETS[chosen["by"]],
        ends=Ends(chosen["until"]),
    )


def _draw(scene: Scene) -> Part:
    bars = scene.view.bars
    if scene.found is None or not bars.size:
        return Part()
    return zones.draw(
        scene.found,
        newest_ns=int(bars["open_ns"][-1]),
        shown=(int(bars["low_ticks"].min()), int(bars["high_ticks"].max())),
        last_ticks=int(bars["close_ticks"][-1]),
    )


ZONES: Final = Layer(
    name="zones",
    title="Imbalance zones",
    group=Group.PRICE,
    help="Rows upon each other in which one side took three times what the other did, from the "
    "close of their candle until price trades through them. Green: buyers, sought from above.",
    ask=_ask,
    draw=_draw,
    options=(LEAST, BY, UNTIL),
)
