import math
from dataclasses import replace

import pytest

from core.calc.nearest_wall import Resting
from core.calc.regime import Regime
from core.domain.arrays import BookSide
from core.domain.units import NS_PER_S
from data.views.coin_markets import CoinMarkets
from data.views.hud import HudView
from data.views.left_out import LeftOut
from data.views.moment import Moment, Off
from data.views.nearest_wall import NearestWallSpec, NearestWallView, SideNow, WallNow
from pages.boards.board import BoardScene
from pages.boards.hud import HudBoard, amiss
from pages.figures import hud, hud_walls
from pages.figures.node import texts
from tests.support.trades import START_NS, instrument

PERP = instrument()
OKX = instrument("okx.perp.BTC-USDT-SWAP")
SPOT = instrument("binance.spot.BTCUSDT", tick="0.01", step="0.001")
NAN = math.nan
STALE = Off("stale", START_NS + 5 * NS_PER_S, "no answer")
VIEW = HudView(
    instrument=PERP,
    price=96_137.6,
    change_frac=-0.00012,
    cvd_quote=-17_164_000.0,
    cvd_since_ns=START_NS,
    is_whole=False,
    trades_off=None,
    interest_quote=16_788_400_000.0,
    interest_of=(PERP.id, OKX.id),
    left=(),
)
WALLS = NearestWallView(
    spec=NearestWallSpec(CoinMarkets("BTC", (PERP.id,), (SPOT.id,))),
    now_ns=START_NS,
    instrument=SPOT,
    middle_ticks=9_600_000.0,
    least_lots=15_000.0,
    above=SideNow(
        WallNow(Resting(BookSide.ASK, 9_624_000, 25_100, 25.0), START_NS, is_at_least=True),
        1, None, 100.0,
    ),
    below=SideNow(None, 0, Resting(BookSide.BID, 9_590_000, 4_100, 10.4), 22.0),
    off=None,
)  # fmt: skip


def line(node):
    return texts(node), node.kids[1].classes


def test_the_price_has_its_way_as_a_sign_and_as_a_colour():
    title, price = hud.head("BTCUSDT Binance perp", VIEW)
    assert texts(title) == ["BTCUSDT Binance perp"]
    assert line(price) == (
        ["Price", "96,137.6 ▼", "−0.01 % in 1 min"],
        "ts-hud-value ts-tone-sell",
    )
    up = hud.head("", replace(VIEW, change_frac=0.001))[1]
    assert line(up) == (["Price", "96,137.6 ▲", "+0.10 % in 1 min"], "ts-hud-value ts-tone-buy")
    still = hud.head("", replace(VIEW, change_frac=0.0))[1]
    assert line(still)[0] == ["Price", "96,137.6 ▶", "+0.00 % in 1 min"]


def test_cvd_is_in_millions_and_open_interest_in_billions():
    cvd, interest = hud.flow(VIEW)
    assert line(cvd)[0] == ["CVD", "−17.16 M USDT", "since 22:13 UTC"]
    assert line(interest)[0] == ["OI", "16.788 B USD", "Binance, OKX"]
    assert texts(hud.flow(replace(VIEW, is_whole=True))[0])[2] == "session"


def test_what_is_not_known_is_a_dash_and_never_zero():
    cvd, interest = hud.flow(replace(VIEW, cvd_quote=NAN, cvd_since_ns=None, interest_quote=NAN))
    assert texts(cvd) == ["CVD", "–", "no trades held"]
    assert texts(interest)[1] == "–"
    assert texts(hud.head("x", None)[1]) == ["Price", "–", "nothing has come of it yet"]


def test_what_is_not_live_is_grey_and_says_since_when():
    off = replace(VIEW, trades_off=STALE)
    for node in (hud.head("", off)[1], hud.flow(off)[0]):
        assert node.classes == "ts-hud-line ts-hud-off"
        assert node.kids[1].classes == "ts-hud-value"
        assert texts(node)[2] == "STALE since 22:13:05 UTC"


def test_a_sum_says_which_venue_it_is_without():
    left = replace(VIEW, interest_of=(PERP.id,), left=(LeftOut(OKX.id, "stale"),))
    assert texts(hud.flow(left)[1])[2] == "without OKX"


def test_a_wall_has_its_size_its_price_and_its_distance():
    above, below = hud_walls.walls(WALLS)
    assert line(above) == (
        ["Wall above", "25.10 BTC", "96,240.00, +0.25 %"],
        "ts-hud-value ts-tone-sell",
    )
    assert texts(below) == ["Wall below", "none", "largest 4.100 BTC within 0.22 %"]


def test_walls_of_a_book_that_is_not_live_are_not_shown():
    for node in hud_walls.walls(replace(WALLS, off=STALE, above=None, below=None)):
        assert node.classes == "ts-hud-line ts-hud-off"
        assert texts(node)[1:] == ["–", "STALE since 22:13:05 UTC"]
    assert texts(hud_walls.walls(None)[0]) == ["Wall above", "–", "no spot book yet"]
    unknown = replace(WALLS, above=None, below=None, least_lots=NAN)
    assert texts(hud_walls.walls(unknown)[0])[2] == "what is large is not known"


def test_health_is_the_source_and_the_worst_that_is_off():
    assert texts(hud.health("live", [])) == ["Health", "LIVE", "all channels live"]
    simulated = hud.health("simulated", [])
    assert line(simulated) == (
        ["Health", "SIMULATED", "all channels arrive"],
        "ts-hud-value ts-tone-quiet",
    ), "what is not live must not look so"
    rejected = Off("rejected", START_NS + 9 * NS_PER_S, "no such symbol")
    off = {(PERP.id, "book"): STALE, (OKX.id, "trades"): rejected}
    told = hud.health("live", amiss(Moment(START_NS, "live", off)))
    assert texts(told)[2] == "OKX BTC-USDT-SWAP trades REJECTED since 22:13:09 UTC, 1 more"


@pytest.mark.parametrize("word", list(Regime))
def test_every_regime_is_said_in_words(word):
    assert texts(hud.regime(None))[1:] == ["–", "too little is known"]
    assert word is Regime.NOT_KNOWN or word.word.isupper()


def test_a_board_of_which_nothing_is_known_yet_says_so_line_by_line():
    board = HudBoard(PERP.id, CoinMarkets("BTC", (PERP.id,), ()))
    assert set(board.questions()) == {"hud", "walls", "regime"}
    lines = board.draw(BoardScene({}, Moment(START_NS)))
    assert [texts(each)[0] for each in lines] == [
        "BTCUSDT Binance perp", "Price", "Wall above", "Wall below", "Regime", "Health",
    ]  # fmt: skip
