from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.imbalance import diagonal_imbalance
from core.calc.imbalance_presets import (
    ATAS,
    EXOCHARTS,
    PRESETS,
    QUANTOWER,
    STRICT,
    Difference,
    Preset,
    Zero,
    differences,
    imbalance_by,
)
from tests.support.vectors import vector

LOTS = st.sampled_from([0, 0, 1, 2, 3, 6, 9, 10, 30])
ROWS = st.lists(st.tuples(LOTS, LOTS), max_size=12)
EXCESS = Preset(
    name="excess",
    excess=True,
    strict=True,
    zero=Zero.COUNTS,
    lower_row=False,
    source="flowsurface",
)


def columns(rows):
    return tuple(np.array([row[index] for row in rows], np.int64) for index in (0, 1))


def by_hand(preset, rows, ratio, least):
    """The marked cells as (row, side), pair by pair as each convention reads."""
    marked = set()
    multiple = ratio + (1 if preset.excess else 0)

    def marks(own, other):
        if (other == 0 and preset.zero is Zero.IGNORED) or own == 0:
            return False
        if preset.strict:
            return own > multiple * other and own > least
        return own >= multiple * other and own >= least

    for low in range(len(rows) - 1):
        sell_below, buy_above = rows[low][0], rows[low + 1][1]
        if marks(buy_above, sell_below):
            marked.add((low if preset.lower_row else low + 1, 1))
        if marks(sell_below, buy_above):
            marked.add((low, -1))
    return marked


@given(
    ROWS,
    st.sampled_from([*PRESETS, EXCESS]),
    st.sampled_from([Fraction(3), Fraction(3, 2)]),
    st.sampled_from([0, 3, 9]),
)
def test_marks_are_what_the_convention_gives_pair_by_pair(rows, preset, ratio, least):
    found = imbalance_by(preset, *columns(rows), ratio=ratio, min_lots=least)
    marked = {(row, 1) for row in np.flatnonzero(found.buy).tolist()}
    marked |= {(row, -1) for row in np.flatnonzero(found.sell).tolist()}
    assert marked == by_hand(preset, rows, ratio, least)


@given(ROWS)
def test_ours_is_the_diagonal_imbalance_itself(rows):
    found = imbalance_by(STRICT, *columns(rows), min_lots=2)
    plain = diagonal_imbalance(*columns(rows), ratio=Fraction(3), min_lots=2)
    assert found.buy.tolist() == plain.buy.tolist()
    assert found.sell.tolist() == plain.sell.tolist()


@given(ROWS, st.sampled_from(PRESETS), st.sampled_from(PRESETS))
def test_the_differences_turn_one_preset_into_the_other(rows, first, second):
    cells = columns(rows)
    one, two = imbalance_by(first, *cells), imbalance_by(second, *cells)
    for each in differences(first, second, *cells):
        flags = one.buy if each.side > 0 else one.sell
        assert flags[each.row] == (each.only == first)
        flags[each.row] = not flags[each.row]
    assert one.buy.tolist() == two.buy.tolist()
    assert one.sell.tolist() == two.sell.tolist()


def test_reaching_the_ratio_is_enough_for_some_and_not_for_others():
    cells = columns([(3, 0), (0, 9)])
    assert differences(STRICT, QUANTOWER, *cells) == [Difference(1, 1, STRICT)]
    assert differences(STRICT, EXOCHARTS, *cells) == []


def test_nothing_on_the_other_side_counts_for_some_and_not_for_others():
    assert differences(STRICT, EXOCHARTS, *columns([(0, 0), (0, 9)])) == [Difference(1, 1, STRICT)]


def test_the_stack_of_the_vector_lies_a_row_lower_where_pairs_are_named_by_their_lower_row():
    inputs = vector("footprint-stacked")["inputs"]
    cells = columns([(row["bid"], row["ask"]) for row in inputs])
    assert np.flatnonzero(imbalance_by(STRICT, *cells, min_lots=5).buy).tolist() == [2, 3, 4, 5, 6]
    # The highest holds just the least volume, which has to be exceeded there.
    assert np.flatnonzero(imbalance_by(ATAS, *cells, min_lots=5).buy).tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("bar", [0, 1])
def test_the_zeros_of_the_vector_are_what_is_left_out_where_a_zero_does_not_count(bar):
    rows = vector("footprint-imbalance")["expected"][bar]["rows"]
    cells = columns([(row["bid"], row["ask"]) for row in rows])
    left_out = {
        (row, side)
        for row, each in enumerate(rows)
        for side, name in ((1, "buy"), (-1, "sell"))
        if each[f"{name}_zero_denominator"] and each[f"{name}_imbalance"]
    }
    found = differences(STRICT, EXOCHARTS, *cells, min_lots=4)
    assert {(each.row, each.side) for each in found} == left_out
    assert {each.only for each in found} <= {STRICT}


def test_a_ratio_of_nothing_is_refused():
    with pytest.raises(ValueError, match="above zero"):
        imbalance_by(QUANTOWER, *columns([(1, 1)]), ratio=Fraction(0))
