import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.marking import Edges, beyond, edges, touches

STEPS = st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=30)


def series(steps):
    return np.array([h for _, h in steps], bool), np.cumsum([s for s, _ in steps], dtype=int)


def test_strength_is_nothing_at_the_threshold_and_never_quite_one():
    assert [beyond(each, 5.0) for each in (0.0, 5.0, 10.0, 500.0)] == [0.0, 0.0, 0.5, 0.99]
    assert beyond(3.0, 0.0) == 1.0


def test_a_condition_that_goes_on_begins_once_and_rests():
    holds = np.array([1, 1, 0, 1, 0, 1], bool)
    assert edges(holds, np.array([0, 1, 2, 3, 9, 10]), rest_ns=10).tolist() == [0, 5]
    assert edges(holds, np.array([0, 1, 2, 3, 9, 10]), rest_ns=0).tolist() == [0, 3, 5]


def test_what_held_long_ago_has_ended_even_if_nothing_was_between():
    told = Edges(rest_ns=1, lasts_ns=3)
    yes, at = np.ones(2, bool), np.array([0, 3])
    assert told.after(yes, at).tolist() == [0]
    assert told.after(yes, at + 6).tolist() == []
    assert told.after(yes, at + 13).tolist() == [0]
    assert told.fork().after(yes[:1], at[:1] + 19).tolist() == []
    assert told.fork().after(yes[:1], at[:1] + 20).tolist() == [0]


@given(STEPS, st.integers(0, 6), st.integers(0, 30))
def test_what_comes_later_takes_no_beginning_back(steps, rest_ns, cut):
    holds, ts_ns = series(steps)
    whole = edges(holds, ts_ns, rest_ns=rest_ns)
    part = edges(holds[:cut], ts_ns[:cut], rest_ns=rest_ns)
    assert part.tolist() == whole[whole < cut].tolist()


@pytest.mark.parametrize(
    ("gap", "found"),
    [((0, 10), False), ((0, 11), True), ((15, 16), True), ((19, 40), True), ((20, 40), False)],
)
def test_a_gap_touches_a_span_that_it_shares_an_instant_with(gap, found):
    span = np.array([10]), np.array([20])
    assert touches(*span, [gap]).tolist() == [found]
    assert touches(*span, []).tolist() == [False]
