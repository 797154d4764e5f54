import numpy as np
import pytest

from core.calc.nearest_wall import scaled_base, side_walls
from core.domain.arrays import BookSide

TICKS, LOTS = np.array([10_010, 10_020, 10_050]), np.array([5, 16, 99])


def found(least, ticks=TICKS, lots=LOTS):
    return side_walls(ticks, lots, side=BookSide.ASK, middle_ticks=10_000.0, least_lots=least)


def test_the_nearest_wall_is_the_first_level_with_more_than_the_least():
    wall = found(15).nearest
    assert (wall.price_ticks, wall.size_lots, wall.side) == (10_020, 16, BookSide.ASK)
    assert wall.distance_bps == pytest.approx(20.0)
    assert [each.price_ticks for each in found(15).walls] == [10_020, 10_050]


def test_a_level_of_just_the_least_is_none():
    assert found(16).nearest.price_ticks == 10_050
    assert found(99).nearest is None


def test_the_largest_level_is_told_where_no_wall_is():
    side = found(1_000)
    assert (side.walls, side.largest.price_ticks, side.largest.size_lots) == ((), 10_050, 99)
    assert found(1, lots=np.array([7, 7, 7])).largest.price_ticks == 10_010


def test_an_empty_side_has_neither():
    none = np.zeros(0, np.int64)
    side = found(1, ticks=none, lots=none)
    assert (side.walls, side.largest) == ((), None)


def test_bids_are_as_far_below():
    side = side_walls(
        np.array([9_990]), np.array([20]), side=BookSide.BID, middle_ticks=10_000.0, least_lots=15
    )
    assert side.nearest.distance_bps == pytest.approx(10.0)


def test_another_coins_wall_is_worth_as_much_as_that_of_btc():
    assert scaled_base(15.0, 90_000.0, 3_000.0) == 450.0
    assert np.isnan(scaled_base(15.0, float("nan"), 3_000.0))
