from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.footprint import footprint
from core.domain.arrays import TRADE_DTYPE, empty_trades
from tests.support.tapes import tapes
from tests.support.vectors import trades_of, vector

M = 60_000_000_000


def minute(trades, index):
    return trades[trades["ts_event_ns"] // M == index]


@pytest.mark.parametrize("bar", [0, 1])
def test_the_footprint_is_that_of_the_vector(bar):
    trades = minute(trades_of("footprint-imbalance"), bar)
    found = footprint(trades, open_ns=bar * M, ticks_per_row=1, min_lots=4)
    expected = vector("footprint-imbalance")["expected"][bar]
    rows = expected["rows"]
    assert found.open_ns == bar * M
    assert found.row_ticks.tolist() == [row["price"] for row in rows]
    assert found.sell_lots.tolist() == [row["bid"] for row in rows]
    assert found.buy_lots.tolist() == [row["ask"] for row in rows]
    assert found.buy_imbalance.tolist() == [row["buy_imbalance"] for row in rows]
    assert found.sell_imbalance.tolist() == [row["sell_imbalance"] for row in rows]
    assert found.row_ticks[found.poc_row] == expected["poc"]
    assert found.total_lots == sum(row["total"] for row in rows)
    assert found.delta_lots == sum(row["delta"] for row in rows)


def test_delta_and_its_extremes_are_those_of_the_vector():
    for index, expected in enumerate(vector("delta-cvd")["expected"]["bars"]):
        trades = minute(trades_of("delta-cvd"), index)
        found = footprint(trades, open_ns=index * M, ticks_per_row=1)
        assert found.delta_lots == expected["delta"]
        assert found.min_delta_lots == expected["min_delta"]
        assert found.max_delta_lots == expected["max_delta"]


@given(tapes(ticks=(-40, 40)), st.integers(1, 9))
def test_cells_are_what_counting_by_hand_gives(trades, ticks_per_row):
    found = footprint(trades, open_ns=0, ticks_per_row=ticks_per_row)
    lots, counts = {}, {}
    for price, size, side in trades[["price_ticks", "size_lots", "aggressor"]].tolist():
        key = price // ticks_per_row * ticks_per_row, side
        lots[key], counts[key] = lots.get(key, 0) + size, counts.get(key, 0) + 1
    edges = sorted({edge for edge, _ in lots})
    dense = list(range(edges[0], edges[-1] + 1, ticks_per_row)) if edges else []
    assert found.row_ticks.tolist() == dense
    for column, side in (
        (found.buy_lots, 1),
        (found.sell_lots, -1),
        (found.unknown_lots, 0),
    ):
        assert column.tolist() == [lots.get((edge, side), 0) for edge in dense]
    for column, side in ((found.buy_trades, 1), (found.sell_trades, -1)):
        assert column.tolist() == [counts.get((edge, side), 0) for edge in dense]


@given(tapes(min_size=1))
def test_totals_are_those_of_the_bar(trades):
    trades["ts_event_ns"] = trades["ts_event_ns"][0]
    (bar,) = time_bars(trades, step_ns=M)
    found = footprint(trades, open_ns=int(bar["open_ns"]), ticks_per_row=3)
    assert found.delta_lots == bar["buy_lots"] - bar["sell_lots"]
    assert found.total_lots == trades["size_lots"].sum()
    assert found.min_delta_lots == bar["min_delta_lots"]
    assert found.max_delta_lots == bar["max_delta_lots"]


@given(tapes(min_size=1))
def test_the_value_area_holds_seventy_per_cent_of_all_volume(trades):
    found = footprint(trades, open_ns=0, ticks_per_row=2)
    total = found.buy_lots + found.sell_lots + found.unknown_lots
    assert found.val_row <= found.poc_row <= found.vah_row
    assert 10 * total[found.val_row : found.vah_row + 1].sum() >= 7 * total.sum()
    assert total[found.poc_row] == total.max()


def test_ratio_and_least_volume_are_passed_on():
    trades = np.zeros(2, TRADE_DTYPE)
    trades["price_ticks"], trades["size_lots"], trades["aggressor"] = (7, 8), (2, 5), (-1, 1)

    def flagged(**how):
        return footprint(trades, open_ns=0, ticks_per_row=1, **how).buy_imbalance.tolist()

    assert flagged() == [False, False]
    assert flagged(ratio=Fraction(5, 2)) == [False, True]
    assert flagged(ratio=Fraction(5, 2), min_lots=6) == [False, False]


def test_a_bar_without_trades_has_no_rows():
    found = footprint(empty_trades(), open_ns=5, ticks_per_row=1)
    assert (found.open_ns, found.poc_row, found.val_row, found.vah_row) == (5, -1, -1, -1)
    assert (found.total_lots, found.delta_lots) == (0, 0)
    assert (found.min_delta_lots, found.max_delta_lots) == (0, 0)
    for column in (found.row_ticks, found.buy_trades, found.buy_imbalance, found.sell_imbalance):
        assert column.size == 0


def test_trades_out_of_order_are_refused():
    trades = np.zeros(2, TRADE_DTYPE)
    trades["ts_event_ns"] = (1, 0)
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        footprint(trades, open_ns=0, ticks_per_row=1)
