from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.imbalance import diagonal_imbalance
from tests.support.vectors import vector

LOTS = st.sampled_from([0, 0, 1, 2, 3, 6, 9, 10, 30])
ROWS = st.lists(st.tuples(LOTS, LOTS), max_size=12)


def flags(rows, **how):
    sell, buy = (np.array([row[index] for row in rows], np.int64) for index in (0, 1))
    found = diagonal_imbalance(sell, buy, **({"ratio": Fraction(3)} | how))
    return found.buy.tolist(), found.sell.tolist()


def flags_by_hand(rows, ratio, min_lots, min_difference):
    """Row by row as the definition reads."""
    buy_flags, sell_flags = [], []
    for index, (sell, buy) in enumerate(rows):
        below = rows[index - 1][0] if index > 0 else None
        above = rows[index + 1][1] if index + 1 < len(rows) else None
        for flagged, own, other in ((buy_flags, buy, below), (sell_flags, sell, above)):
            flagged.append(
                other is not None
                and own >= ratio * other
                and own >= min_lots
                and own - other >= min_difference
                and own > 0
            )
    return buy_flags, sell_flags


@pytest.mark.parametrize("bar", [0, 1])
def test_flags_of_the_tape_are_those_of_the_vector(bar):
    rows = vector("footprint-imbalance")["expected"][bar]["rows"]
    found = flags([(row["bid"], row["ask"]) for row in rows], min_lots=4)
    assert found == (
        [row["buy_imbalance"] for row in rows],
        [row["sell_imbalance"] for row in rows],
    )


def test_flags_of_the_stack_are_those_of_the_vector():
    inputs = vector("footprint-stacked")["inputs"]
    expected = vector("footprint-stacked")["expected"]["rows"]
    found = flags([(row["bid"], row["ask"]) for row in inputs], min_lots=5)
    assert found == (
        [row["buy_imbalance"] for row in expected],
        [row["sell_imbalance"] for row in expected],
    )


@given(
    ROWS,
    st.sampled_from([Fraction(1, 2), Fraction(3, 2), Fraction(3), Fraction(2.3)]),
    st.sampled_from([0, 1, 6, 10]),
    st.sampled_from([0, 3, 8]),
)
def test_flags_are_what_the_definition_gives_row_by_row(rows, ratio, min_lots, min_difference):
    found = flags(rows, ratio=ratio, min_lots=min_lots, min_difference_lots=min_difference)
    assert found == flags_by_hand(rows, ratio, min_lots, min_difference)


@given(ROWS)
def test_turning_the_bar_upside_down_swaps_the_sides(rows):
    buy, sell = flags(rows)
    turned_buy, turned_sell = flags([(b, s) for s, b in reversed(rows)])
    assert (buy, sell) == (turned_sell[::-1], turned_buy[::-1])


def test_nothing_on_the_other_side_counts():
    assert flags([(0, 0), (0, 1)])[0] == [False, True]


def test_the_row_outside_the_bar_does_not_count():
    assert flags([(0, 9)]) == ([False], [False])
    assert flags([(9, 9), (0, 0)])[0] == [False, False]


def test_the_ratio_is_a_multiplier_and_reaching_it_is_enough():
    assert flags([(3, 0), (0, 9)])[0] == [False, True]
    assert flags([(3, 0), (0, 8)])[0] == [False, False]


def test_an_empty_cell_is_never_an_imbalance():
    assert flags([(0, 0), (0, 0)]) == ([False, False], [False, False])


def test_the_ratio_is_exact_where_64_bits_are_not():
    big = 2**53
    # 3 * 2**53 * 1024 is just what a signed 64-bit product turns negative at.
    assert flags([(big, 0), (0, 3 * big)], ratio=Fraction(3071, 1024))[0] == [False, True]
    ratio = Fraction(3_000_001, 1_000_000)
    other, least = ratio.denominator * 2**30, ratio.numerator * 2**30
    assert flags([(other, 0), (0, least)], ratio=ratio)[0] == [False, True]
    assert flags([(other, 0), (0, least - 1)], ratio=ratio)[0] == [False, False]


def test_no_rows_have_no_flags():
    assert flags([]) == ([], [])


def test_a_ratio_of_nothing_is_refused():
    with pytest.raises(ValueError, match="above zero"):
        flags([(1, 1)], ratio=Fraction(0))


def test_a_ratio_of_parts_beyond_64_bits_is_compared_even_where_nothing_traded():
    nothing = np.zeros(2, np.int64)
    found = diagonal_imbalance(nothing, nothing, ratio=Fraction(2**64 + 1, 2**63))
    assert not found.buy.any()
    assert not found.sell.any()
