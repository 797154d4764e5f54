from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.value_area import poc_row, value_area
from tests.support.vectors import vector, vector_ids, whole

WITH_PRICES = [each for each in vector_ids("value-area-") if each != "value-area-published-dalton"]
VOLUMES = st.lists(st.sampled_from([0, 0, 1, 2, 3, 5, 10, 10, 40]), min_size=1, max_size=25)


def dense(vector_id):
    """Lowest price of a vector and its volumes row by row."""
    inputs = vector(vector_id)["inputs"]
    low, high = inputs[0]["price"], inputs[-1]["price"]
    lots = np.zeros(high - low + 1, np.int64)
    for each in inputs:
        lots[each["price"] - low] = whole(each["volume"])
    return low, lots


def area_of(lots, **how):
    poc = poc_row(lots)
    return poc, *value_area(lots, poc=poc, **how)


def poc_by_hand(lots):
    traded = [row for row, each in enumerate(lots) if each]
    middle = Fraction(traded[0] + traded[-1], 2)
    return min(range(len(lots)), key=lambda row: (-lots[row], abs(row - middle), row))


def area_by_hand(lots, frac, step):
    """The numbered steps of the definition, with a set of rows."""
    poc = poc_by_hand(lots)
    area, target = {poc}, frac * sum(lots)
    while sum(lots[row] for row in area) < target:
        top, bottom = max(area), min(area)
        above = [row for row in range(top + 1, top + 1 + step) if row < len(lots)]
        below = [row for row in range(bottom - step, bottom) if row >= 0]
        volume_above, volume_below = (sum(lots[row] for row in rows) for rows in (above, below))
        if volume_above == volume_below == 0:
            area.update(above, below)
        elif volume_above >= volume_below:
            area.update(above)
        else:
            area.update(below)
    kept = [row for row in area if lots[row]]
    return poc, min(kept), max(kept)


@pytest.mark.parametrize("vector_id", WITH_PRICES)
def test_the_two_row_area_is_that_of_the_vector(vector_id):
    low, lots = dense(vector_id)
    expected = vector(vector_id)["expected"]["two_row"]
    poc, val, vah = area_of(lots)
    assert (low + poc, low + val, low + vah) == (expected["poc"], expected["val"], expected["vah"])
    assert lots[val : vah + 1].sum() / lots.sum() == pytest.approx(expected["share"])


# In the vector of the gap the single-row variant takes an empty row as a step up. Here a gap is no
# direction, whatever the step: the next test has its rows.
@pytest.mark.parametrize("vector_id", [x for x in WITH_PRICES if x != "value-area-gap-inside"])
def test_the_single_row_area_is_that_of_the_vector(vector_id):
    low, lots = dense(vector_id)
    expected = vector(vector_id)["expected"]["single_row"]
    assert [low + row for row in area_of(lots, step_rows=1)] == [
        expected[name] for name in ("poc", "val", "vah")
    ]


def test_single_rows_step_over_a_gap_on_both_sides_at_once():
    low, lots = dense("value-area-gap-inside")
    assert [low + row for row in area_of(lots, step_rows=1)] == [105, 101, 107]


def test_the_first_two_decisions_are_those_published_by_dalton():
    given_volumes = vector("value-area-published-dalton")["inputs"]
    above, below = given_volumes["two_above"], given_volumes["two_below"]
    poc_lots = given_volumes["high_volume"]

    def rows(next_below):
        return np.array(
            [
                next_below,
                0,
                below // 2,
                below - below // 2,
                poc_lots,
                above // 2,
                above - above // 2,
            ]
        )

    first_step = Fraction(poc_lots + below, int(rows(0).sum()))
    assert value_area(rows(0), poc=4, frac=first_step) == (2, 4)
    # The pair above lost, and stays a candidate: it wins against a smaller next pair below only.
    for next_below, expected in ((above - 1, (2, 6)), (above + 1, (0, 4))):
        lots = rows(next_below)
        second_step = Fraction(poc_lots + below + 1, int(lots.sum()))
        assert value_area(lots, poc=4, frac=second_step) == expected


@given(VOLUMES, st.sampled_from([Fraction(7, 10), Fraction(68, 100), Fraction(1, 3), Fraction(1)]))
def test_the_area_is_what_the_numbered_steps_give(volumes, frac):
    if any(volumes):
        for step in (1, 2, 3):
            found = area_of(np.array(volumes), frac=frac, step_rows=step)
            assert found == area_by_hand(volumes, frac, step)


@given(VOLUMES)
def test_the_area_holds_the_share_and_the_point_of_control(volumes):
    lots = np.array(volumes)
    poc, val, vah = area_of(lots)
    if poc >= 0:
        assert val <= poc <= vah
        assert 10 * lots[val : vah + 1].sum() >= 7 * lots.sum()
        assert lots[val] > 0
        assert lots[vah] > 0


@given(VOLUMES, st.integers(0, 5), st.integers(0, 5))
def test_empty_rows_at_the_ends_change_nothing(volumes, before, after):
    padded = np.array([0] * before + volumes + [0] * after)
    poc, val, vah = area_of(np.array(volumes))
    expected = (poc, val, vah) if poc < 0 else (poc + before, val + before, vah + before)
    assert area_of(padded) == expected


def test_the_share_is_compared_exactly_where_floats_cannot():
    big = 2**53
    lots = np.array([7 * big, 3 * big])
    assert value_area(lots, poc=0) == (0, 0)
    assert value_area(np.array([7 * big - 1, 3 * big + 1]), poc=0) == (0, 1)


@pytest.mark.parametrize(
    ("volumes", "expected"),
    [
        ([5, 1, 1, 5], 0),  # as far from the middle: the lower
        ([5, 1, 5, 1, 1], 2),  # nearest the middle
        ([0, 0, 5, 1, 5, 1, 1, 0], 4),  # the middle of what traded
        ([3], 0),
        ([0, 0], -1),
        ([], -1),
    ],
)
def test_a_tie_for_the_point_of_control_has_a_rule(volumes, expected):
    assert poc_row(np.array(volumes, np.int64)) == expected


def test_nothing_traded_has_no_area():
    assert area_of(np.zeros(3, np.int64)) == (-1, -1, -1)


@pytest.mark.parametrize("wrong", [{"frac": Fraction(0)}, {"frac": Fraction(2)}, {"step_rows": 0}])
def test_a_share_or_step_out_of_range_is_refused(wrong):
    with pytest.raises(ValueError, match="must be in"):
        value_area(np.ones(3, np.int64), poc=1, **wrong)
