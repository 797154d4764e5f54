"""Sorted numbers against a sorted list, and copies that go their own ways."""

from bisect import bisect_left, bisect_right

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc import ranked as ranked_module
from core.calc.ranked import Ranked

STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=200)


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(ranked_module, "_MOST", 4)


def step(ranked, plain, *, adds, number):
    if adds or not plain:
        ranked.add(float(number))
        plain.append(float(number))
    else:
        gone = plain.pop(number % len(plain))
        ranked.drop(gone)


def check(ranked, plain):
    ordered = sorted(plain)
    assert len(ranked) == len(ordered)
    assert [ranked.at(index) for index in range(len(ordered))] == ordered
    for value in (-1.0, 0.0, 7.0, 7.5, 31.0):
        assert ranked.below(value) == bisect_left(ordered, value)
        assert ranked.up_to(value) == bisect_right(ordered, value)


@given(STEPS)
def test_it_is_a_sorted_list(steps):
    ranked, plain = Ranked(), []
    for adds, number in steps:
        step(ranked, plain, adds=adds, number=number)
    check(ranked, plain)


@given(STEPS, STEPS, STEPS)
def test_what_is_done_to_a_copy_does_not_show_in_the_other(first, here, there):
    ranked, plain = Ranked(), []
    for adds, number in first:
        step(ranked, plain, adds=adds, number=number)
    twin, its = ranked.fork(), plain.copy()
    for steps, each, held in ((here, ranked, plain), (there, twin, its)):
        for adds, number in steps:
            step(each, held, adds=adds, number=number)
    check(ranked, plain)
    check(twin, its)


def test_a_rank_beyond_the_last_is_refused():
    ranked = Ranked()
    ranked.add(1.0)
    with pytest.raises(IndexError, match="no number of rank 1"):
        ranked.at(1)


def test_many_numbers_stay_in_order():
    rng = np.random.default_rng(3)
    ranked, values = Ranked(), rng.integers(0, 500, 3_000).astype(float)
    for value in values.tolist():
        ranked.add(value)
    check(ranked, values.tolist())
