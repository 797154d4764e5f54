from dataclasses import replace

from core.domain.instrument import MarketKind, Venue
from data.views.coin_markets import coin_markets, coins_of
from tests.support.desk import BNC, BNC_SPOT, OKX, OKX_SPOT
from tests.support.trades import instrument

USDC = replace(instrument("binance.perp.BTCUSDC"), quote="USDC")
ETH = replace(instrument("bybit.spot.ETHUSDT"), base="ETH")
LISTED = (OKX_SPOT, OKX, USDC, ETH, BNC_SPOT, BNC)


def test_the_markets_of_a_coin_are_those_against_usdt_in_the_order_of_venues():
    found = coin_markets(LISTED, "BTC")
    assert found.perps == (BNC.id, OKX.id)
    assert found.spots == (BNC_SPOT.id, OKX_SPOT.id)
    assert found.of(MarketKind.SPOT) == found.spots


def test_only_venues_that_are_chosen_count():
    assert coin_markets(LISTED, "BTC", [Venue.OKX]).perps == (OKX.id,)
    assert coin_markets(LISTED, "BTC", [Venue.BYBIT]).perps == ()


def test_of_two_markets_of_a_venue_the_first_listed_stands_for_the_coin():
    other = instrument("binance.perp.BTCUSDT_261225")
    assert coin_markets((other, BNC), "BTC").perps == (other.id,)


def test_coins_are_those_with_a_market_against_usdt_each_once():
    assert coins_of(LISTED) == ("BTC", "ETH")
    assert coins_of((USDC,)) == ()
