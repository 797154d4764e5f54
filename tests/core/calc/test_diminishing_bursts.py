import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.diminishing_bursts import DiminishRule, diminishing_bursts
from core.domain.marker import Marker, MarkerKind
from core.domain.units import NS_PER_MINUTE, NS_PER_S


def bursts(*rows):
    """Rows of (known after s, side, value)."""
    return [
        Marker(MarkerKind.BURST, side, s * NS_PER_S, s * NS_PER_S + 5, s, value, 1.0, 0.5, "")
        for s, side, value in rows
    ]


def known(*rows, **rule):
    found = diminishing_bursts(bursts(*rows), rule=DiminishRule(**rule)).found
    return [each.event_ns // NS_PER_S for each in found]


@pytest.mark.parametrize(("side", "word"), [(1, "buying"), (-1, "selling")])
def test_the_third_smaller_one_of_a_side_says_that_it_gives_up(side, word):
    rows = bursts((10, side, 900.0), (20, side, 500.0), (30, side, 300.0))
    (marker,) = diminishing_bursts(rows).found
    assert (marker.kind, marker.side) == (MarkerKind.DIMINISHING_BURSTS, -side)
    assert (marker.event_ns, marker.known_ns) == (30 * NS_PER_S, 30 * NS_PER_S + 5)
    assert marker.value == marker.strength == pytest.approx(2 / 3)
    assert marker.reason == f"Bursts of {word}, each smaller than the one before: 900; 500; 300."


def test_a_larger_an_equal_or_an_opposite_one_begins_anew():
    assert known((1, 1, 9.0), (2, 1, 8.0), (3, 1, 8.0), (4, 1, 7.0)) == []
    assert known((1, 1, 9.0), (2, 1, 8.0), (3, -1, 5.0), (4, 1, 7.0)) == []
    assert known((1, 1, 9.0), (2, 1, 8.0), (3, 1, 9.5), (4, 1, 7.0), (5, 1, 6.0)) == [5]


def test_a_fourth_is_a_finding_of_its_own():
    assert known((1, 1, 9.0), (2, 1, 8.0), (3, 1, 7.0), (4, 1, 6.0)) == [3, 4]


def test_they_must_come_within_the_time():
    rows = (1, 1, 9.0), (2, 1, 8.0), (61, 1, 7.0)
    assert known(*rows, within_ns=NS_PER_MINUTE) == [61]
    assert known(*rows, within_ns=NS_PER_MINUTE - 1) == []


@pytest.mark.parametrize(
    ("gap_s", "goes_on"),
    [((0, 1), True), ((12, 13), False), ((29, 40), False)],
)
def test_where_a_larger_one_may_have_been_missed_nothing_goes_on(gap_s, goes_on):
    rows = bursts((10, 1, 900.0), (20, 1, 500.0), (30, 1, 300.0))
    gap = tuple(each * NS_PER_S for each in gap_s)
    assert bool(diminishing_bursts(rows, gaps_ns=[gap]).found) == goes_on


def test_of_no_bursts_and_of_one_there_is_nothing():
    assert known() == known((1, 1, 9.0)) == []


def test_bursts_out_of_order_are_refused():
    with pytest.raises(ValueError, match="in the order"):
        known((2, 1, 9.0), (1, 1, 8.0))


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.sampled_from([-1, 1]), st.integers(1, 5)), max_size=30
    ),
    st.integers(0, 30),
)
def test_what_was_known_never_changes(steps, cut):
    at, rows = 0, []
    for gap, side, value in steps:
        at += gap + 1
        rows.append((at, side, float(value)))
    until = max((at for at, _, _ in rows[:cut]), default=0)
    assert known(*rows[:cut]) == [at for at in known(*rows) if at <= until]
