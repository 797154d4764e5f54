"""Alert: one firing of a rule, as it is told, logged and sent."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from core.calc.alert_rule import Condition
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_S, Ns
from data.alerts.figures import FIGURES
from data.alerts.rule import Rule

_DID: Final = {
    Condition.ABOVE: "is above",
    Condition.BELOW: "is below",
    Condition.CROSS_UP: "crossed up",
    Condition.CROSS_DOWN: "crossed down",
}
_SIDES: Final = {1: "buying", -1: "selling", 0: ""}


@dataclass(frozen=True, slots=True)
class Alert:
    """One firing.

    Attributes:
        id: letters, digits and dashes; no two alerts of a workspace have one.
        rule: as it was then.
        source: ``live``, ``simulated`` or ``replay``.
        run_id: of the source.
        known_ns: when what fired it was known, on the source's clock.
        told_ns: when it was told, on our own.
        value: of the figure; of a marker what the rule measured.
        text: what fired, one sentence; the rule's name is not in it.
    """

    id: str
    rule: Rule
    source: str
    run_id: str
    known_ns: Ns
    told_ns: Ns
    value: float
    text: str

    @property
    def is_live(self) -> bool:
        """Whether it is of the market as it is now."""
        return self.source == "live"


def alert_id(rule: Rule, *, told_ns: Ns, number: int) -> str:
    """Return a name for an alert.

    Args:
        number: counts the alerts of the process.
    """
    return f"{datetime.fromtimestamp(told_ns // NS_PER_S, UTC):%Y%m%dT%H%M%S}-{rule.id}-{number}"


def unit_of(figure: str, instrument: Instrument | None) -> str:
    """Return the unit of a figure, with the coins of an instrument in it; empty = it has none."""
    unit = FIGURES[figure].unit
    if instrument is None:
        return unit.format(base="base", quote="quote")
    return unit.format(base=instrument.base, quote=instrument.quote)


def value_text(value: float, unit: str) -> str:
    """Return a value with its unit: four digits, or from a thousand on two decimals."""
    if abs(value) >= 1_000:  # noqa: PLR2004
        return f"{value:,.2f} {unit}".strip()
    text = np.format_float_positional(value, precision=4, fractional=False, trim="-")
    return f"{text} {unit}".strip()


def figure_text(rule: Rule, value: float, unit: str) -> str:
    """Return what a figure did."""
    did = f"{_DID[rule.condition]} {value_text(rule.threshold, unit)}"
    title = FIGURES[rule.figure].title
    return f"{title} of {rule.instrument} {did}: {value_text(value, unit)}"


def marker_text(rule: Rule, side: int, reason: str) -> str:
    """Return what marker came."""
    sided = f" ({_SIDES[side]})" if _SIDES.get(side) else ""
    return f"{FIGURES[rule.figure].title}{sided} on {rule.instrument}: {reason}"
