import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.alert_rule import Condition
from core.domain.errors import SettingsError
from data.alerts.rule import Rule, rule_of
from tests.support.alerts import PERP, rule

GOOD = rule().values()
HOSTILE = [
    "<script>alert(1)</script>",
    "=HYPERLINK(\"http://x\")",
    "@SUM(A1)",
    "**bold** :material/home: $x$",
    "δοκιμή 🚀",
    "a" * 200,
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_whatever_words_the_trader_chose(name):
    assert rule(name=name).name == name


def test_a_rule_goes_out_as_plain_values_and_comes_back():
    assert rule_of(GOOD) == rule_of(rule_of(GOOD).values())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "a" * 201),
        ("name", ""),
        ("name", "two\nlines"),
        ("name", "\x1b[31m"),
        ("name", None),
        ("figure", "nonsense"),
        ("figure", "../../etc/passwd"),
        ("instrument", "binance.perp.<b>"),
        ("instrument", "nowhere"),
        ("condition", "sometimes"),
        ("condition", "new marker"),
        ("threshold", "1"),
        ("threshold", float("nan")),
        ("threshold", 1e300),
        ("threshold", True),
        ("hysteresis", -1.0),
        ("cool_down_s", -1.0),
        ("cool_down_s", 86_401.0),
        ("side", "up"),
        ("sound", "yes"),
        ("armed", 1),
        ("id", "../x"),
        ("id", "Z"),
    ],
)
def test_what_cannot_be_is_refused_by_name(key, value):
    with pytest.raises(SettingsError, match=key):
        rule_of(GOOD | {key: value})


def test_a_key_that_is_not_there_is_named():
    with pytest.raises(SettingsError, match="colour"):
        rule_of(GOOD | {"colour": "red"})
    with pytest.raises(SettingsError, match="figure"):
        rule_of({key: each for key, each in GOOD.items() if key != "figure"})


def test_a_figure_is_only_of_markets_that_have_it():
    with pytest.raises(SettingsError, match="funding_rate"):
        rule(figure="funding_rate", instrument="binance.spot.BTCUSDT")


def test_a_marker_is_waited_for_and_a_figure_has_a_level():
    made = rule(figure="burst", condition="new marker", side="sell")
    assert made.condition is Condition.NEW_MARKER
    assert [made.is_of_side(each) for each in (1, -1)] == [False, True]
    with pytest.raises(SettingsError, match="condition"):
        rule(figure="burst", condition="above")


def test_seconds_become_nanoseconds():
    fires = rule(cool_down_s=1.5, hysteresis=2.0).fires
    assert fires.cool_down_ns == 1_500_000_000
    assert fires.hysteresis == 2.0


@given(st.dictionaries(st.text(max_size=12), st.none() | st.booleans() | st.floats() | st.text()))
def test_any_values_are_a_rule_or_are_refused(values):
    try:
        made = rule_of(GOOD | values)
    except SettingsError:
        return
    assert isinstance(made, Rule)
    assert made.instrument == PERP.id
