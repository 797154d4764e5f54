"""Nodes: peaks and valleys of the profile shown, by their prominence."""

from dataclasses import dataclass
from typing import Final

from core.calc.volume_nodes import ADAPTIVE, NOT_SMOOTHED
from core.domain.events import Channel
from core.domain.instrument import InstrumentId
from core.domain.units import Ns
from data.engine import Engine
from pages.figures import nodes
from pages.figures.part import Part
from pages.layers.layer import Asked, Group, Layer, Option, Scene

SMOOTHED: Final = Option("rows", "Rows", ("smoothed", "as they are"), "Before nodes are sought.")
LABELS: Final = Option("labels", "Labels", ("on the axis", "none"))


@dataclass(frozen=True, slots=True)
class _Shown:
    """The question that the chart's own profile answers: there is nothing to compute."""

    def query(self) -> "_Shown":
        return self

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        return ()

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> tuple[()]:  # noqa: ARG002
        return ()


def _ask(_asked: Asked) -> _Shown:
    return _Shown()


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
    help="HVN: peaks of the volume profile. LVN: valleys between two of them. Both stand out by a "
    "tenth of the volume at the point of control or more.",
    ask=_ask,
    draw=_draw,
    options=(SMOOTHED, LABELS),
)
