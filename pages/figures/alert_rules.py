"""Alert rules: each rule, what its figure is now, how far it is from firing, and why it cannot."""

from math import isnan
from typing import Final

from core.calc.alert_rule import Condition
from core.calc.words import MINUS
from core.domain.units import NS_PER_S, Ns
from data.alerts.alert import value_text
from data.alerts.figures import FIGURES
from data.alerts.rule import Rule
from data.alerts.standings import RuleRow
from data.alerts.watcher import Standing
from data.views.moment import Moment
from pages.figures.node import Node, node
from pages.figures.off_words import off_text
from pages.figures.scale import UNKNOWN
from pages.figures.widgets import cell, number, row, table
from pages.figures.widgets import said as words

NO_RULES: Final = (
    "There is no rule yet. Make one above: what it would have done is shown before it is armed."
)
_HEADS: Final = ("", "Rule", "Watches", "Fires when", "#Now", "#To go", "State", "")
_BACK: Final = {
    Condition.ABOVE: "at or below",
    Condition.CROSS_UP: "at or below",
    Condition.BELOW: "at or above",
    Condition.CROSS_DOWN: "at or above",
}


def draw(rows: tuple[RuleRow, ...], moment: Moment) -> Node:
    """Return the table of rules; a sentence where there is none."""
    if not rows:
        return words(NO_RULES, "quiet", name="no-rules")
    return table(_HEADS, [_row(each, moment) for each in rows], name="rules")


def _row(each: RuleRow, moment: Moment) -> Node:
    rule, standing = each.rule, each.standing
    state, tone = _state(rule, standing, moment.now_ns, each.unit)
    watches = f"{FIGURES[rule.figure].title}, {rule.instrument}"
    return row(
        cell("● ARMED" if rule.armed else "○ off", "buy" if rule.armed else "quiet", name="armed"),
        node("td", "ts-clip", rule.name, title=rule.name, stat="name"),
        node("td", "ts-clip", watches, title=watches, stat="watches"),
        cell(fires_when(rule, each.unit), name="when"),
        number(_value(standing, each.unit), "" if _is_present(standing) else "quiet", name="now"),
        number(_distance(rule, standing, each.unit), name="to-go"),
        cell(state, tone, hover=_why(rule, standing), name="state"),
        node("td", "ts-num", "", *_actions(rule)),
    )


def fires_when(rule: Rule, unit: str) -> str:
    """Return when a rule fires, for example ``crosses up 0.6``."""
    if rule.condition is Condition.NEW_MARKER:
        return "a marker is new" if rule.side == "any" else f"a marker of {rule.side} side is new"
    back = f", back by {value_text(rule.hysteresis, '')}" if rule.hysteresis else ""
    return f"{rule.condition} {value_text(rule.threshold, unit)}{back}".replace("-", MINUS)


def _actions(rule: Rule) -> list[Node]:
    arm = ("disarm", "Disarm") if rule.armed else ("arm", "Arm")
    pairs = (arm, ("past", "Past"), ("delete", "Delete"))
    return [
        node(
            "span",
            f"ts-word ts-tone-{'sell' if key == 'delete' else 'frame'}",
            label,
            pick=f"{key}:{rule.id}",
            style="cursor: pointer; margin-left: 4px",
            action=key,
        )
        for key, label in pairs
    ]


def _state(rule: Rule, standing: Standing | None, now_ns: Ns, unit: str) -> tuple[str, str]:
    """Return a word of how it stands, and its tone."""
    if standing is None:
        return ("waiting for the market" if rule.armed else "not watched"), "quiet"
    off = f"channel {off_text(standing.off)}" if standing.off is not None else ""
    if off or standing.missing:
        return f"cannot fire: {off or standing.missing}", "caution"
    if standing.cooling_until_ns > now_ns:
        left_s = -(-(standing.cooling_until_ns - now_ns) // NS_PER_S)
        return f"cooling down, {left_s:,} s", "aligned"
    if not standing.ready:
        return f"must come back {_back(rule, unit)}", "aligned"
    return "● ready", "buy"


def _back(rule: Rule, unit: str) -> str:
    sign = -1 if rule.condition in (Condition.ABOVE, Condition.CROSS_UP) else 1
    edge = value_text(rule.threshold + sign * rule.hysteresis, unit).replace("-", MINUS)
    return f"{_BACK[rule.condition]} {edge}"


def _why(rule: Rule, standing: Standing | None) -> str:
    reason = standing.off.reason if standing is not None and standing.off is not None else ""
    return f"{reason} Cool-down {rule.cool_down_s:,.0f} s.".strip()


def _is_present(standing: Standing | None) -> bool:
    return standing is not None and standing.off is None and not standing.missing


def _value(standing: Standing | None, unit: str) -> str:
    if standing is None or isnan(standing.value):
        return UNKNOWN
    return value_text(standing.value, unit).replace("-", MINUS)


def _distance(rule: Rule, standing: Standing | None, unit: str) -> str:
    """Return how far the figure is from the threshold; above zero = up to it."""
    if not _is_present(standing) or standing is None or isnan(standing.value):
        return UNKNOWN
    away = rule.threshold - standing.value
    return f"{'+' if away > 0 else ''}{value_text(away, unit)}".replace("-", MINUS)
