"""Flow: order flow imbalance of each bar."""

from typing import Final

from data.buffers.book_seconds import LEVELS
from data.views.order_flow import OrderFlowSpec
from pages.figures import order_flow
from pages.figures.part import Part
from pages.layers.layer import Asked, Group, Layer, Option, Scene


def _ask(asked: Asked) -> OrderFlowSpec:
    explorer, levels = asked.explorer, int(asked.chosen["levels"])
    return OrderFlowSpec(explorer.instruments, explorer.timeframe, levels)


def _draw(scene: Scene) -> Part:
    if scene.found is None:
        return Part()
    return order_flow.draw(
        scene.found,
        step_ns=scene.view.step_ns,
        shown_ns=scene.view.bars["open_ns"],
        yaxis=scene.yaxis,
    )


FLOW: Final = Layer(
    name="flow",
    title="Order flow",
    group=Group.PANES,
    help="Order flow imbalance (OFI): what was added to the bids less what was added to the asks, "
    "what traded or was cancelled subtracted. At the best prices with every message of the book, "
    "which nets what came between two; over more levels with every tenth of a second.",
    ask=_ask,
    draw=_draw,
    options=(Option("levels", "Levels", ("1", str(LEVELS))),),
)
