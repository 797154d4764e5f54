import numpy as np

from data.views.order_rows import ORDER_DTYPE
from pages.shell.order_columns import named, sides
from tests.support.trades import instrument


def orders(of, aggressor):
    rows = np.zeros(len(of), ORDER_DTYPE)
    rows["of"], rows["aggressor"] = of, aggressor
    return rows


def test_each_order_has_its_side_and_what_is_said_of_its_instrument():
    rows = orders([1, 0, 1], [1, -1, 0])
    listed = [instrument("okx.perp.BTC-USDT-SWAP"), instrument("binance.spot.BTCUSDT")]
    assert sides(rows).tolist() == ["▲ BUY", "▼ SELL", "?"]
    assert named(rows, listed, lambda each: str(each.kind)).tolist() == ["spot", "perp", "spot"]


def test_of_an_instrument_that_nothing_was_heard_of_nothing_is_said():
    assert named(orders([0], [1]), [None], str).tolist() == [""]


def test_without_an_order_there_are_no_words():
    assert sides(orders([], [])).size == named(orders([], []), [None], str).size == 0
