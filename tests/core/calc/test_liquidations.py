import numpy as np
import pytest

from core.calc.liquidations import liquidated
from core.domain.arrays import LIQUIDATION_DTYPE, LiquidationPrice, Position


def rows(*each):
    """Rows of (ts_ns, lots, price, position)."""
    out = np.zeros(len(each), LIQUIDATION_DTYPE)
    for index, (ts_ns, lots, price, position) in enumerate(each):
        out[index] = (ts_ns, ts_ns, lots, price, position, LiquidationPrice.EXECUTED)
    return out


BINANCE = rows((10, 100, 50.0, Position.LONG), (30, 400, 50.0, Position.SHORT))
OKX = rows((20, 2, 49.0, Position.LONG), (40, 1, 51.5, Position.LONG))


def test_notional_is_price_times_base_coins_and_sums_by_position():
    found = liquidated([(BINANCE, 0.001), (OKX, 0.01)], most=10)
    assert found.base == pytest.approx([0.1, 0.02, 0.4, 0.01])
    assert found.long_quote == pytest.approx(0.1 * 50 + 0.02 * 49 + 0.01 * 51.5)
    assert found.short_quote == pytest.approx(20.0)
    assert found.part.tolist() == [0, 1, 0, 1]
    assert found.ts_ns.tolist() == [10, 20, 30, 40]


def test_the_largest_are_shown_in_time_order_and_the_rest_counted_but_summed():
    found = liquidated([(BINANCE, 0.001), (OKX, 0.01)], most=2)
    assert found.ts_ns.tolist() == [10, 30]
    assert found.position.tolist() == [Position.LONG, Position.SHORT]
    assert found.left_out == 2
    assert found.long_quote == pytest.approx(5.0 + 0.98 + 0.515)


def test_of_equal_ones_the_earlier_stays():
    equal = rows((30, 1, 10.0, Position.LONG), (20, 1, 10.0, Position.LONG))
    assert liquidated([(equal, 1.0)], most=1).ts_ns.tolist() == [20]


def test_of_no_venue_and_of_no_rows_there_is_nothing():
    for parts in ([], [(rows(), 1.0)]):
        found = liquidated(parts, most=5)
        assert found.ts_ns.size == 0
        assert (found.left_out, found.long_quote, found.short_quote) == (0, 0.0, 0.0)
