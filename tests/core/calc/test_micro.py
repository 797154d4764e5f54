import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.micro import MAX_CELLS, micro_footprint
from core.domain.arrays import TRADE_DTYPE, empty_trades
from tests.support.tapes import NOON_NS, tapes
from tests.support.vectors import trades_of, vector

S = 1_000_000_000


def test_the_columns_of_the_first_second_add_up_to_the_bars_of_the_vector():
    found = micro_footprint(trades_of("bars-time-1s"), from_ns=S, to_ns=4 * S, ticks_per_row=1)
    expected = vector("bars-time-1s")["expected"][:3]
    assert found.second_ns.tolist() == [each["start_ms"] * 1_000_000 for each in expected]
    assert found.sell_lots.sum(axis=1).tolist() == [each["sell"] for each in expected]
    assert found.buy_lots.sum(axis=1).tolist() == [each["buy"] for each in expected]
    assert found.row_ticks.tolist() == [100, 101, 102, 103, 104]
    assert found.buy_lots[0].tolist() == [0, 4, 7, 0, 0]


@given(tapes(ticks=(-40, 40)), st.integers(-3 * S, 9 * S), st.integers(0, 90 * S))
def test_cells_are_what_counting_by_hand_gives(trades, after_ns, length_ns):
    from_ns, to_ns = NOON_NS + after_ns, NOON_NS + after_ns + length_ns
    found = micro_footprint(trades, from_ns=from_ns, to_ns=to_ns, ticks_per_row=4)
    seconds, edges = found.second_ns.tolist(), found.row_ticks.tolist()
    assert found.sell_lots.shape == found.buy_lots.shape == (len(seconds), len(edges))
    cells, touched = {}, set()
    for at_ns, price, lots, side in trades[
        ["ts_event_ns", "price_ticks", "size_lots", "aggressor"]
    ].tolist():
        if from_ns <= at_ns < to_ns:
            edge = price // 4 * 4
            touched.add(edge)
            key = at_ns // S * S, edge, side
            cells[key] = cells.get(key, 0) + lots
    assert edges == (list(range(min(touched), max(touched) + 1, 4)) if touched else [])
    for side, columns in ((1, found.buy_lots), (-1, found.sell_lots)):
        for second, column in zip(seconds, columns.tolist(), strict=True):
            assert column == [cells.get((second, edge, side), 0) for edge in edges]


def test_every_second_that_the_window_touches_has_a_column():
    found = micro_footprint(empty_trades(), from_ns=S - 1, to_ns=3 * S + 1, ticks_per_row=1)
    assert found.second_ns.tolist() == [0, S, 2 * S, 3 * S]
    assert found.sell_lots.shape == (4, 0)


@pytest.mark.parametrize("to_ns", [5 * S, 3 * S])
def test_a_window_without_length_has_no_columns(to_ns):
    trades = np.zeros(1, TRADE_DTYPE)
    trades["ts_event_ns"] = 4 * S
    found = micro_footprint(trades, from_ns=5 * S, to_ns=to_ns, ticks_per_row=1)
    assert found.second_ns.size == found.row_ticks.size == found.buy_lots.size == 0


def test_what_no_screen_could_show_is_refused():
    trades = np.zeros(2, TRADE_DTYPE)
    trades["price_ticks"] = (0, MAX_CELLS)
    with pytest.raises(ValueError, match="take higher rows"):
        micro_footprint(trades, from_ns=0, to_ns=S, ticks_per_row=1)


def test_trades_out_of_order_and_rows_without_height_are_refused():
    trades = np.zeros(2, TRADE_DTYPE)
    trades["ts_event_ns"] = (1, 0)
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        micro_footprint(trades, from_ns=0, to_ns=S, ticks_per_row=1)
    with pytest.raises(ValueError, match="above zero"):
        micro_footprint(trades[:1], from_ns=0, to_ns=S, ticks_per_row=0)
