"""Rule: one thing that the trader wants to be told of, checked by name."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from core.calc.alert_rule import AlertRule, Condition
from core.domain.errors import SettingsError
from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_DAY, NS_PER_S
from data.alerts.figures import FIGURES, FigureSpec
from data.thresholds import DEFAULTS

MOST_LETTERS: Final = 200
_MOST_COOL_S: Final = NS_PER_DAY / NS_PER_S
_MOST_VALUE: Final = 1e15
_SIDES: Final = {"any": 0, "buy": 1, "sell": -1}
_IDS: Final = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        id: made by us; hexadecimal digits.
        name: the trader's own words, whatever they are: shown as text, never run.
        figure: a name of FIGURES.
        instrument: whose figure.
        condition: NEW_MARKER of markers, and of them alone.
        threshold: in the figure's unit.
        hysteresis: likewise, >= 0.
        cool_down_s: nothing is told for so long after it fired, 0 to a day.
        side: of a marker: ``any``, ``buy`` or ``sell``.
        sound: whether it beeps.
        outside: whether it is sent to outside services, where those are set up.
        armed: whether it is watched.
        wall_btc_base: a wall of Bitcoin has more than this; of the settings, so not kept with it.

    Raises:
        SettingsError: a value cannot be; the message names it.
    """

    id: str
    name: str
    figure: str
    instrument: InstrumentId
    condition: Condition
    threshold: float = 0.0
    hysteresis: float = 0.0
    cool_down_s: float = 60.0
    side: str = "any"
    sound: bool = True
    outside: bool = False
    armed: bool = False
    wall_btc_base: float = DEFAULTS.wall_btc_base

    def __post_init__(self) -> None:
        """Refuse what cannot be, by name."""
        _require(0 < len(self.id) <= 32 and set(self.id) <= _IDS, "id", self.id)  # noqa: PLR2004
        printable = self.name.isprintable() and bool(self.name.strip())
        _require(printable, "name must be words on one line, without control characters;", "")
        length = f"name must have at most {MOST_LETTERS} letters,"
        _require(len(self.name) <= MOST_LETTERS, length, len(self.name))
        _require(self.figure in FIGURES, "figure must be one of those on offer,", self.figure)
        _require(self.side in _SIDES, f"side must be one of {', '.join(_SIDES)},", self.side)
        is_marker = self.condition is Condition.NEW_MARKER
        fits = is_marker == bool(FIGURES[self.figure].rules)
        _require(fits, f"condition does not fit {self.figure},", self.condition)
        of_market = self.instrument.kind in FIGURES[self.figure].kinds
        _require(of_market, f"instrument has no {self.figure},", self.instrument)
        for key, least, most in _NUMBERS:
            value = getattr(self, key)
            msg = f"{key} must be a number from {least:g} to {most:g},"
            _require(least <= value <= most, msg, value)  # of NaN neither holds

    @property
    def spec(self) -> FigureSpec:
        """The question that it rests on."""
        return FigureSpec(self.figure, self.instrument, self.wall_btc_base)

    @property
    def fires(self) -> AlertRule:
        """When it fires."""
        cool_down_ns = round(self.cool_down_s * NS_PER_S)
        return AlertRule(self.condition, self.threshold, self.hysteresis, cool_down_ns)

    def values(self) -> dict[str, Any]:
        """Return it as plain values, as ``rule_of`` takes them."""
        kept = {key: value for key, value in asdict(self).items() if key in _KEYS}
        return kept | {"instrument": str(self.instrument), "condition": str(self.condition)}

    def is_of_side(self, side: int) -> bool:
        """Return whether a marker of this side is meant."""
        return _SIDES[self.side] in (0, side)


_NUMBERS: Final = (
    ("threshold", -_MOST_VALUE, _MOST_VALUE),
    ("hysteresis", 0.0, _MOST_VALUE),
    ("cool_down_s", 0.0, _MOST_COOL_S),
)
_KEYS: Final = tuple(each.name for each in fields(Rule) if each.name != "wall_btc_base")
_SWITCHES: Final = frozenset({"sound", "outside", "armed"})
_NEEDED: Final = ("name", "figure", "instrument", "condition")


def new_id() -> str:
    """Return a name for a rule that no other has."""
    return secrets.token_hex(4)


def rule_of(values: Mapping[str, Any]) -> Rule:
    """Return the rule that plain values say.

    Raises:
        SettingsError: a key is unknown or missing, or a value cannot be; the message names it.
    """
    for key in values:
        _require(
            key in _KEYS, f"there is no {str(key)[:40]!r} in a rule; keys are", ", ".join(_KEYS)
        )
    for key in _NEEDED:
        _require(isinstance(values.get(key), str), f"{key} must be a text,", values.get(key))
    chosen: dict[str, Any] = {
        key: _number(key, values[key]) for key, _, _ in _NUMBERS if key in values
    }
    for key in _SWITCHES & values.keys():
        _require(isinstance(values[key], bool), f"{key} must be true or false,", values[key])
        chosen[key] = values[key]
    condition = values["condition"]
    _require(condition in set(Condition), "condition must be one of those on offer,", condition)
    try:
        instrument = InstrumentId.parse(values["instrument"])
    except ValueError as error:
        msg = f"instrument: {error}"
        raise SettingsError(msg) from error
    return Rule(
        id=str(values.get("id") or new_id()),
        name=values["name"],
        figure=values["figure"],
        instrument=instrument,
        condition=Condition(condition),
        side=str(values.get("side", "any")),
        **chosen,
    )


def _number(key: str, value: object) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    _require(is_number, f"{key} must be a number,", value)
    return float(value)  # type: ignore[arg-type]


def _require(holds: bool, what: str, was: object) -> None:  # noqa: FBT001
    """Raise, unless it holds, a SettingsError that names what is wrong."""
    if not holds:
        msg = f"{what} was {str(was)[:60]!r}" if was != "" else what.rstrip(";")
        raise SettingsError(msg)
