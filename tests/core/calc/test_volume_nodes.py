import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.volume_nodes import (
    ADAPTIVE,
    NOT_SMOOTHED,
    NodeRule,
    summits_within,
    volume_nodes,
)
from tests.support.vectors import vector

VOLUMES = st.lists(st.sampled_from([0, 1, 2, 3, 5, 8, 8, 13, 40]), min_size=0, max_size=40)
EVERY = NodeRule(least_sigma_rows=0.0, sigma_frac=0.0, prominence_frac=0.0)


def prominences_by_hand(lots):
    """Row and prominence of every summit, walking outwards as scipy's find_peaks describes it."""
    found, row = {}, 1
    while row < len(lots) - 1:
        end = row
        while end < len(lots) - 1 and lots[end + 1] == lots[row]:
            end += 1
        if lots[row - 1] < lots[row] and end < len(lots) - 1 and lots[end + 1] < lots[row]:
            middle = (row + end) // 2
            passes = []
            for step in (-1, 1):
                at, least = middle, lots[middle]
                while 0 <= at < len(lots) and lots[at] <= lots[middle]:
                    least = min(least, lots[at])
                    at += step
                passes.append(least)
            found[middle] = lots[middle] - max(passes)
        row = end + 1
    return found


def test_nodes_are_those_of_the_vector():
    lots = np.array(vector("hvn-lvn")["inputs"], np.int64)
    expected = vector("hvn-lvn")["expected"]
    found = volume_nodes(lots, rule=NOT_SMOOTHED)
    tolerance = vector("hvn-lvn")["rel_tol"]
    for nodes, kind in ((found.high, "hvn"), (found.low, "lvn")):
        assert [node.row for node in nodes] == expected[kind]
        assert [node.prominence_lots for node in nodes] == pytest.approx(
            expected[f"{kind}_prominence"], rel=tolerance
        )


def test_a_node_reaches_as_far_as_half_of_its_prominence():
    lots = np.array(vector("hvn-lvn")["inputs"], np.int64)
    found = volume_nodes(lots, rule=NOT_SMOOTHED)
    # Above 35 - 16.5, above 27 - 11.5, and below 4 + 11.5.
    assert [(node.first_row, node.last_row) for node in found.high] == [(3, 5), (12, 14)]
    assert [(node.first_row, node.last_row) for node in found.low] == [(7, 11)]


@given(VOLUMES)
def test_peaks_and_valleys_are_what_walking_outwards_gives(volumes):
    found = volume_nodes(np.array(volumes, np.int64), rule=EVERY)
    peaks = prominences_by_hand(volumes)
    assert {node.row: node.prominence_lots for node in found.high} == peaks
    valleys = prominences_by_hand([-each for each in volumes])
    between = {
        row: each for row, each in valleys.items() if peaks and min(peaks) < row < max(peaks)
    }
    assert {node.row: node.prominence_lots for node in found.low} == between


@given(VOLUMES)
def test_valleys_lie_between_peaks_and_nodes_hold_their_row(volumes):
    for rule in (ADAPTIVE, NOT_SMOOTHED):
        found = volume_nodes(np.array(volumes, np.int64), rule=rule)
        for node in (*found.high, *found.low):
            assert 0 <= node.first_row <= node.row <= node.last_row < len(volumes)
        peaks = [node.row for node in found.high]
        assert all(peaks[0] < node.row < peaks[-1] for node in found.low)


@given(VOLUMES, st.integers(1, 1000))
def test_ten_times_the_volume_has_the_same_nodes(volumes, factor):
    lots = np.array(volumes, np.int64)
    rows = [node.row for node in volume_nodes(lots, rule=NOT_SMOOTHED).high]
    scaled = volume_nodes(lots * factor, rule=NOT_SMOOTHED).high
    assert [node.row for node in scaled] == rows


def test_of_two_peaks_side_by_side_the_higher_is_kept():
    lots = np.array([0, 9, 0, 10, 0, 0, 0, 0, 7, 0], np.int64)
    near = NodeRule(least_sigma_rows=0.01, sigma_frac=0.0, apart_sigmas=300.0)
    assert [node.row for node in volume_nodes(lots, rule=near).high] == [3, 8]


def test_peaks_just_as_far_apart_as_they_must_be_are_both_kept():
    lots = np.array([0, 9, 0, 0, 10, 0], np.int64)
    for sigmas, kept in ((300.0, [1, 4]), (301.0, [4])):
        rule = NodeRule(least_sigma_rows=0.01, sigma_frac=0.0, apart_sigmas=sigmas)
        assert [node.row for node in volume_nodes(lots, rule=rule).high] == kept


def test_a_row_at_half_of_the_prominence_is_no_longer_of_the_node():
    (node,) = volume_nodes(np.array([0, 5, 10, 6, 0], np.int64), rule=NOT_SMOOTHED).high
    assert (node.first_row, node.last_row) == (2, 3)


def test_a_peak_of_just_the_least_prominence_is_a_node():
    lots = np.array([0, 100, 90, 100, 0], np.int64)
    assert [node.row for node in volume_nodes(lots, rule=NOT_SMOOTHED).low] == [2]
    lots[2] = 91
    assert volume_nodes(lots, rule=NOT_SMOOTHED).low == ()


def test_one_big_print_beside_a_market_is_smoothed_not_lost():
    lots = np.zeros(60, np.int64)
    lots[10:30] = 100
    lots[20] = 130
    lots[45] = 200
    found = volume_nodes(lots)
    assert [node.row for node in found.high] == [20, 45]
    assert 29 < found.low[0].row < 45


def test_ripples_below_a_tenth_of_the_poc_are_no_nodes():
    lots = np.array([0, 100, 95, 100, 94, 50, 55, 0], np.int64)
    found = volume_nodes(lots, rule=NOT_SMOOTHED)
    assert found.low == ()
    assert all(node.prominence_lots >= 10 for node in found.high)


@pytest.mark.parametrize("volumes", [[], [5], [5, 5], [0, 0, 0], [1, 2, 3]])
def test_without_a_slope_on_both_sides_there_is_no_node(volumes):
    lots = np.array(volumes, np.int64)
    assert volume_nodes(lots, rule=NOT_SMOOTHED).high == ()
    assert volume_nodes(lots, rule=NOT_SMOOTHED).low == ()


@given(VOLUMES, st.integers(1, 5))
def test_sierras_peaks_are_larger_than_all_rows_near_them(volumes, rows):
    found = summits_within(np.array(volumes, np.int64), rows=rows)
    expected = []
    for row, each in enumerate(volumes):
        beside = volumes[max(row - rows, 0) : row] + volumes[row + 1 : row + 1 + rows]
        if all(each > other for other in [*beside, 0]):
            expected.append(row)
    assert found.tolist() == expected
