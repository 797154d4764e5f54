"""Marks against truths: by hand, and against every way to pair them."""

from itertools import permutations
from math import isnan

from hypothesis import given
from hypothesis import strategies as st

from core.calc.scores import Mark, Score, Tolerance, Truth, per_hour, score, within

HOUR = 3_600 * 10**9
TRUE = Truth(side=1, start_ns=100, end_ns=200, low_ticks=50, high_ticks=60)


def test_a_mark_at_either_end_of_an_event_is_right():
    ends = (Mark(1, 100, 50), Mark(1, 200, 60))
    assert [score([mark], [TRUE]).right for mark in ends] == [1, 1]


def test_a_mark_of_the_other_side_too_early_too_late_too_low_or_too_high_is_wrong():
    off = (Mark(-1, 150, 55), Mark(1, 99, 55), Mark(1, 201, 55), Mark(1, 150, 49), Mark(1, 150, 61))
    assert [score([mark], [TRUE]).right for mark in off] == [0] * 5


def test_what_is_off_by_no_more_than_the_tolerance_is_right():
    near = Tolerance(ns=5, ticks=2)
    assert score([Mark(1, 95, 48)], [TRUE], tolerance=near).right == 1
    assert score([Mark(1, 94, 48)], [TRUE], tolerance=near).right == 0
    assert score([Mark(1, 95, 47)], [TRUE], tolerance=near).right == 0


def test_the_second_mark_of_an_event_is_wrong():
    told = score([Mark(1, 120, 55), Mark(1, 180, 55)], [TRUE])
    assert (told.true, told.marked, told.right) == (1, 2, 1)
    assert (told.precision, told.recall) == (0.5, 1.0)


def test_one_mark_stands_for_one_event_only():
    both = [TRUE, TRUE._replace(start_ns=150)]
    assert score([Mark(1, 160, 55)], both).recall == 0.5


def test_a_mark_leaves_an_event_to_one_that_has_no_other():
    early, late = TRUE, TRUE._replace(start_ns=150, end_ns=300)
    assert score([Mark(1, 160, 55), Mark(1, 120, 55)], [early, late]).right == 2


def test_without_marks_precision_and_without_events_recall_is_not_a_number():
    assert isnan(score([], [TRUE]).precision)
    assert isnan(score([Mark(1, 1, 1)], []).recall)


def test_scores_of_two_markets_add_up():
    assert Score(4, 5, 3) + Score(2, 1, 1) == Score(6, 6, 4)


def test_marks_of_half_open_spans_are_counted_by_the_hour():
    spans = [(0, HOUR), (2 * HOUR, 3 * HOUR)]
    marks = [Mark(1, at, 1) for at in (0, HOUR - 1, HOUR, 2 * HOUR, 3 * HOUR)]
    assert [mark.ts_ns for mark in within(marks, spans)] == [0, HOUR - 1, 2 * HOUR]
    assert per_hour(marks, spans) == 1.5
    assert isnan(per_hour(marks, []))


few = st.integers(0, 6)
some_marks = st.lists(st.builds(Mark, st.sampled_from([1, -1]), few, few), max_size=4)
some_truths = st.lists(
    st.builds(
        lambda side, start, long, low, high: Truth(side, start, start + long, low, low + high),
        st.sampled_from([1, -1]),
        few,
        few,
        few,
        few,
    ),
    max_size=4,
)


def fits(mark, truth):
    return (
        mark.side == truth.side
        and truth.start_ns <= mark.ts_ns <= truth.end_ns
        and truth.low_ticks <= mark.price_ticks <= truth.high_ticks
    )


@given(some_marks, some_truths)
def test_no_other_way_to_pair_them_has_more_pairs(marks, truths):
    padded = [*truths, *[None] * len(marks)]
    best = max(
        sum(
            truth is not None and fits(mark, truth) for mark, truth in zip(marks, way, strict=False)
        )
        for way in permutations(padded, len(marks))
    )
    assert score(marks, truths).right == best
