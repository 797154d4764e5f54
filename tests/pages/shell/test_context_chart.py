from core.domain.instrument import MarketKind
from data.views.coin_markets import coin_markets
from data.views.open_interest import OpenInterestSpec
from data.views.walls import WallsSpec
from pages.layers.registry import LAYERS
from pages.shell.context_chart import chart_of
from tests.support.derivatives import PERP
from tests.support.regime import MARKETS


def test_the_chart_is_of_the_spot_market_whose_walls_are_told():
    spec = chart_of(MARKETS)
    (own,) = spec.explorer.instruments
    assert (own.kind, own.venue) == (MarketKind.SPOT, "binance")
    assert spec.question(LAYERS["walls"]) == WallsSpec(own)


def test_it_has_walls_net_cvd_and_the_open_interest_of_all_venues():
    spec = chart_of(MARKETS)
    assert spec.shown.layers == ("best_quote", "walls", "cvd", "open_interest")
    asked = spec.question(LAYERS["open_interest"])
    assert isinstance(asked, OpenInterestSpec)
    assert asked.everywhere


def test_of_a_coin_without_a_spot_market_it_is_of_the_perpetual():
    assert chart_of(coin_markets([PERP], "BTC")).explorer.instruments == (PERP.id,)
