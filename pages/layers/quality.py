"""Quality: how liquid and how one-sided the market was."""

from typing import Final

from data.views.quality import Measure, QualitySpec
from pages.figures import quality
from pages.figures.part import Part
from pages.layers.layer import Asked, Group, Layer, Option, Scene


def _ask(asked: Asked) -> QualitySpec:
    explorer = asked.explorer
    return QualitySpec(explorer.instruments[0], explorer.timeframe, Measure(asked.chosen["show"]))


def _draw(scene: Scene) -> Part:
    if scene.found is None:
        return Part()
    shown_ns = scene.view.bars["open_ns"]
    return quality.draw(scene.found, shown_ns=shown_ns, yaxis=scene.yaxis)


QUALITY: Final = Layer(
    name="quality",
    title="Market quality",
    group=Group.PANES,
    help="Kyle's lambda: how far the mid moves with signed volume. Amihud: how far prices move for "
    "the money that trades. Roll: the spread that the bouncing of prices tells. VPIN: how "
    "one-sided the last buckets of equal volume were. Arrivals: orders a second, newer ones "
    "counting more. As known at the end of each bar, of the market that gives the candles.",
    ask=_ask,
    draw=_draw,
    options=(Option("show", "Show", tuple(Measure)),),
)
