from pathlib import Path

from data.views.coin_markets import coin_markets
from data.views.moment import Moment
from data.views.nearest_wall import NearestWallSpec
from data.views.regime import RegimeSpec
from data.views.regime_followed import RegimeFollowedSpec
from pages.boards.board import BoardScene
from pages.boards.context import ContextBoard, ContextColumn
from tests.support.derivatives import PERP
from tests.support.nodes import all_said, stats, walked
from tests.support.regime import MARKETS, followed, view

FOLDER = Path("recordings")


def scene(**found):
    return BoardScene(found, Moment(view().now_ns))


def cards(nodes):
    return [
        each.attributes["data-card"] for each in walked(*nodes) if "data-card" in each.attributes
    ]


def test_the_banner_asks_for_the_regime_what_followed_it_and_the_walls():
    assert ContextBoard(MARKETS, 20.0, FOLDER).questions() == {
        "regime": RegimeSpec(MARKETS),
        "followed": RegimeFollowedSpec(MARKETS, FOLDER),
        "walls": NearestWallSpec(MARKETS, 20.0),
    }
    assert ContextColumn(MARKETS, FOLDER).questions() == {
        "regime": RegimeSpec(MARKETS),
        "followed": RegimeFollowedSpec(MARKETS, FOLDER),
    }


def test_the_banner_has_the_word_what_it_rests_on_and_the_walls():
    nodes = ContextBoard(MARKETS).draw(scene(regime=view(), followed=followed(), walls=None))
    assert cards(nodes) == ["regime", "parts", "walls"]
    found = stats(*nodes)
    assert found["regime"] == "▲ BULLISH CVD"
    assert found["price-value"] == "+1.25 bps/min"
    assert found["followed"] == "+0.3 bps in 15 min (−10.9 to +8.4, n = 19)"
    assert "The book of BTC is awaited." in all_said(*nodes)


def test_the_column_has_sentences_the_divergence_and_the_day():
    nodes = ContextColumn(MARKETS).draw(scene(regime=view(), followed=None))
    assert cards(nodes) == ["words", "divergence", "past"]
    found = stats(*nodes)
    assert found["said-0"].startswith("Takers buy more than they sell")
    assert found["spot_cvd-divergence"] == "ALIGNED"
    assert found["bullish_cvd-share"] == "25 %"


def test_before_anything_is_known_both_say_what_is_awaited():
    awaited = "The first minutes of the coin's markets are awaited."
    banner = ContextBoard(MARKETS).draw(scene())
    assert cards(banner) == ["regime", "parts", "walls"]
    assert awaited in all_said(*banner)
    assert awaited in all_said(*ContextColumn(MARKETS).draw(scene()))


def test_a_coin_without_a_spot_market_says_so():
    nodes = ContextBoard(coin_markets([PERP], "BTC")).draw(scene(regime=view()))
    assert "No spot market of BTC is listed by the venues chosen." in all_said(*nodes)


def test_equal_boards_are_equal_so_that_they_share_their_frames():
    assert ContextBoard(MARKETS, 15.0, FOLDER) == ContextBoard(MARKETS, 15.0, Path("recordings"))
    assert hash(ContextBoard(MARKETS)) == hash(ContextBoard(MARKETS))
