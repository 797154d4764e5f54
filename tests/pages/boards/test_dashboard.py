from core.domain.events import Channel
from core.domain.instrument import MarketKind
from data.thresholds import DEFAULTS, changed
from data.views.coin_markets import CoinMarkets
from pages.boards.board import BoardScene
from pages.boards.dashboard import Dashboard
from pages.figures.node import texts
from tests.support.derivatives import quotes
from tests.support.desk import BNC, BNC_SPOT, OKX, OKX_SPOT, moment, tell, tell_rows
from tests.support.nodes import every, said
from tests.support.trades import trades

BTC = CoinMarkets("BTC", (BNC.id, OKX.id), (BNC_SPOT.id, OKX_SPOT.id))
PANELS = ["flow", "basis", "liquidations", "funding", "divergence", "whales", "matrix"]


def board(*coins, **choices):
    return Dashboard(coins or (BTC,), (BNC.id,), **choices)


def scene(engine, asking, now_s, *gone):
    now = moment(now_s, *gone)
    found = {name: spec.query().view(engine, now) for name, spec in asking.questions().items()}
    return BoardScene(found, now)


def test_each_coin_has_a_column_with_its_six_panels_and_its_timeframes(engine):
    tell(engine, BNC, trades((0, 124_200, 10, 1), (100, 124_200, 30, 1)))
    asking = board(BTC, CoinMarkets("ETH"))
    [grid] = asking.draw(scene(engine, asking, 105))
    columns = every(grid, "coin")
    assert [each.attributes["data-coin"] for each in columns] == ["BTC", "ETH"]
    assert [each.attributes["data-card"] for each in every(columns[0], "card")] == PANELS
    assert said(columns[0], "price") == "62,100.0"
    assert grid.attributes["style"] == "grid-template-columns:repeat(2,minmax(0,1fr))"


def test_a_coin_that_no_chosen_venue_lists_says_so(engine):
    asking = board(CoinMarkets("XYZ"))
    [grid] = asking.draw(scene(engine, asking, 105))
    assert texts(grid)[-1] == "No venue chosen lists XYZ against USDT. Add another under Coins."


def test_thresholds_are_those_of_the_settings(engine):
    tell_rows(engine, BNC, Channel.QUOTES, quotes((5, 2_003, 2_005)))
    tell_rows(engine, BNC_SPOT, Channel.QUOTES, quotes((5, 1_999, 2_001)))
    for level, word in ((0.005, "CONTANGO"), (0.001, "STEEP CONTANGO")):
        asking = board(thresholds=changed(DEFAULTS, {"steep_basis_frac": level}))
        [grid] = asking.draw(scene(engine, asking, 10))
        assert said(grid, "basis-state") == word


def test_flow_is_of_the_kind_chosen_and_never_of_both(engine):
    tell(engine, BNC, trades((0, 200, 1, 1), (50, 200, 300, 1)))
    tell(engine, BNC_SPOT, trades((0, 200, 1, 1), (50, 200, 100, -1)))
    for kind, share in ((MarketKind.PERP, "100.0 % buy"), (MarketKind.SPOT, "0.0 % buy")):
        asking = board(kind=kind)
        [grid] = asking.draw(scene(engine, asking, 65))
        assert said(grid, "flow-share") == share


def test_equal_boards_are_one_and_others_are_not():
    assert board() == board()
    assert hash(board()) == hash(board())
    assert board() != board(apart=True)


def test_before_anything_has_come_a_board_can_be_drawn():
    [grid] = board().draw(BoardScene({}, moment(0)))
    assert len(every(grid, "card")) == 7
