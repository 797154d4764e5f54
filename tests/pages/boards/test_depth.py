"""The boards of the page Depth: what they ask, and that they say so where nothing is known."""

import pytest

from data.views.book_ladder import LadderSpec
from data.views.book_now import BookNowSpec
from data.views.moment import Moment
from data.views.order_cost import OrderCostSpec
from data.views.wall_ledger import WallLedgerSpec
from pages.boards.board import BoardScene
from pages.boards.depth_ladder import DepthLadder
from pages.boards.depth_state import DepthState
from pages.boards.depth_walls import DepthWalls
from pages.figures.node import texts
from tests.pages.figures.test_depth_figures import COST, LADDER, LEDGER, NOW
from tests.support.book_events import BTC, START_NS

QUESTIONS = {
    DepthLadder(BTC.id, 12, 5): {"ladder": LadderSpec(BTC.id, 12, 5)},
    DepthState(BTC.id, 3.0): {"book": BookNowSpec(BTC.id), "cost": OrderCostSpec(BTC.id, 3.0)},
    DepthWalls(BTC.id): {"walls": WallLedgerSpec(BTC.id)},
}
ANSWERS = {"ladder": LADDER, "book": NOW, "cost": COST, "walls": LEDGER}


def drawn(board, found):
    nodes = board.draw(BoardScene(found, Moment(START_NS)))
    return [text for each in nodes for text in texts(each)]


@pytest.mark.parametrize("board", QUESTIONS, ids=lambda each: type(each).__name__)
def test_a_board_asks_what_it_shows(board):
    assert board.questions() == QUESTIONS[board]


@pytest.mark.parametrize("board", QUESTIONS, ids=lambda each: type(each).__name__)
@pytest.mark.parametrize("found", [{}, dict.fromkeys(ANSWERS)], ids=["failed", "unknown"])
def test_without_an_answer_it_is_said_in_words(board, found):
    assert "No order book has come." in drawn(board, found)


def test_with_answers_the_cards_are_side_by_side():
    said = drawn(DepthState(BTC.id), ANSWERS)
    titles = ["Imbalance by distance", "Order flow imbalance", "Price between the sides",
              "Cost of a market order", "Mid 5 s after orders"]  # fmt: skip
    assert [each for each in said if each in titles] == titles
    assert "Wall ledger" in drawn(DepthWalls(BTC.id), ANSWERS)
    assert "Ladder" in drawn(DepthLadder(BTC.id), ANSWERS)
