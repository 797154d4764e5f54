"""Nodes: peaks and valleys of the profile shown, by their prominence."""

from typing import Final

from core.calc.volume_nodes import ADAPTIVE, NOT_SMOOTHED
from pages.figures import nodes
from pages.figures.part import Part
from pages.layers.layer import Group, Layer, Option, Scene

SMOOTHED: Final = Option("rows", "Rows", ("smoothed", "as they are"), "Before nodes are sought.")
LABELS: Final = Option("labels", "Labels", ("on the axis", "none"))


def _draw(scene: Scene) -> Part:
    view, chosen = scene.view, scene.chosen
    if not view.bars.size:
        return Part()
    return nodes.draw(
        view.profile,
        view.instrument,
        rule=ADAPTIVE if chosen["rows"] == "smoothed" else NOT_SMOOTHED,
        shown=(int(view.bars["low_ticks"].min()), int(view.bars["high_ticks"].max())),
        labels=chosen["labels"] == "on the axis",
    )


NODES: Final = Layer(
    name="nodes",
    title="Volume nodes",
    group=Group.PRICE,
    help="High-volume nodes (HVN): peaks of the volume profile. Low-volume nodes (LVN): valleys "
    "between two of them. Both stand out by a tenth of the volume at the point of control or "
    "more.",
    draw=_draw,
    options=(SMOOTHED, LABELS),
)
