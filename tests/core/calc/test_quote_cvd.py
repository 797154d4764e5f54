from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

from core.calc.quote_cvd import quote_cvd
from core.domain.arrays import TRADE_DTYPE, empty_trades
from core.domain.units import MAX_PRICE_TICKS, MAX_SIZE_LOTS
from tests.support.tapes import tapes
from tests.support.trades import instrument
from tests.support.vectors import vector

S = 1_000_000_000


def one_trade(ticks, lots):
    trades = np.zeros(1, TRADE_DTYPE)
    trades["price_ticks"], trades["size_lots"], trades["aggressor"] = ticks, lots, 1
    return trades


@pytest.mark.parametrize("index", [0, 3])  # the linear contracts; inverse ones are not traded here
def test_the_worth_of_contracts_is_that_of_the_vector(index):
    given_trade = vector("contract-units")["inputs"][index]
    value = Decimal(str(given_trade.get("ctVal", 1)))
    size = Decimal(str(given_trade.get("sz", given_trade.get("q"))))
    traded = instrument(tick="0.1", step="0.01", value=str(value))
    trades = one_trade(given_trade["price"] * 10, int(size * 100))
    found = quote_cvd(trades, instrument=traded, step_ns=S)
    expected = vector("contract-units")["expected"]["usd"][index]
    assert found.close_quote.tolist() == pytest.approx(
        [expected], rel=vector("contract-units")["rel_tol"]
    )


@given(tapes(sides=(-1, 1)))
def test_the_sum_is_that_of_price_times_signed_size(trades):
    found = quote_cvd(trades, instrument=instrument(tick="0.5", step="0.25"), step_ns=1)
    running, by_stamp = Fraction(0), {}
    for row in trades:
        worth = int(row["price_ticks"]) * int(row["size_lots"]) * int(row["aggressor"])
        running += Fraction(worth, 8)
        by_stamp[int(row["ts_event_ns"])] = float(running)
    assert dict(zip(found.open_ns.tolist(), found.close_quote.tolist(), strict=True)) == by_stamp
    assert (found.low_quote <= np.minimum(found.open_quote, found.close_quote)).all()
    assert (found.high_quote >= np.maximum(found.open_quote, found.close_quote)).all()


def test_a_side_that_nobody_told_is_not_money():
    trades = one_trade(10, 10)
    trades["aggressor"] = 0
    assert np.isnan(quote_cvd(trades, instrument=instrument(), step_ns=S).close_quote).all()


def test_nothing_traded_and_too_much_to_sum():
    assert quote_cvd(empty_trades(), instrument=instrument(), step_ns=S).open_ns.size == 0
    with pytest.raises(ValueError, match="too many"):
        quote_cvd(one_trade(MAX_PRICE_TICKS, MAX_SIZE_LOTS), instrument=instrument(), step_ns=S)
