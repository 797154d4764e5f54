import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.tape_orders import tape_orders
from core.calc.tape_speed import MAX_SECONDS, SpeedRule, tape_speed
from core.calc.trailing import Usual
from core.domain.arrays import empty_trades
from tests.support.tapes import NOON_NS, tapes
from tests.support.trades import START_NS, trades

S = 1_000_000_000
ONE = SpeedRule(width_s=1, usual=Usual(least=1))
COLUMNS = [
    "known_ns",
    "orders_per_s",
    "trades_per_s",
    "notional_per_s",
    "order_notional",
    "aggression",
    "orders_rank",
    "notional_rank",
    "size_rank",
    "aggression_rank",
    "accelerates",
]


def speed(rows, after_s, **how):
    return tape_speed(rows, until_ns=START_NS + round(after_s * S), **how)


def test_each_second_is_told_by_its_orders():
    rows = trades((0.5, 9, 9, 1), (1, 10, 2, 1), (1, 11, 3, 1), (1.5, 10, 1, -1), (1.6, 10, 4, 0))
    found = speed(rows, 3.5, rule=ONE)
    assert found.known_ns.tolist() == [START_NS + 2 * S, START_NS + 3 * S]
    assert found.orders_per_s.tolist() == [3, 0]
    assert found.trades_per_s.tolist() == [4, 0]
    assert found.notional_per_s.tolist() == [103, 0]
    assert found.order_notional[0] == pytest.approx(103 / 3)
    assert found.aggression[0] == pytest.approx((53 - 10) / 63)
    assert np.isnan(found.order_notional[1])
    assert np.isnan(found.aggression[1])


def test_a_value_is_ranked_among_those_before_it():
    rows = trades(*((at, 10, 1, 1) for at in (0, 1, 2, 2.1, 2.2, 3, 3.1)))
    ranks = speed(rows, 4, rule=ONE).orders_rank.tolist()
    assert np.isnan(ranks[0])
    assert ranks[1:] == [1.0, 0.5]


def test_a_value_is_the_mean_of_its_seconds_and_nothing_before_they_are_held():
    rows = trades((0, 10, 1, 1), (1, 10, 1, 1), (2, 10, 1, 1), (2.5, 10, 1, 1), (3, 10, 1, 1))
    found = speed(rows, 4, rule=SpeedRule(width_s=2)).trades_per_s.tolist()
    assert np.isnan(found[0])
    assert found[1:] == [1.5, 1.5]


def test_seconds_that_a_gap_touches_are_not_known():
    rows = trades(*((at, 10, 1, 1) for at in range(5)))
    gap = (START_NS + 2 * S + 1, START_NS + 2 * S + 2)
    found = speed(rows, 5, rule=ONE, gaps_ns=[gap]).trades_per_s
    assert np.isnan(found).tolist() == [False, True, False, False]


def test_twice_the_median_second_of_the_minute_before_is_an_acceleration():
    calm = [(at, 10, 1, 1) for at in range(61)]
    burst = [(61 + at / 2, 10, 1, 1) for at in range(6)]
    found = speed(trades(*calm, *burst), 64).accelerates
    assert np.flatnonzero(found).tolist() == [62]
    assert not speed(trades(*calm, *burst[:-1]), 64).accelerates.any()
    gap = (START_NS + 30 * S, START_NS + 31 * S)
    assert not speed(trades(*calm, *burst), 64, gaps_ns=[gap]).accelerates.any()


@given(tapes(max_size=30), st.integers(1, 3))
def test_rates_are_what_counting_by_hand_gives(rows, width_s):
    until_ns = NOON_NS + 40 * S
    found = tape_speed(rows, until_ns=until_ns, rule=SpeedRule(width_s=width_s))
    stamps = tape_orders(rows).ts_event_ns.tolist()
    lots = rows[["ts_event_ns", "price_ticks", "size_lots"]].tolist()
    for index, end_ns in enumerate(found.known_ns.tolist()):
        begin_ns = end_ns - width_s * S
        if index < width_s - 1:
            assert np.isnan(found.orders_per_s[index])
            continue
        inside = [at for at in stamps if begin_ns <= at < end_ns]
        worth = sum(price * size for at, price, size in lots if begin_ns <= at < end_ns)
        assert found.orders_per_s[index] == pytest.approx(len(inside) / width_s)
        assert found.notional_per_s[index] == pytest.approx(worth / width_s)


@given(tapes(min_size=1), st.integers(-3, 200))
def test_what_is_known_never_changes(tape, after_s):
    until_ns = NOON_NS + after_s * S
    rule = SpeedRule(width_s=2, usual=Usual(least=2))
    prefix = tape[tape["ts_event_ns"] <= until_ns]
    early = tape_speed(prefix, until_ns=until_ns, rule=rule)
    late = tape_speed(tape, until_ns=NOON_NS + 600 * S, rule=rule)
    for name in COLUMNS:
        told = getattr(early, name)
        np.testing.assert_array_equal(told, getattr(late, name)[: told.size])


def test_no_trades_have_no_speed():
    assert tape_speed(empty_trades(), until_ns=START_NS).known_ns.size == 0


def test_a_tape_that_is_too_long_is_refused():
    with pytest.raises(ValueError, match="seconds was to be measured"):
        speed(trades((0, 10, 1, 1)), MAX_SECONDS + 5)
