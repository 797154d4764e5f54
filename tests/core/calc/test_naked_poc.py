import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.naked_poc import UNTOUCHED, naked_poc
from core.domain.arrays import BAR_DTYPE, empty_bars
from tests.support.tapes import NOON_NS, tapes
from tests.support.vectors import vector

S = 1_000_000_000


def bars(*rows):
    """Rows of (low, high), one bar a second."""
    out = np.zeros(len(rows), BAR_DTYPE)
    out["open_ns"] = np.arange(len(rows)) * S
    out["last_ns"] = out["open_ns"] + S // 2
    for index, (low, high) in enumerate(rows):
        out[index]["low_ticks"], out[index]["high_ticks"] = low, high
    return out


def of(pocs, ends, ranges, **how):
    return naked_poc(np.array(pocs), np.array(ends), bars=bars(*ranges), **how)


def test_what_is_naked_after_each_session_is_that_of_the_vector():
    # A session is one second here, and its range one bar.
    given_sessions = vector("naked-poc")["inputs"]
    ranges = [(each.get("low", 105), each.get("high", 105)) for each in given_sessions]
    pocs = [each["poc"] for each in given_sessions]
    found = of(pocs, [(index + 1) * S for index in range(4)], ranges)
    for session in (1, 2, 3):
        naked = found.naked((session + 1) * S)
        expected = vector("naked-poc")["expected"][f"after_session_{session}"]
        assert found.poc_ticks[naked].tolist() == expected


def test_a_developing_poc_is_never_naked():
    found = of([10], [2 * S], [(50, 60), (50, 60), (50, 60)])
    assert [bool(found.naked(at)[0]) for at in (0, 2 * S - 1, 2 * S, 9 * S)] == [
        False,
        False,
        True,
        True,
    ]


def test_the_ends_of_a_range_touch():
    for ranges, touched in (([(10, 12)], True), ([(8, 10)], True), ([(11, 12)], False)):
        found = of([10], [0], ranges)
        assert (found.touched_ns[0] != UNTOUCHED) == touched


def test_it_is_naked_until_the_trade_that_touched_it():
    found = of([10], [0], [(9, 11)])
    assert found.naked(S // 2 - 1).tolist() == [True]
    assert found.naked(S // 2).tolist() == [False]


def test_any_tick_of_the_row_touches():
    for low, touched in ((14, True), (15, False)):
        found = of([10], [0], [(low, 20)], ticks_per_row=5)
        assert (found.touched_ns[0] == S // 2) == touched


def test_a_session_does_not_touch_its_own_poc():
    assert of([10], [S], [(9, 11), (20, 30)]).touched_ns.tolist() == [UNTOUCHED]


@given(tapes(), st.lists(st.tuples(st.integers(1, 60), st.integers(0, 90)), max_size=5))
def test_a_touch_is_the_first_later_bar_that_holds_the_price(trades, sessions):
    second = time_bars(trades, step_ns=S)
    ends = [NOON_NS + after * S for _, after in sessions]
    found = naked_poc(
        np.array([poc for poc, _ in sessions], np.int64), np.array(ends, np.int64), bars=second
    )
    for (poc, _), end_ns, touched_ns in zip(sessions, ends, found.touched_ns, strict=True):
        hits = [
            bar["last_ns"]
            for bar in second
            if bar["open_ns"] >= end_ns and bar["low_ticks"] <= poc <= bar["high_ticks"]
        ]
        assert touched_ns == (hits[0] if hits else UNTOUCHED)


@given(tapes(min_size=1), st.integers(1, 60), st.integers(0, 39))
def test_what_was_naked_stays_so_for_its_time(trades, poc, count):
    second = time_bars(trades, step_ns=S)
    args = (np.array([poc]), np.array([NOON_NS]))
    whole, part = naked_poc(*args, bars=second), naked_poc(*args, bars=second[:count])
    for at_ns in second["last_ns"][:count]:
        assert part.naked(at_ns).tolist() == whole.naked(at_ns).tolist()


def test_without_sessions_or_bars_nothing_is_touched():
    none = np.zeros(0, np.int64)
    assert naked_poc(none, none, bars=empty_bars()).touched_ns.size == 0
    assert of([10], [0], []).naked(5).tolist() == [True]


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="sorted by open_ns"):
        naked_poc(np.array([1]), np.array([0]), bars=bars((1, 2), (1, 2))[::-1])
    with pytest.raises(ValueError, match="at least one tick"):
        of([1], [0], [(1, 2)], ticks_per_row=0)
