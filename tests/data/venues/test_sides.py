"""The taker's side of every venue that we read, by the worked example of the vectors."""

import pytest

from tests.data.venues import samples as s
from tests.support.vectors import vector

# row of the vector -> a frame of ours whose first row gets the fields that the vector gives
OURS = {
    "binance spot/usdm aggTrade": (
        ((s.BINANCE, s.SPOT), s.BINANCE_SPOT_AGG_TRADE["data"]),
        ((s.BINANCE, s.PERP), s.BINANCE_PERP_AGG_TRADE["data"]),
    ),
    "bybit v5 publicTrade": (
        ((s.BYBIT, s.SPOT), s.BYBIT_SPOT_TRADES),
        ((s.BYBIT, s.PERP), s.BYBIT_LINEAR_TRADES),
    ),
}
SIDES = {"buy": 1, "sell": -1}


def cases():
    example = vector("side-venues")
    for given, side in zip(example["inputs"], example["expected"], strict=True):
        for market, frame in OURS.get(given["venue"], ()):
            name = f"{'.'.join(market)}-{given['msg']}"
            yield pytest.param(market, frame, given["msg"], SIDES[side], id=name)


@pytest.mark.parametrize(("market", "frame", "fields", "side"), list(cases()))
def test_the_aggressor_is_the_one_that_the_vector_names(market, frame, fields, side):
    if "data" in frame:
        frame = {**frame, "data": [{**frame["data"][0], **fields}]}
    else:
        frame = {**frame, **fields}
    assert s.parse(*market, frame)[0].rows[0][5] == side


@pytest.mark.parametrize(("word", "side"), [("buy", 1), ("sell", -1)])
def test_okx_says_the_takers_side(word, side):
    frame = {**s.OKX_SPOT_TRADES, "data": [{**s.OKX_SPOT_TRADES["data"][0], "side": word}]}
    assert s.parse(s.OKX, s.SPOT, frame)[0].rows[0][5] == side


@pytest.mark.parametrize(("word", "side"), [("Buy", 1), ("Sell", -1)])
def test_bybit_says_the_takers_side(word, side):
    frame = {**s.BYBIT_SPOT_TRADES, "data": [{**s.BYBIT_SPOT_TRADES["data"][0], "S": word}]}
    assert s.parse(s.BYBIT, s.SPOT, frame)[0].rows[0][5] == side
