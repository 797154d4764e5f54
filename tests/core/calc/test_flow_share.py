import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.flow_share import Flow, FlowArrow, flow, flow_arrow, flow_of_bars, sum_flows
from core.domain.units import NS_PER_MINUTE
from tests.support.trades import instrument, random_trades, trades

BTC = instrument(tick="0.5", step="0.01")
MONEY = st.floats(0, 1e9)
FLOWS = st.lists(st.builds(Flow, MONEY, MONEY, MONEY), max_size=6)


def test_what_was_bought_and_sold_is_price_times_size_of_each_trade():
    found = flow(trades((0, 200, 300, 1), (1, 202, 100, -1), (2, 204, 50, 0)), BTC)
    assert (found.buy_quote, found.sell_quote, found.unknown_quote) == (300.0, 101.0, 51.0)
    assert found.net_quote == 199.0
    assert found.buy_frac == pytest.approx(300 / 401)


@pytest.mark.parametrize(
    ("buy", "arrow"),
    [
        (100, FlowArrow.STRONG_BUY),
        (80, FlowArrow.STRONG_BUY),
        (79.99, FlowArrow.BUY),
        (60, FlowArrow.BUY),
        (59.99, FlowArrow.EVEN),
        (50, FlowArrow.EVEN),
        (40.01, FlowArrow.EVEN),
        (40, FlowArrow.SELL),
        (20.01, FlowArrow.SELL),
        (20, FlowArrow.STRONG_SELL),
        (0, FlowArrow.STRONG_SELL),
    ],
)
def test_each_share_has_its_arrow_edges_included(buy, arrow):
    assert flow_arrow(Flow(buy, 100 - buy)) is arrow


def test_the_edges_are_a_choice():
    assert flow_arrow(Flow(70, 30), strong_frac=0.7, clear_frac=0.65) is FlowArrow.STRONG_BUY
    assert flow_arrow(Flow(64, 36), strong_frac=0.7, clear_frac=0.65) is FlowArrow.EVEN


def test_without_a_trade_of_known_side_there_is_neither_share_nor_arrow():
    silent = flow(trades((0, 200, 300, 0)), BTC)
    assert math.isnan(silent.buy_frac)
    assert flow_arrow(silent) is None
    assert flow_arrow(sum_flows([])) is None


@given(FLOWS)
def test_a_sum_is_that_of_its_parts_in_any_order(parts):
    one, other = sum_flows(parts), sum_flows(parts[::-1])
    assert one == other
    assert one.net_quote == pytest.approx(sum(each.net_quote for each in parts), abs=1e-3)


@given(FLOWS, st.builds(Flow, MONEY, MONEY, MONEY))
def test_what_is_left_out_of_a_sum_changes_nothing_in_it(parts, left_out):
    both = sum_flows([*parts, left_out])
    alone = sum_flows(parts)
    assert both.buy_quote == pytest.approx(alone.buy_quote + left_out.buy_quote)
    assert both.sell_quote == pytest.approx(alone.sell_quote + left_out.sell_quote)


def test_candles_tell_nearly_what_their_trades_do():
    tape = random_trades(np.random.default_rng(4), 5_000)
    told = flow_of_bars(time_bars(tape, step_ns=NS_PER_MINUTE), BTC)
    exact = flow(tape, BTC)
    assert told.buy_quote == pytest.approx(exact.buy_quote, rel=1e-5)
    assert told.sell_quote == pytest.approx(exact.sell_quote, rel=1e-5)
