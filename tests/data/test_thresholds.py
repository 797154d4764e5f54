from dataclasses import fields, replace
from math import inf, nan

import pytest

from core.domain.errors import SettingsError
from data.thresholds import BOUNDS, DEFAULTS, Thresholds, changed


def test_the_defaults_are_those_of_the_definitions():
    assert {each.name: getattr(DEFAULTS, each.name) for each in fields(Thresholds)} == {
        "flow_window_s": 60,
        "clear_share_frac": 0.6,
        "strong_share_frac": 0.8,
        "steep_basis_frac": 0.005,
        "liquidation_bucket_btc_quote": 100,
        "liquidation_memory_s": 300,
        "danger_quote": 1_000_000,
        "extreme_funding_frac": 0.0004,
        "whale_quote": 500_000,
        "mega_quote": 5_000_000,
        "divergence_window_s": 60,
        "wall_btc_base": 15,
    }


@pytest.mark.parametrize("name", BOUNDS)
def test_each_has_a_title_a_unit_bounds_and_a_meaning(name):
    bounds = BOUNDS[name]
    assert bounds.title
    assert bounds.unit
    assert bounds.least < bounds.most
    assert bounds.help.endswith(".")


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("value", [-1.0, inf, nan, 1e300, "60", True, None])
def test_what_is_out_of_bounds_or_no_number_is_refused_by_name(name, value):
    with pytest.raises(SettingsError, match=name):
        replace(DEFAULTS, **{name: value})


@pytest.mark.parametrize("name", BOUNDS)
def test_its_bounds_are_part_of_it(name):
    others = {
        "clear_share_frac": 0.5,
        "strong_share_frac": 1.0,
        "whale_quote": 1,
        "mega_quote": 1e12,
    }
    for value in (BOUNDS[name].least, BOUNDS[name].most):
        assert getattr(replace(DEFAULTS, **(others | {name: value})), name) == value


def test_a_whole_number_is_as_good_as_a_broken_one():
    assert Thresholds(whale_quote=1) == Thresholds(whale_quote=1.0)
    assert isinstance(Thresholds(whale_quote=1).whale_quote, float)


@pytest.mark.parametrize(
    "values",
    [{"whale_quote": 6e6}, {"mega_quote": 4e5}, {"clear_share_frac": 0.9}],
)
def test_a_threshold_on_the_wrong_side_of_another_is_refused_and_both_are_named(values):
    with pytest.raises(SettingsError, match=r"must not be above (mega_quote|strong_share_frac)"):
        changed(DEFAULTS, values)


def test_none_is_the_default_and_where_a_value_came_from_is_said():
    other = changed(DEFAULTS, {"whale_quote": 7.0, "danger_quote": 9.0})
    assert changed(other, {"whale_quote": None}) == changed(DEFAULTS, {"danger_quote": 9.0})
    with pytest.raises(SettingsError, match="my file: whale is not a threshold"):
        changed(DEFAULTS, {"whale": 1}, origin="my file")
