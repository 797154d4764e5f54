from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.common_grid import (
    Factors,
    common_instrument,
    factors,
    rescale_bars,
    rescale_trades,
)
from core.domain.units import NS_PER_MINUTE
from tests.support.trades import instrument, random_trades

STEPS = st.sampled_from(["0.00001", "0.001", "0.01", "0.05", "0.1", "0.25", "1", "5", "10"])


def test_one_instrument_is_its_own_grid():
    only = instrument()
    assert common_instrument([only]) is only


@given(st.lists(st.tuples(STEPS, STEPS, STEPS), min_size=2, max_size=4))
def test_every_step_is_a_whole_number_of_common_steps_and_none_coarser_would_do(steps):
    listed = [instrument(tick=t, step=s, value=v) for t, s, v in steps]
    grid = common_instrument(listed)
    found = [factors(each, grid) for each in listed]
    for each, by in zip(listed, found, strict=True):
        assert by.ticks * grid.tick_size == each.tick_size
        assert by.lots * grid.lot_size == each.lot_size
    assert np.gcd.reduce([by.ticks for by in found]) == 1
    assert np.gcd.reduce([by.lots for by in found]) == 1


def test_contracts_become_coins():
    swap = instrument("okx.perp.BTC-USDT-SWAP", step="0.01", value="0.01")
    grid = common_instrument([instrument(), swap])
    assert grid.lot_size == Decimal("0.0001")
    assert factors(instrument(), grid).lots == 10


def test_a_grid_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="does not fit"):
        factors(instrument(tick="0.05"), instrument(tick="0.1"))


def test_bars_of_rescaled_trades_are_rescaled_bars():
    rows, by = random_trades(np.random.default_rng(1), 2_000, tick=6_000), Factors(10, 4)
    left = time_bars(rescale_trades(rows, by), step_ns=NS_PER_MINUTE)
    right = rescale_bars(time_bars(rows, step_ns=NS_PER_MINUTE), by)
    assert left.tolist() == right.tolist()
    notional = Fraction(int((rows["price_ticks"].astype(int) * rows["size_lots"]).sum()) * 40)
    lots = right["buy_lots"] + right["sell_lots"]
    assert int((right["open_ticks"] * lots + right["moment1"]).sum()) == notional
