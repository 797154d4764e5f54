from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.value_area import poc_row, value_area
from core.calc.value_area_rule import (
    MARKET_PROFILE,
    QUANTICK,
    SINGLE_ROW,
    TWO_ROW,
    TWO_ROW_68,
    TWO_ROW_DOWN,
    Hole,
    Tie,
    ValueAreaRule,
    value_area_by,
)
from tests.support.vectors import vector, vector_ids, whole

WITH_PRICES = [each for each in vector_ids("value-area-") if each != "value-area-published-dalton"]
RULES = {
    "two_row": TWO_ROW,
    "single_row": SINGLE_ROW,
    "two_row_tie_down": TWO_ROW_DOWN,
    "two_row_partial_pair_tie_down_printed_rows": QUANTICK,
    "MarketProfile_0_2_0": MARKET_PROFILE,
}
VOLUMES = st.lists(st.sampled_from([0, 0, 1, 2, 3, 5, 10, 10, 40]), min_size=1, max_size=25)
ANY_RULE = st.builds(
    ValueAreaRule,
    frac=st.sampled_from([Fraction(7, 10), Fraction(68, 100), Fraction(1, 3), Fraction(1)]),
    step_rows=st.integers(1, 3),
    tie=st.sampled_from(list(Tie)),
    hole=st.sampled_from(list(Hole)),
    as_needed=st.booleans(),
    beyond=st.booleans(),
)


def dense(vector_id):
    """Lowest price of a vector and its volumes row by row."""
    inputs = vector(vector_id)["inputs"]
    low, high = inputs[0]["price"], inputs[-1]["price"]
    lots = np.zeros(high - low + 1, np.int64)
    for each in inputs:
        lots[each["price"] - low] = whole(each["volume"])
    return low, lots


@pytest.mark.parametrize("vector_id", WITH_PRICES)
@pytest.mark.parametrize("name", RULES)
def test_the_area_of_every_platform_is_that_of_the_vector(vector_id, name):
    low, lots = dense(vector_id)
    poc = poc_row(lots)
    val, vah = value_area_by(lots, poc=poc, rule=RULES[name])
    expected = vector(vector_id)["expected"][name]
    assert (low + poc, low + val, low + vah) == (expected["poc"], expected["val"], expected["vah"])
    share = lots[val : vah + 1].sum() / lots.sum()
    assert share == pytest.approx(expected.get("share", share), rel=1e-12)


def test_the_first_two_decisions_are_those_published_by_dalton():
    given_volumes = vector("value-area-published-dalton")["inputs"]
    above, below = given_volumes["two_above"], given_volumes["two_below"]
    lots = np.array([0, 1, below, 0, given_volumes["high_volume"], 0, above], np.int64)
    first = Fraction(int(lots[2:5].sum()), int(lots.sum()))
    assert value_area_by(lots, poc=4, rule=ValueAreaRule(frac=first)) == (2, 4)
    # The pair above lost, and wins against the next pair below.
    assert value_area_by(lots, poc=4, rule=ValueAreaRule(frac=first + Fraction(1, 10**9))) == (2, 6)


def test_sixty_eight_per_cent_may_be_narrower():
    lots = np.array([1, 1, 68, 15, 15], np.int64)
    assert value_area_by(lots, poc=2, rule=TWO_ROW_68) == (2, 2)
    assert value_area_by(lots, poc=2) == (2, 4)


@given(VOLUMES, st.sampled_from([Fraction(7, 10), Fraction(68, 100), Fraction(1)]))
def test_our_rule_is_the_value_area_itself(volumes, frac):
    lots = np.array(volumes)
    poc = poc_row(lots)
    for step in (1, 2, 3):
        rule = ValueAreaRule(frac=frac, step_rows=step)
        expected = value_area(lots, poc=poc, frac=frac, step_rows=step)
        assert value_area_by(lots, poc=poc, rule=rule) == expected


@given(VOLUMES, ANY_RULE)
def test_every_rule_reaches_its_share_or_the_ends(volumes, rule):
    lots = np.array(volumes)
    poc = poc_row(lots)
    if poc < 0:
        assert value_area_by(lots, poc=poc, rule=rule) == (-1, -1)
        return
    val, vah = value_area_by(lots, poc=poc, rule=rule)
    held = int(lots[val : vah + 1].sum())
    assert val <= poc <= vah
    assert lots[val] > 0
    assert lots[vah] > 0
    assert held >= rule.frac * lots.sum()
    assert not rule.beyond or held > rule.frac * lots.sum() or held == lots.sum()


@given(VOLUMES, ANY_RULE)
def test_upside_down_a_tie_goes_the_other_way(volumes, rule):
    lots = np.array(volumes)
    poc = poc_row(lots)
    if poc >= 0:
        other = Tie.DOWN if rule.tie is Tie.UP else Tie.UP
        mirrored = ValueAreaRule(
            rule.frac, rule.step_rows, other, rule.hole, rule.as_needed, rule.beyond
        )
        last = lots.size - 1
        val, vah = value_area_by(lots, poc=poc, rule=rule)
        assert value_area_by(lots[::-1], poc=last - poc, rule=mirrored) == (last - vah, last - val)


@pytest.mark.parametrize("wrong", [{"frac": Fraction(0)}, {"frac": Fraction(2)}, {"step_rows": 0}])
def test_a_share_or_step_out_of_range_is_refused(wrong):
    with pytest.raises(ValueError, match="must be in"):
        ValueAreaRule(**wrong)
