import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.imbalance import diagonal_imbalance
from core.calc.stacked import stacked
from tests.support.vectors import vector


def by_hand(flags, least):
    found, run = [], []
    for row, flag in enumerate([*flags, False]):
        if flag:
            run.append(row)
            continue
        if len(run) >= least:
            found.append((run[0], run[-1]))
        run = []
    return found


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_the_stacks_are_those_of_the_vector(side):
    case = vector("footprint-stacked")
    sell, buy = (np.array([row[key] for row in case["inputs"]]) for key in ("bid", "ask"))
    flags = diagonal_imbalance(sell, buy, ratio=3, min_lots=5)
    prices = [row["price"] for row in case["inputs"]]
    found = [[prices[a], prices[b]] for a, b in stacked(getattr(flags, side), least=3)]
    assert found == case["expected"][f"stacked_{side}"]


@pytest.mark.parametrize("bar", [0, 1])
def test_a_bar_of_the_vector_without_stacks_has_none(bar):
    expected = vector("footprint-imbalance")["expected"][bar]
    for side in ("buy", "sell"):
        flags = np.array([row[f"{side}_imbalance"] for row in expected["rows"]])
        assert stacked(flags, least=3) == expected[f"stacked_{side}"]


@given(st.lists(st.booleans(), max_size=20), st.integers(1, 4))
def test_stacks_are_what_going_row_by_row_gives(flags, least):
    assert stacked(np.array(flags, np.bool_), least=least) == by_hand(flags, least)


def test_a_row_between_breaks_the_stack():
    assert stacked(np.array([True, True, False, True, True])) == []


def test_a_stack_of_no_rows_is_refused():
    with pytest.raises(ValueError, match="at least one row"):
        stacked(np.array([True]), least=0)
