"""Alert rule: when a figure that is watched, or a new marker, is told to the trader."""

from dataclasses import dataclass, replace
from enum import StrEnum
from math import isfinite
from typing import Final

from core.domain.units import Ns


class Condition(StrEnum):
    """What is waited for."""

    ABOVE = "above"
    """The figure is above the threshold; tells at once where it already is."""
    BELOW = "below"
    CROSS_UP = "crosses up"
    """The figure goes above the threshold; where it already is, it must come back first."""
    CROSS_DOWN = "crosses down"
    NEW_MARKER = "new marker"
    """A marker is known that was not before."""


_UPWARD: Final = (Condition.ABOVE, Condition.CROSS_UP)
_CROSSES: Final = (Condition.CROSS_UP, Condition.CROSS_DOWN)


@dataclass(frozen=True, slots=True)
class AlertRule:
    """What fires.

    Attributes:
        condition: what is waited for.
        threshold: in the figure's unit; of NEW_MARKER not used.
        hysteresis: how far on the other side of the threshold the figure must come back, before it
            can fire again, >= 0.
        cool_down_ns: nothing fires for so long after it fired, >= 0.

    Raises:
        ValueError: a number is not finite, or is below zero where it must not be.
    """

    condition: Condition
    threshold: float = 0.0
    hysteresis: float = 0.0
    cool_down_ns: Ns = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if not (isfinite(self.threshold) and isfinite(self.hysteresis) and self.hysteresis >= 0):
            msg = (
                "threshold and hysteresis must be numbers, and hysteresis not below zero, were "
                f"{self.threshold} and {self.hysteresis}"
            )
            raise ValueError(msg)
        if self.cool_down_ns < 0:
            msg = f"a cool-down must not be below zero, was {self.cool_down_ns} ns"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class AlertState:
    """What a rule remembers.

    Attributes:
        ready: it fires as soon as the condition holds.
        known_ns: the newest instant that it was told of; nothing up to it is looked at again.
        fired_ns: when it last fired; None = never.
    """

    ready: bool
    known_ns: Ns
    fired_ns: Ns | None = None

    def cooling_until_ns(self, rule: AlertRule) -> Ns:
        """Return until when nothing fires; 0 = it never fired."""
        return 0 if self.fired_ns is None else self.fired_ns + rule.cool_down_ns


def armed(rule: AlertRule, *, at_ns: Ns) -> AlertState:
    """Return the state of a rule that is armed now: what was known up to now does not fire."""
    return AlertState(ready=rule.condition not in _CROSSES, known_ns=at_ns)


def alert_rule(
    rule: AlertRule, state: AlertState, *, value: float, known_ns: Ns
) -> tuple[AlertState, bool]:
    """Return the state after one value, and whether the rule fires.

    A level (ABOVE, BELOW) that holds when the cool-down ends fires then; a crossing or a marker
    within the cool-down is used up. What is missing changes nothing.

    Args:
        state: of ``armed``, then of the call before.
        value: the figure; of NEW_MARKER any number stands for one marker. NaN and infinities are
            missing: they never fire, and never make ready.
        known_ns: when the value could first be known. One that is not later than all before does
            not count, however late it comes.

    Source:
        DEFINITIONS section 17, alerts.
    """
    if not isfinite(value) or known_ns <= state.known_ns:
        return state, False
    cooling = known_ns < state.cooling_until_ns(rule)
    if rule.condition is Condition.NEW_MARKER:
        fires = not cooling
        after = AlertState(ready=True, known_ns=known_ns, fired_ns=state.fired_ns)
        return (replace(after, fired_ns=known_ns) if fires else after), fires
    beyond = value - rule.threshold
    if rule.condition not in _UPWARD:
        beyond = -beyond
    back = rule.hysteresis if state.fired_ns is not None else 0.0
    ready = state.ready or beyond <= -back
    fires = ready and beyond > 0 and not cooling
    used_up = beyond > 0 and (fires or rule.condition in _CROSSES)
    fired_ns = known_ns if fires else state.fired_ns
    return AlertState(ready and not used_up, known_ns, fired_ns), fires
