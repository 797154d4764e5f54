"""Spread: what crossing it cost, bar by bar."""

from typing import Final

from core.domain.units import NS_PER_S
from data.views.spreads import SpreadsSpec
from pages.figures import spreads
from pages.figures.part import Part
from pages.layers.layer import Asked, Group, Layer, Option, Scene


def _ask(asked: Asked) -> SpreadsSpec:
    horizon_ns = int(asked.chosen["after"].removesuffix(" s")) * NS_PER_S
    explorer = asked.explorer
    return SpreadsSpec(explorer.instruments[0], explorer.timeframe, horizon_ns)


def _draw(scene: Scene) -> Part:
    if scene.found is None:
        return Part()
    shown_ns = scene.view.bars["open_ns"]
    return spreads.draw(scene.found, shown_ns=shown_ns, yaxis=scene.yaxis)


SPREAD: Final = Layer(
    name="spread",
    title="Spread",
    group=Group.PANES,
    help="Quoted spread; effective spread, which takers paid against the mid before their trade; "
    "realised spread, which makers kept of it against the mid a while later; and impact, by which "
    "the mid moved meanwhile. Of the market that gives the candles.",
    ask=_ask,
    draw=_draw,
    options=(Option("after", "Realised after", ("5 s", "1 s", "30 s", "60 s")),),
)
