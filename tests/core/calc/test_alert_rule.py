from itertools import pairwise
from math import inf, isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.alert_rule import AlertRule, Condition, alert_rule, armed

S = 1_000_000_000
VALUES = st.lists(st.sampled_from([nan, 8.0, 9.0, 10.0, 11.0, 12.0]), max_size=40)
RULES = st.builds(
    AlertRule,
    st.sampled_from(list(Condition)),
    threshold=st.just(10.0),
    hysteresis=st.sampled_from([0.0, 1.0, 2.0]),
    cool_down_ns=st.sampled_from([0, 3 * S, 10 * S]),
)


def fired(rule, values, *, at_s=None):
    """The seconds at which a rule fires that is armed at 0 and told a value a second."""
    state, out = armed(rule, at_ns=0), []
    for second, value in zip(at_s or range(1, len(values) + 1), values, strict=True):
        state, fires = alert_rule(rule, state, value=value, known_ns=second * S)
        out += [second] if fires else []
    return out


def test_a_level_that_already_holds_is_told_at_once_and_then_only_after_it_came_back():
    rule = AlertRule(Condition.ABOVE, 10.0)
    assert fired(rule, [11, 12, 11, 9, 11]) == [1, 5]


def test_a_level_at_the_threshold_is_neither_above_nor_below():
    assert fired(AlertRule(Condition.ABOVE, 10.0), [10.0, 10.0]) == []
    assert fired(AlertRule(Condition.BELOW, 10.0), [10.0, 9.0]) == [2]


def test_a_crossing_must_be_seen_to_come_from_the_other_side():
    assert fired(AlertRule(Condition.CROSS_UP, 10.0), [11, 12, 9, 11]) == [4]
    assert fired(AlertRule(Condition.CROSS_DOWN, 10.0), [9, 11, 9]) == [3]


def test_hysteresis_is_how_far_it_must_come_back():
    rule = AlertRule(Condition.ABOVE, 10.0, hysteresis=1.0)
    assert fired(rule, [11, 9.5, 11, 9.0, 11]) == [1, 5]
    rule = AlertRule(Condition.BELOW, 10.0, hysteresis=1.0)
    assert fired(rule, [9, 10.5, 9, 11.0, 9]) == [1, 5]


@pytest.mark.parametrize(("condition", "way"), [("crosses up", 1), ("crosses down", -1)])
def test_the_first_crossing_need_only_come_from_the_other_side(condition, way):
    rule = AlertRule(Condition(condition), way * 10.0, hysteresis=1.0)
    values = [11, 9.5, 11, 9.5, 11, 9.0, 11]
    assert fired(rule, [way * each for each in values]) == [3, 7]


def test_a_level_that_holds_when_the_cool_down_ends_is_told_then():
    rule = AlertRule(Condition.ABOVE, 10.0, cool_down_ns=4 * S)
    assert fired(rule, [11, 9, 11, 11, 11, 11]) == [1, 5]


def test_a_crossing_within_the_cool_down_is_used_up():
    rule = AlertRule(Condition.CROSS_UP, 10.0, cool_down_ns=4 * S)
    assert fired(rule, [9, 11, 9, 11, 11, 11, 11, 9, 11]) == [2, 9]


def test_what_is_missing_changes_nothing():
    rule = AlertRule(Condition.CROSS_UP, 10.0)
    assert fired(rule, [nan, 11, nan, inf, 9, nan, 11]) == [7]


def test_each_new_marker_is_told_once_by_when_it_was_known():
    rule = AlertRule(Condition.NEW_MARKER)
    assert fired(rule, [1.0, 1.0, 1.0, -1.0], at_s=[2, 2, 1, 3]) == [2, 3]


def test_a_marker_within_the_cool_down_is_used_up():
    rule = AlertRule(Condition.NEW_MARKER, cool_down_ns=2 * S)
    assert fired(rule, [1.0] * 5) == [1, 3, 5]


def test_nothing_known_before_it_was_armed_fires():
    rule = AlertRule(Condition.ABOVE, 10.0)
    state, fires = alert_rule(rule, armed(rule, at_ns=5 * S), value=11.0, known_ns=5 * S)
    assert not fires
    assert state == armed(rule, at_ns=5 * S)


@pytest.mark.parametrize(
    "numbers",
    [{"threshold": nan}, {"threshold": inf}, {"hysteresis": -1.0}, {"cool_down_ns": -1}],
)
def test_what_cannot_be_is_refused(numbers):
    with pytest.raises(ValueError, match="must"):
        AlertRule(Condition.ABOVE, **numbers)


@given(RULES, VALUES)
def test_what_is_missing_never_fires_and_never_makes_ready(rule, values):
    seconds = range(1, len(values) + 1)
    known = [(at, each) for at, each in zip(seconds, values, strict=True) if not isnan(each)]
    told = fired(rule, [each for _, each in known], at_s=[at for at, _ in known])
    assert fired(rule, values) == told


@given(RULES, VALUES)
def test_it_never_fires_twice_within_a_cool_down(rule, values):
    seconds = fired(rule, values)
    apart = [after - before for before, after in pairwise(seconds)]
    assert all(each * S >= rule.cool_down_ns for each in apart)


@given(RULES, VALUES, VALUES)
def test_what_comes_later_never_changes_what_has_fired(rule, values, later):
    assert fired(rule, values) == [
        each for each in fired(rule, values + later) if each <= len(values)
    ]


@given(RULES, VALUES)
def test_upwards_and_downwards_are_mirror_images(rule, values):
    mirrored = {
        Condition.ABOVE: Condition.BELOW,
        Condition.BELOW: Condition.ABOVE,
        Condition.CROSS_UP: Condition.CROSS_DOWN,
        Condition.CROSS_DOWN: Condition.CROSS_UP,
        Condition.NEW_MARKER: Condition.NEW_MARKER,
    }
    other = AlertRule(mirrored[rule.condition], -rule.threshold, rule.hysteresis, rule.cool_down_ns)
    assert fired(rule, values) == fired(other, [-each for each in values])


@given(VALUES)
def test_without_hysteresis_and_cool_down_a_crossing_fires_at_each_step_over_the_threshold(values):
    known = [(at, each) for at, each in enumerate(values, 1) if not isnan(each)]
    steps = pairwise(known)
    expected = [at for (_, before), (at, after) in steps if before <= 10.0 < after]
    assert fired(AlertRule(Condition.CROSS_UP, 10.0), values) == expected
