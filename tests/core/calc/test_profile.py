from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.profile import TickVolumes, profile, tick_volumes
from core.domain.arrays import TRADE_DTYPE, empty_trades
from tests.support.tapes import tapes
from tests.support.vectors import vector, vector_ids, whole

WITH_PRICES = [each for each in vector_ids("value-area-") if each != "value-area-published-dalton"]


def trades_at(*prices_and_lots, side=1):
    trades = np.zeros(len(prices_and_lots), TRADE_DTYPE)
    for row, (price, lots) in zip(trades, prices_and_lots, strict=True):
        row["price_ticks"], row["size_lots"], row["aggressor"] = price, lots, side
    return trades


@pytest.mark.parametrize("vector_id", WITH_PRICES)
def test_point_of_control_and_value_area_are_those_of_the_vector(vector_id):
    inputs = vector(vector_id)["inputs"]
    trades = trades_at(*((each["price"], whole(each["volume"])) for each in inputs))
    found = profile(tick_volumes(trades), ticks_per_row=1)
    expected = vector(vector_id)["expected"]["two_row"]
    assert (found.poc_ticks, found.val_ticks, found.vah_ticks) == (
        expected["poc"],
        expected["val"],
        expected["vah"],
    )


def test_share_and_step_are_passed_on():
    inputs = vector("value-area-pair-beats-single")["inputs"]
    volumes = tick_volumes(trades_at(*((each["price"], each["volume"]) for each in inputs)))
    single = profile(volumes, ticks_per_row=1, step_rows=1)
    expected = vector("value-area-pair-beats-single")["expected"]["single_row"]
    assert (single.val_ticks, single.vah_ticks) == (expected["val"], expected["vah"])
    everything = profile(volumes, ticks_per_row=1, value_area_frac=Fraction(1))
    assert (everything.val_ticks, everything.vah_ticks) == (100, 107)


@given(tapes(min_size=1, ticks=(-70, 70)), st.integers(1, 12))
def test_rows_hold_the_ticks_from_their_edge_on(trades, ticks_per_row):
    found = profile(tick_volumes(trades), ticks_per_row=ticks_per_row)
    for side, column in ((1, found.buy_lots), (-1, found.sell_lots), (0, found.unknown_lots)):
        for edge, lots in zip(found.row_ticks.tolist(), column.tolist(), strict=True):
            inside = [
                int(row["size_lots"])
                for row in trades
                if row["aggressor"] == side and edge <= row["price_ticks"] < edge + ticks_per_row
            ]
            assert lots == sum(inside)
    assert found.total_lots.sum() == trades["size_lots"].sum()
    assert found.total_lots[0] > 0
    assert found.total_lots[-1] > 0


@given(tapes(min_size=1, ticks=(-70, 70)), st.integers(1, 6))
def test_rows_of_twice_the_height_are_pairs_of_rows(trades, ticks_per_row):
    volumes = tick_volumes(trades)
    low = {
        int(edge): int(lots)
        for edge, lots in zip(
            *(lambda p: (p.row_ticks, p.total_lots))(profile(volumes, ticks_per_row=ticks_per_row)),
            strict=True,
        )
    }
    high = profile(volumes, ticks_per_row=2 * ticks_per_row)
    for edge, lots in zip(high.row_ticks.tolist(), high.total_lots.tolist(), strict=True):
        assert lots == low.get(edge, 0) + low.get(edge + ticks_per_row, 0)


def test_rows_are_anchored_at_zero_and_round_down_below_it():
    found = profile(tick_volumes(trades_at((-3, 1), (-1, 5), (4, 2))), ticks_per_row=2)
    assert found.row_ticks.tolist() == [-4, -2, 0, 2, 4]
    assert found.total_lots.tolist() == [1, 5, 0, 0, 2]
    assert (found.poc_ticks, found.ticks_per_row) == (-2, 2)


def test_the_area_reaches_to_the_last_tick_of_its_highest_row():
    found = profile(tick_volumes(trades_at((10, 10), (25, 10))), ticks_per_row=10)
    assert (found.poc_ticks, found.val_ticks, found.vah_ticks) == (10, 10, 29)


def test_sides_stay_apart_and_all_count_for_the_point_of_control():
    trades = np.concatenate(
        [trades_at((1, 3), side=1), trades_at((2, 2), side=-1), trades_at((2, 2), side=0)]
    )
    found = profile(tick_volumes(trades), ticks_per_row=1)
    assert found.buy_lots.tolist() == [3, 0]
    assert found.sell_lots.tolist() == [0, 2]
    assert found.unknown_lots.tolist() == [0, 2]
    assert found.poc_ticks == 2


def test_nothing_traded_has_no_prices():
    found = profile(tick_volumes(empty_trades()), ticks_per_row=5)
    assert found.row_ticks.size == found.total_lots.size == 0
    assert (found.poc_row, found.val_row, found.vah_row) == (-1, -1, -1)
    assert (found.poc_ticks, found.val_ticks, found.vah_ticks) == (None, None, None)


@pytest.mark.parametrize("ticks_per_row", [0, -1])
def test_a_row_without_height_is_refused(ticks_per_row):
    with pytest.raises(ValueError, match="above zero"):
        profile(tick_volumes(trades_at((1, 1))), ticks_per_row=ticks_per_row)
    with pytest.raises(ValueError, match="above zero"):
        profile(tick_volumes(empty_trades()), ticks_per_row=ticks_per_row)


def test_a_profile_is_made_of_any_volumes_by_tick():
    lots = np.array([1, 2, 3])
    found = profile(TickVolumes(7, lots, lots, 0 * lots), ticks_per_row=1)
    assert found.total_lots.tolist() == [2, 4, 6]
    assert found.poc_ticks == 9
