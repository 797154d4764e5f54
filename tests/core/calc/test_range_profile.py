import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.profile import profile
from core.calc.range_profile import range_profile
from core.calc.tick_volumes import tick_volumes
from core.calc.value_area_rule import SINGLE_ROW, TWO_ROW, value_area_by
from core.domain.arrays import TRADE_DTYPE
from tests.support.tapes import NOON_NS, tapes
from tests.support.vectors import vector

S = 1_000_000_000


def prints(*rows):
    """Rows of (at_ns, price, lots)."""
    trades = np.zeros(len(rows), TRADE_DTYPE)
    for index, (at_ns, price, lots) in enumerate(rows):
        trades[index]["ts_event_ns"], trades[index]["price_ticks"] = at_ns, price
        trades[index]["size_lots"] = lots
    return trades


def test_the_span_is_closed_on_the_left_and_open_on_the_right():
    trades = prints((4, 10, 1), (5, 11, 2), (9, 13, 4), (10, 14, 8))
    found = range_profile(trades, from_ns=5, to_ns=10, ticks_per_row=1)
    assert found.row_ticks.tolist() == [11, 12, 13]
    assert found.total_lots.tolist() == [2, 0, 4]


def test_the_area_grows_by_the_rule_that_it_is_told():
    inputs = vector("value-area-pair-beats-single")["inputs"]
    trades = prints(*((5, each["price"], each["volume"]) for each in inputs))
    for name, rule in (("single_row", SINGLE_ROW), ("two_row", TWO_ROW)):
        found = range_profile(trades, from_ns=0, to_ns=10, ticks_per_row=1, rule=rule)
        expected = vector("value-area-pair-beats-single")["expected"][name]
        assert (found.poc_ticks, found.val_ticks, found.vah_ticks) == (
            expected["poc"],
            expected["val"],
            expected["vah"],
        )


@given(tapes(), st.integers(0, 60), st.integers(0, 60), st.integers(1, 7))
def test_it_is_the_profile_of_the_trades_of_the_span(trades, start_s, length_s, k):
    from_ns = NOON_NS + start_s * S
    to_ns = from_ns + length_s * S
    found = range_profile(trades, from_ns=from_ns, to_ns=to_ns, ticks_per_row=k)
    stamps = trades["ts_event_ns"]
    inside = tick_volumes(trades[(stamps >= from_ns) & (stamps < to_ns)])
    alone = profile(inside, ticks_per_row=k)
    for name in ("row_ticks", "buy_lots", "sell_lots", "unknown_lots"):
        assert getattr(found, name).tolist() == getattr(alone, name).tolist()
    assert (found.poc_row, found.val_row, found.vah_row) == (
        alone.poc_row,
        alone.val_row,
        alone.vah_row,
    )


def test_a_span_without_trades_is_empty():
    found = range_profile(prints((4, 10, 1)), from_ns=5, to_ns=10, ticks_per_row=1)
    assert found.poc_ticks is None
    assert value_area_by(found.total_lots, poc=found.poc_row) == (-1, -1)


def test_trades_out_of_order_are_refused():
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        range_profile(prints((5, 1, 1), (4, 1, 1)), from_ns=0, to_ns=9, ticks_per_row=1)
