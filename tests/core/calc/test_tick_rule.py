import pytest
from hypothesis import given

from core.calc.tick_rule import tick_rule
from core.domain.arrays import empty_trades
from tests.support.tapes import tapes
from tests.support.trades import START_NS, trades
from tests.support.vectors import vector, whole

S = 1_000_000_000


def by_hand(prices):
    signs = []
    for index, price in enumerate(prices):
        before = prices[index - 1] if index else price
        carried = signs[-1] if signs else 0
        signs.append((price > before) - (price < before) or carried)
    return signs


def test_the_signs_are_those_of_the_vector():
    inputs = vector("tick-rule")["inputs"]
    rows = trades(*((at, whole(each["price"], "0.005"), 1, 0) for at, each in enumerate(inputs)))
    found = tick_rule(rows)
    assert found.tolist() == vector("tick-rule")["expected"]


@given(tapes(ticks=(-4, 4)))
def test_the_signs_are_what_going_trade_by_trade_gives(rows):
    assert tick_rule(rows).tolist() == by_hand(rows["price_ticks"].tolist())


@given(tapes())
def test_what_the_venue_says_is_not_looked_at(rows):
    hidden = rows.copy()
    hidden["aggressor"] = 0
    assert tick_rule(rows).tolist() == tick_rule(hidden).tolist()


def test_nothing_is_carried_across_a_gap():
    rows = trades((0, 10, 1, 0), (1, 11, 1, 0), (5, 12, 1, 0), (6, 12, 1, 0), (7, 11, 1, 0))
    gap = (START_NS + 2 * S, START_NS + 4 * S)
    assert tick_rule(rows).tolist() == [0, 1, 1, 1, -1]
    assert tick_rule(rows, gaps_ns=[gap]).tolist() == [0, 1, 0, 0, -1]


def test_the_largest_step_does_not_overflow():
    rows = trades((0, 2**31 - 1, 1, 0), (1, -(2**31) + 1, 1, 0))
    assert tick_rule(rows).tolist() == [0, -1]


def test_no_trades_have_no_signs():
    assert tick_rule(empty_trades()).tolist() == []
    assert tick_rule(empty_trades(), gaps_ns=[(0, 1)]).tolist() == []


def test_trades_out_of_order_are_refused():
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        tick_rule(trades((1, 10, 1, 1), (0, 10, 1, 1)))
