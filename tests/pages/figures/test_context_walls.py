from dataclasses import replace

import pytest

from core.calc.nearest_wall import Resting
from core.domain.arrays import BookSide
from core.domain.units import NS_PER_MINUTE, NS_PER_S
from data.views.coin_markets import coin_markets
from data.views.moment import Off
from data.views.nearest_wall import NearestWallSpec, NearestWallView, SideNow, WallNow
from pages.figures import context_walls
from tests.support.derivatives import SPOT
from tests.support.nodes import all_said, hovers, stats
from tests.support.regime import NAN
from tests.support.trades import START_NS

ABOVE = Resting(BookSide.ASK, 9_712_450, 18_250, 12.4)
BELOW = Resting(BookSide.BID, 9_690_000, 160_000, 10.75)
NOW_NS = START_NS + 3 * NS_PER_MINUTE


def side(wall, *, least=False, since_s=0, count=1, largest=None, known=55.4):
    nearest = WallNow(wall, START_NS + since_s * NS_PER_S, least) if wall else None
    return SideNow(nearest, count if wall else 0, largest or wall, known)


def view(**changes):
    made = NearestWallView(
        spec=NearestWallSpec(coin_markets([SPOT], "BTC")),
        now_ns=NOW_NS,
        instrument=SPOT,
        middle_ticks=9_700_420.0,
        least_lots=15_000.0,
        above=side(ABOVE, least=True, count=3),
        below=side(BELOW, since_s=150),
        off=None,
    )
    return replace(made, **changes)


def draw(found):
    return context_walls.draw(found, why_not="not yet")


def test_each_wall_has_its_size_price_distance_and_how_long_it_stands():
    found = stats(draw(view()))
    assert found["above"] == "18.25 BTC"
    assert found["above-where"] == "at 97,124.50, +12.4 bps"
    assert found["above-stood"] == "stands at least 3 min, 2 more behind"
    assert found["below"] == "160.0 BTC"
    assert found["below-where"] == "at 96,900.00, −10.8 bps"
    assert found["below-stood"] == "stands 30 s"
    assert found["walls-least"] == "More than 15.00 BTC, Binance spot"


def test_where_there_is_none_it_says_how_far_that_is_known_and_what_is_largest():
    found = stats(draw(view(above=side(None, largest=ABOVE))))
    assert found["above"] == (
        "None within 55 bps, as far as the book is known. Largest: 18.25 BTC at 97,124.50, "
        "+12.4 bps."
    )
    empty = SideNow(None, 0, None, NAN)
    assert stats(draw(view(below=empty)))["below"] == "None in the whole book. Nobody is there."


def test_a_book_that_is_off_is_greyed_and_says_since_when():
    off = Off("stale", START_NS, "Nothing came for 10 s.")
    node = draw(view(above=None, below=None, middle_ticks=NAN, least_lots=NAN, off=off))
    assert "ts-is-off" in node.classes
    assert "STALE since 22:13:00 UTC" in all_said(node)
    assert stats(node)["walls-why"] == (
        "The book of Binance spot is stale: no wall can be told. Nothing came for 10 s."
    )


@pytest.mark.parametrize(
    ("middle", "why"),
    [
        (NAN, "A side of the book of Binance spot is empty."),
        (9e6, "No price of BTC is known at this venue: it cannot be said what is worth as much."),
    ],
)
def test_without_a_middle_or_a_price_of_btc_it_says_so(middle, why):
    node = draw(view(above=None, below=None, middle_ticks=middle, least_lots=NAN))
    assert stats(node)["walls-why"] == why


def test_before_anything_is_known_it_says_what_it_waits_for():
    assert all_said(draw(None)) == "Nearest walls not yet"


def test_the_title_says_what_a_wall_is():
    assert any("more than 15.00 btc" in each.lower() for each in hovers(draw(view())))
