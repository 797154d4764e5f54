from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.trailing import Trailing, Usual, quantile, rank, trailing_quantile, trailing_rank

NAN = float("nan")
VALUES = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from([0.0, 1.0, 1.0, 2.5, 7.0, NAN])), max_size=40
)


def series(steps):
    ts_ns = np.cumsum([step for step, _ in steps], dtype=np.int64)
    return ts_ns, np.array([value for _, value in steps], float)


def before(ts_ns, values, index, window_ns):
    return sorted(
        float(values[j])
        for j in range(index)
        if ts_ns[index] - ts_ns[j] <= window_ns and not np.isnan(values[j])
    )


@given(VALUES, st.sampled_from([Fraction(1, 2), Fraction(7, 10), Fraction(99, 100)]))
def test_the_quantile_is_that_of_the_values_before_within_the_window(steps, frac):
    ts_ns, values = series(steps)
    found = trailing_quantile(ts_ns, values, Usual(frac, window_ns=9, least=3))
    for index in range(values.size):
        earlier = before(ts_ns, values, index, 9)
        if len(earlier) < 3:
            assert np.isnan(found[index])
            continue
        enough = [v for v in earlier if sum(w <= v for w in earlier) >= frac * len(earlier)]
        assert found[index] == enough[0]


@given(VALUES)
def test_the_rank_is_the_share_of_the_values_before_that_are_exceeded(steps):
    ts_ns, values = series(steps)
    found = trailing_rank(ts_ns, values, Usual(window_ns=9, least=2))
    for index, value in enumerate(values):
        earlier = before(ts_ns, values, index, 9)
        if len(earlier) < 2 or np.isnan(value):
            assert np.isnan(found[index])
            continue
        below = sum(w < value for w in earlier) + sum(w == value for w in earlier) / 2
        assert found[index] == pytest.approx(below / len(earlier))


@given(VALUES, st.integers(0, 40))
def test_what_comes_later_changes_nothing(steps, cut):
    ts_ns, values = series(steps)
    usual = Usual(Fraction(1, 2), window_ns=9, least=2)
    whole = trailing_quantile(ts_ns, values, usual)[:cut]
    np.testing.assert_array_equal(trailing_quantile(ts_ns[:cut], values[:cut], usual), whole)


@given(VALUES, st.integers(0, 40))
def test_values_told_in_pieces_are_judged_as_all_at_once(steps, cut):
    ts_ns, values = series(steps)
    usual = Usual(Fraction(1, 2), window_ns=9, least=2)
    judges = quantile(Fraction(1, 2)), quantile(Fraction(9, 10)), rank
    whole = Trailing(usual, *judges).after(ts_ns, values)
    told = Trailing(usual, *judges)
    first = told.after(ts_ns[:cut], values[:cut])
    ahead = told.fork().after(ts_ns[cut:], values[cut:])
    then = told.after(ts_ns[cut:], values[cut:])
    np.testing.assert_array_equal(np.concatenate([first, then], axis=1), whole)
    np.testing.assert_array_equal(ahead, then)


def test_values_that_are_too_old_are_forgotten_however_many_there_are():
    ts_ns, values = np.arange(5_000), np.arange(5_000) % 97 * 1.0
    found = trailing_quantile(ts_ns, values, Usual(Fraction(1, 2), window_ns=2_500, least=1))
    for at in (1, 2_400, 2_600, 4_999):
        ordered = np.sort(values[max(at - 2_500, 0) : at])
        assert found[at] == ordered[-(-ordered.size // 2) - 1]


def test_a_spike_does_not_raise_its_own_bar():
    usual = Usual(Fraction(99, 100), least=3)
    found = trailing_quantile(np.arange(5), np.array([1.0, 1, 1, 1_000, 1]), usual)
    assert found[3:].tolist() == [1.0, 1_000.0]


def test_how_many_values_are_needed_grows_with_the_quantile():
    assert Usual(Fraction(7, 10)).needed == 500
    assert Usual(Fraction(99, 100)).needed == 500
    assert Usual(Fraction(999, 1000)).needed == 5_000
    assert Usual(least=7).needed == 7


def test_of_no_values_there_is_no_quantile():
    assert trailing_quantile(np.zeros(0, np.int64), np.zeros(0), Usual()).size == 0


HOUR_NS = 3_600 * 10**9
DAY_NS = 24 * HOUR_NS


def hourly_by_hand(ts_ns, values, index, usual):
    """The values that one is held against, with a plain list of all that were before."""
    at_ns = int(ts_ns[index])
    known = [(int(ts_ns[j]), float(values[j])) for j in range(index) if not np.isnan(values[j])]
    recent = [value for when, value in known if when >= at_ns - usual.window_ns]
    days = {when // DAY_NS for when, _ in known}
    hour = at_ns // HOUR_NS % 24
    same = [
        value
        for when, value in known
        if when // HOUR_NS % 24 == hour and when >= at_ns - usual.days * DAY_NS
    ]
    has_days = all(at_ns // DAY_NS - back in days for back in range(1, usual.days + 1))
    return sorted(same if has_days and len(same) >= usual.needed else recent)


LONG = st.lists(
    st.tuples(
        st.sampled_from([0, HOUR_NS // 2, HOUR_NS, DAY_NS - HOUR_NS, DAY_NS, 2 * DAY_NS]),
        st.sampled_from([0.0, 1.0, 2.5, 7.0, NAN]),
    ),
    max_size=60,
)


@given(LONG, st.integers(0, 23), st.integers(0, 60), st.integers(1, 3))
def test_where_days_are_known_a_value_is_held_against_its_hour_of_them(steps, hour, cut, least):
    ts_ns, values = series(steps)
    ts_ns += hour * HOUR_NS
    usual = Usual(Fraction(1, 2), window_ns=DAY_NS, least=least, days=2)
    told = Trailing(usual)
    found = told.after(ts_ns[:cut], values[:cut])[0]
    ahead = told.fork().after(ts_ns[cut:], values[cut:])[0]
    found = np.append(found, told.after(ts_ns[cut:], values[cut:])[0])
    np.testing.assert_array_equal(ahead, found[cut:])
    for index in range(values.size):
        earlier = hourly_by_hand(ts_ns, values, index, usual)
        wanted = earlier[-(-len(earlier) // 2) - 1] if len(earlier) >= least else NAN
        np.testing.assert_equal(found[index], wanted)


def test_a_loud_hour_of_the_day_does_not_drown_a_quiet_one():
    ts_ns = np.arange(0, 7 * DAY_NS, 60 * 10**9)
    is_loud = ts_ns // HOUR_NS % 24 == 14
    values = np.where(is_loud, 1_000.0, 1.0) * (1 + np.arange(ts_ns.size) % 10)
    rare = Usual(Fraction(99, 100), least=100)
    plain = trailing_quantile(ts_ns, values, rare)
    by_hour = trailing_quantile(ts_ns, values, replace(rare, days=5))
    last = ts_ns >= 6 * DAY_NS
    assert set(plain[last]) == {8_000.0}
    assert set(by_hour[last & is_loud]) == {10_000.0}
    assert set(by_hour[last & ~is_loud]) == {10.0}
    early = ts_ns < 5 * DAY_NS
    np.testing.assert_array_equal(by_hour[early], plain[early])


def test_hours_of_days_are_forgotten_and_cost_a_copy_little():
    told = Trailing(Usual(window_ns=DAY_NS, least=1, days=2))
    for day in range(6):
        at_ns = day * DAY_NS + np.arange(2_000) * 40 * 10**9
        told.after(at_ns, np.arange(2_000.0))
    cells = told._hours._cells
    assert sum(len(each.ranked) for each in cells) <= 3 * 2_000
    twin = told.fork()
    twin.after(np.array([6 * DAY_NS]), np.array([1.0]))
    assert sum(a is not b for a, b in zip(cells, twin._hours._cells, strict=True)) == 1
