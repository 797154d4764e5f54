import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.calc.held import held

TOLD_NS = np.array([100, 200, 450])
VALUES = np.array([1.0, 2.0, 3.0])


def at(*ends_ns, hold_ns=1_000, gaps_ns=()):
    return held(TOLD_NS, VALUES, np.array(ends_ns), hold_ns=hold_ns, gaps_ns=gaps_ns).tolist()


def nan_as_none(values):
    return [None if value != value else value for value in values]  # noqa: PLR0124


def test_a_bar_has_the_newest_value_told_before_its_end():
    assert at(101, 200, 201, 450, 451, 900) == [1.0, 1.0, 2.0, 2.0, 3.0, 3.0]


def test_before_the_first_value_nothing_is_known():
    assert nan_as_none(at(50, 100)) == [None, None]


def test_a_value_that_is_too_old_is_missing_and_not_zero():
    assert nan_as_none(at(300, 301, 550, 551, hold_ns=100)) == [2.0, None, 3.0, None]


def test_a_value_does_not_hold_beyond_a_gap_until_the_next_one_is_told():
    gap = (250, 400)
    assert nan_as_none(at(240, 250, 251, 390, 430, 451, gaps_ns=[gap])) == [
        2.0,
        2.0,
        None,
        None,
        None,
        3.0,
    ]


def test_several_numbers_told_at_once_are_held_together():
    pairs = np.array([[1.0, 10.0], [2.0, np.nan]])
    found = held(np.array([100, 200]), pairs, np.array([150, 250, 90]), hold_ns=1_000)
    assert found[0].tolist() == [1.0, 10.0]
    assert nan_as_none(found[1]) == [2.0, None]
    assert nan_as_none(found[2]) == [None, None]


def test_of_nothing_told_nothing_is_known():
    found = held(np.zeros(0, np.int64), np.zeros((0, 3)), np.array([5]), hold_ns=1)
    assert found.shape == (1, 3)
    assert np.isnan(found).all()


@given(
    st.lists(st.integers(0, 60), max_size=12),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), max_size=3),
    st.integers(1, 30),
)
def test_every_bar_agrees_with_looking_back_one_value_at_a_time(told, gaps, hold_ns):
    ts_ns = np.array(sorted(told), np.int64)
    values = np.arange(ts_ns.size) + 1.0
    spans = [(start, start + length) for start, length in gaps]
    ends = np.arange(0, 80, 7)
    found = held(ts_ns, values, ends, hold_ns=hold_ns, gaps_ns=spans)
    for end, value in zip(ends, nan_as_none(found), strict=True):
        earlier = [(when, each) for when, each in zip(ts_ns, values, strict=True) if when < end]
        expected = earlier[-1][1] if earlier else None
        if earlier:
            when = earlier[-1][0]
            if end - when > hold_ns or any(when < to and end > start for start, to in spans):
                expected = None
        assert value == expected
