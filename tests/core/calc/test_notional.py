import numpy as np
import pytest

from core.calc.notional import notional
from core.domain.arrays import TRADE_DTYPE, empty_trades
from core.domain.units import MAX_PRICE_TICKS, MAX_SIZE_LOTS


def test_worth_is_price_times_size():
    trades = np.zeros(2, TRADE_DTYPE)
    trades["price_ticks"], trades["size_lots"] = (MAX_PRICE_TICKS, 7), (2**31, 3)
    assert notional(trades).tolist() == [MAX_PRICE_TICKS * 2**31, 21]
    assert notional(empty_trades()).tolist() == []


def test_what_does_not_fit_is_refused_instead_of_wrapping_around():
    trades = np.zeros(2, TRADE_DTYPE)
    trades["price_ticks"], trades["size_lots"] = MAX_PRICE_TICKS, MAX_SIZE_LOTS
    with pytest.raises(ValueError, match="too many to be summed exactly"):
        notional(trades)
    trades["size_lots"] = 2**31 + 2
    with pytest.raises(ValueError, match="too many to be summed exactly"):
        notional(trades)
