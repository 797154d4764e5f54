"""Naked POC: points of control of earlier sessions to which price has not come back."""

from typing import Final

from data.views.naked_poc import NakedPocSpec
from pages.figures import naked_poc
from pages.figures.part import Part
from pages.layers.layer import Asked, Group, Layer, Option, Scene

SHOW: Final = Option("show", "Show", ("naked", "touched too"))


def _ask(asked: Asked) -> NakedPocSpec:
    explorer = asked.explorer
    start_ns, rows = explorer.session_start_ns, explorer.ticks_per_row
    return NakedPocSpec(explorer.instruments, start_ns, rows)


def _draw(scene: Scene) -> Part:
    bars = scene.view.bars
    if scene.found is None or not bars.size:
        return Part()
    return naked_poc.draw(
        scene.found,
        newest_ns=int(bars["open_ns"][-1]),
        shown=(int(bars["low_ticks"].min()), int(bars["high_ticks"].max())),
        with_touched=scene.chosen["show"] == "touched too",
    )


NAKED_POC: Final = Layer(
    name="naked_poc",
    title="Naked POC",
    group=Group.PRICE,
    help="Point of control: the price at which most of an earlier session traded, for as long as "
    "no trade has come back to it. Dashed: of minutes, where not all trades are held.",
    ask=_ask,
    draw=_draw,
    options=(SHOW,),
)
