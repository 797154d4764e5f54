"""Book: which side of it holds more, bar by bar."""

from typing import Final

from data.views.book_state import SHOWN, BookStateSpec
from pages.figures import book_state
from pages.figures.part import Part
from pages.layers.layer import Asked, Group, Layer, Option, Scene


def _ask(asked: Asked) -> BookStateSpec:
    explorer = asked.explorer
    return BookStateSpec(explorer.instruments[0], explorer.timeframe, asked.chosen["show"])


def _draw(scene: Scene) -> Part:
    if scene.found is None:
        return Part()
    shown_ns = scene.view.bars["open_ns"]
    return book_state.draw(scene.found, shown_ns=shown_ns, yaxis=scene.yaxis)


BOOK: Final = Layer(
    name="book",
    title="Book imbalance",
    group=Group.PANES,
    help="What rests on the bids less what rests on the asks, as a share of both. Touch: at the "
    "best prices; 10 and 50 bps: within so many hundredths of a percent of the mid. Microprice "
    "(Stoikov): how far it stands from the mid. The mean of each bar's seconds, of the market "
    "that gives the candles.",
    ask=_ask,
    draw=_draw,
    options=(Option("show", "Show", SHOWN),),
)
