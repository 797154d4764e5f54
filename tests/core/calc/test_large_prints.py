import numpy as np
import pytest

from core.calc.large_prints import large_fills, large_orders_of
from core.calc.tape_orders import tape_orders
from tests.support.trades import instrument, trades

BTC = instrument(tick="0.5", step="0.01")
# Orders of 500,000 in two fills, 499,995 in one, and 600,000 whose side nobody told.
TAPE = trades(
    (1, 100_000, 400, 1),
    (1, 100_000, 600, 1),
    (2, 99_999, 1_000, -1),
    (3, 120_000, 1_000, 0),
)


def test_an_order_counts_from_half_a_million_on_however_many_fills_it_took():
    found = large_orders_of(tape_orders(TAPE), BTC, least_quote=500_000)
    assert found.worth_quote.tolist() == [500_000.0, 600_000.0]
    assert found.fills.tolist() == [2, 1]
    assert found.aggressor.tolist() == [1, 0]
    assert found.price.tolist() == [50_000.0, 60_000.0]


def test_fill_by_fill_only_the_ones_that_are_large_alone_count():
    found = large_fills(TAPE, BTC, least_quote=500_000)
    assert found.worth_quote.tolist() == [600_000.0]
    more = large_fills(TAPE, BTC, least_quote=499_995)
    assert more.worth_quote.tolist() == [499_995.0, 600_000.0]


def test_the_price_of_an_order_is_what_was_paid_on_average():
    walked = trades((1, 100_000, 100, 1), (1, 100_004, 300, 1))
    found = large_orders_of(tape_orders(walked), BTC, least_quote=1)
    assert found.price.tolist() == pytest.approx([50_001.5])
    assert found.worth_quote.tolist() == pytest.approx([1 * 50_000 + 3 * 50_002])


def test_an_empty_tape_has_none():
    assert large_fills(trades(), BTC, least_quote=1).worth_quote.size == 0
    assert large_orders_of(tape_orders(trades()), BTC, least_quote=1).fills.dtype == np.int64
