"""Open interest: summed, by venue, or by what a move of the price did to it."""

from typing import Final

from core.domain.instrument import MarketKind
from data.views.open_interest import OpenInterestSpec
from pages.figures import open_interest
from pages.figures.part import Part
from pages.layers.layer import Asked, Group, Layer, Option, Scene

_BY_VENUE: Final = "by venue"
_QUADRANTS: Final = "quadrants"
_EVERYWHERE: Final = "all venues"


def _ask(asked: Asked) -> OpenInterestSpec | None:
    explorer = asked.explorer
    if asked.chosen["of"] == _EVERYWHERE:
        return OpenInterestSpec(
            explorer.instruments[:1], explorer.timeframe, explorer.bars, everywhere=True
        )
    if explorer.instruments[0].kind is not MarketKind.PERP:
        return None
    with_quadrants = asked.chosen["of"] == _QUADRANTS
    return OpenInterestSpec(explorer.instruments, explorer.timeframe, explorer.bars, with_quadrants)


def _draw(scene: Scene) -> Part:
    if scene.found is None:
        return Part()
    form = open_interest.draw_by_venue if scene.chosen["of"] == _BY_VENUE else open_interest.draw
    unit, shown_ns = scene.view.instrument.base, scene.view.bars["open_ns"]
    return form(scene.found, unit, shown_ns=shown_ns, yaxis=scene.yaxis)


OPEN_INTEREST: Final = Layer(
    name="open_interest",
    title="Open interest",
    group=Group.PANES,
    help="Contracts held open. By venue: the change of each since the chart's left edge, in "
    "percent; the venues are those summed. Quadrants: whether five bars' move of the price came "
    "with more of them (long build, short build) or fewer (short cover, long unwind); a reading, "
    "since every contract has both sides. All venues: the sum of the coin's perpetuals everywhere.",
    ask=_ask,
    draw=_draw,
    options=(Option("of", "Of", ("sum", _BY_VENUE, _QUADRANTS, _EVERYWHERE)),),
    is_on=True,
    only_perp=True,
)
