from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.sessions import NEVER, NO_SESSIONS, UTC_DAYS, Period, Sessions

H = 3_600_000_000_000


def at(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000_000


def same(sessions, *texts):
    """For each moment after the first, whether it is in the session of the one before."""
    index = sessions.index(np.array([at(text) for text in texts]))
    return (np.diff(index) == 0).tolist()


def test_a_day_is_the_utc_day():
    assert same(UTC_DAYS, "2026-11-20 00:00", "2026-11-20 23:59:59", "2026-11-21 00:00") == [
        True,
        False,
    ]


def test_a_week_begins_on_monday():
    weeks = Sessions(Period.WEEK)
    assert same(weeks, "2026-11-16 00:00", "2026-11-22 23:59:59", "2026-11-23 00:00") == [
        True,
        False,
    ]


def test_a_month_is_as_long_as_the_calendar_says():
    months = Sessions(Period.MONTH)
    assert same(months, "2028-02-01", "2028-02-29 23:59", "2028-03-01", "2028-03-31 23:59") == [
        True,
        False,
        True,
    ]
    assert same(months, "2025-12-31 23:59", "2026-01-01") == [False]


def test_a_session_starts_at_the_hour_that_it_is_told():
    late = Sessions(start_ns=8 * H)
    assert same(late, "2026-11-20 07:59", "2026-11-20 08:00", "2026-11-21 07:59") == [False, True]
    evening = Sessions(Period.WEEK, start_ns=-2 * H)
    assert same(evening, "2026-11-22 21:59", "2026-11-22 22:00", "2026-11-23 00:00") == [
        False,
        True,
    ]
    months = Sessions(Period.MONTH, start_ns=-2 * H)
    assert same(months, "2026-10-31 21:59", "2026-10-31 22:00", "2026-11-01 12:00") == [
        False,
        True,
    ]


def test_without_sessions_all_is_one():
    assert same(NO_SESSIONS, "1970-01-01", "2026-11-21") == [True]


@given(
    st.lists(st.integers(-(2**60), 2**60), min_size=2),
    st.sampled_from(list(Period)),
    st.integers(-24 * H + 1, 24 * H - 1),
)
def test_a_later_moment_is_never_in_an_earlier_session(moments, period, start_ns):
    index = Sessions(period, start_ns).index(np.array(sorted(moments)))
    assert (np.diff(index) >= 0).all()


@given(
    st.integers(-(2**60), 2**60),
    st.sampled_from([Period.DAY, Period.WEEK, Period.MONTH]),
    st.integers(-24 * H + 1, 24 * H - 1),
)
def test_a_session_ends_where_the_next_begins(moment, period, start_ns):
    sessions = Sessions(period, start_ns)
    (end_ns,) = sessions.end_ns(np.array([moment]))
    last, following, own = sessions.index(np.array([end_ns - 1, end_ns, moment]))
    assert moment < end_ns
    assert (last, following) == (own, own + 1)


def test_the_end_of_a_month_is_the_first_of_the_next():
    moment = np.array([at("2028-02-10")])
    assert Sessions(Period.MONTH, 8 * H).end_ns(moment).tolist() == [at("2028-03-01 08:00")]
    assert NO_SESSIONS.end_ns(moment).tolist() == [NEVER]


@pytest.mark.parametrize("start_ns", [24 * H, -24 * H])
def test_a_start_on_another_day_is_refused(start_ns):
    with pytest.raises(ValueError, match="within a day"):
        Sessions(start_ns=start_ns)
