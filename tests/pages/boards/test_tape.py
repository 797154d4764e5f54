import pytest

from core.domain.units import NS_PER_S, Aggressor
from data.thresholds import DEFAULTS, changed
from data.views.series import FOREVER
from pages.boards import tape
from pages.boards.board import BoardScene
from pages.boards.tape import TapeBoard, TapeFilter
from pages.figures.node import texts
from tests.support.desk import BNC, OKX, moment, tell
from tests.support.nodes import every, said
from tests.support.trades import START_NS, trades

BOTH = TapeFilter((BNC.id, OKX.id))
"""A lot of either at 2,000 ticks is worth 10 quote coins."""


def drawn(engine, board, now_s, *gone):
    now = moment(now_s, *gone)
    found = {name: spec.query().view(engine, now) for name, spec in board.questions().items()}
    [root] = board.draw(BoardScene(found, now))
    return root


def rows(root):
    [table] = every(root, "table", "tape")
    return table.kids[1].kids


def values(root):
    return ["".join(texts(each.kids[5])) for each in rows(root)]


@pytest.fixture
def told(engine):
    tell(engine, BNC, trades((1, 2_000, 5, 1), (3, 2_000, 10, -1), (3, 2_000, 20, -1)))
    tell(engine, OKX, trades((2, 2_000, 40, 1)))
    return engine


def test_orders_of_all_its_markets_are_listed_newest_first(told):
    assert values(drawn(told, TapeBoard(BOTH), 5)) == ["300", "400", "50"]


@pytest.mark.parametrize(
    ("wanted", "listed"),
    [
        (TapeFilter((BNC.id,)), ["300", "50"]),
        (TapeFilter(BOTH.instruments, least_quote=300), ["300", "400"]),
        (TapeFilter(BOTH.instruments, most_quote=300), ["50"]),
        (TapeFilter(BOTH.instruments, side=Aggressor.SELL), ["300"]),
        (TapeFilter(BOTH.instruments, as_fills=True), ["200", "100", "400", "50"]),
    ],
)
def test_each_filter_leaves_out_what_it_says(told, wanted, listed):
    assert values(drawn(told, TapeBoard(wanted), 5)) == listed


def test_a_list_that_stands_still_counts_what_comes(told, monkeypatch):
    paused = TapeBoard(BOTH, paused_ns=START_NS + 2 * NS_PER_S)
    root = drawn(told, paused, 5)
    assert values(root) == ["50"]
    assert said(root, "new") == "2 new"
    monkeypatch.setattr(tape, "MOST_NEW", 2)
    assert said(drawn(told, paused, 5), "new") == "2+ new"


def test_a_market_that_is_off_is_greyed_in_the_list_and_left_out_of_the_sums(told):
    root = drawn(told, TapeBoard(BOTH), 5, OKX)
    assert ["ts-tape-off" in each.classes for each in rows(root)] == [False, True, False]
    assert "OKX perp STALE since 22:13:00 UTC" in texts(root)
    assert any("OKX perp is not live" in each for each in texts(root))


def test_what_stands_out_goes_by_the_threshold(told):
    low = changed(DEFAULTS, {"whale_quote": 400.0})
    root = drawn(told, TapeBoard(BOTH, thresholds=low), 5)
    tones = ["whale" in each.kids[5].classes for each in rows(root)]
    assert tones == [False, True, False]


def test_bubbles_are_of_a_part_of_a_whale_and_more_or_of_what_the_filter_asks_for():
    asked = TapeBoard(BOTH).questions()["large"]
    assert (asked.least_quote, asked.window_s, asked.end_ns) == (10_000.0, 900, FOREVER)
    strict = TapeBoard(TapeFilter((BNC.id,), least_quote=70_000.0)).questions()["large"]
    assert strict.least_quote == 70_000.0


def test_before_anything_has_come_a_board_can_be_drawn(engine):
    root = drawn(engine, TapeBoard(BOTH), 5)
    assert [each.attributes["data-card"] for each in every(root, "card")] == [
        "speed",
        "bubbles",
        "marks",
    ]
    assert "BNC perp: no trade yet" in texts(root)


def test_equal_boards_are_one_and_others_are_not():
    assert TapeBoard(BOTH) == TapeBoard(TapeFilter((BNC.id, OKX.id)))
    assert hash(TapeBoard(BOTH)) == hash(TapeBoard(BOTH))
    assert TapeBoard(BOTH) != TapeBoard(BOTH, window_s=300)
