import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.calc.imbalance_presets import (
    ATAS,
    EXOCHARTS,
    PRESETS,
    QUANTOWER,
    STRICT,
    Difference,
    differences,
    imbalance_by,
)
from core.calc.imbalance_reasons import Reason, Why, compare

LOTS = st.sampled_from([0, 0, 1, 2, 3, 6, 9, 10, 30])
ROWS = st.lists(st.tuples(LOTS, LOTS), max_size=12)


def columns(*rows):
    return tuple(np.array([row[index] for row in rows], np.int64) for index in (0, 1))


def test_reaching_the_multiple_is_not_enough_for_quantower():
    found = compare(STRICT, QUANTOWER, *columns((13, 0), (0, 39)))
    assert found.reasons == (Reason(1, 1, STRICT, QUANTOWER, 39, 13, Why.RATIO),)
    assert (found.first_marks, found.second_marks) == (1, 0)


def test_nothing_on_the_other_side_does_not_count_for_exocharts():
    found = compare(EXOCHARTS, STRICT, *columns((9, 0), (0, 0)))
    assert found.reasons == (Reason(0, -1, STRICT, EXOCHARTS, 9, 0, Why.ZERO),)


def test_the_least_volume_must_be_exceeded_where_the_convention_is_strict():
    found = compare(STRICT, QUANTOWER, *columns((5, 0), (0, 0)), min_lots=5)
    assert found.reasons == (Reason(0, -1, STRICT, QUANTOWER, 5, 0, Why.LEAST),)


def test_atas_writes_the_same_pair_a_row_lower_with_the_same_two_numbers():
    found = compare(STRICT, ATAS, *columns((13, 0), (0, 42)))
    assert found.reasons == (
        Reason(0, 1, ATAS, STRICT, 42, 13, Why.ELSEWHERE),
        Reason(1, 1, STRICT, ATAS, 42, 13, Why.ELSEWHERE),
    )
    assert (found.first_marks, found.second_marks) == (1, 1)


@given(ROWS, st.sampled_from(PRESETS), st.sampled_from(PRESETS), st.sampled_from([0, 3, 9]))
def test_there_is_a_reason_for_each_difference_and_the_counts_are_the_marks(
    rows, first, second, least
):
    cells = columns(*rows)
    found = compare(first, second, *cells, min_lots=least)
    changed = [Difference(each.row, each.side, each.only) for each in found.reasons]
    assert changed == differences(first, second, *cells, min_lots=least)
    for preset, count in ((first, found.first_marks), (second, found.second_marks)):
        marks = imbalance_by(preset, *cells, min_lots=least)
        assert count == marks.buy.sum() + marks.sell.sum()
    if not first.lower_row and not second.lower_row:
        assert all(each.why is not Why.ELSEWHERE for each in found.reasons)
