import pytest

from core.domain.errors import SettingsError
from data.thresholds import BOUNDS, DEFAULTS
from pages.shell.settings_numbers import range_text, read_value, unit_text, value_text


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("whale_quote", 500_000.0, "500,000"),
        ("extreme_funding_frac", 0.0004, "0.04"),
        ("clear_share_frac", 0.6, "60"),
        ("liquidation_bucket_btc_quote", 0.01, "0.01"),
        ("danger_quote", 1e12, "1,000,000,000,000"),
        ("steep_basis_frac", 0.0, "0"),
    ],
)
def test_a_value_is_written_in_the_unit_of_the_page(name, value, shown):
    assert value_text(name, value) == shown
    assert read_value(name, shown) == value


@pytest.mark.parametrize("name", BOUNDS)
def test_what_is_shown_is_read_as_what_it_is(name):
    for value in (BOUNDS[name].least, BOUNDS[name].most, getattr(DEFAULTS, name)):
        assert read_value(name, value_text(name, value)) == value


def test_shares_are_per_cent():
    assert unit_text("clear_share_frac") == "% of notional"
    assert unit_text("extreme_funding_frac") == "% per 8 h"
    assert unit_text("flow_window_s") == "s"


def test_the_range_is_told_in_the_same_unit():
    assert range_text("extreme_funding_frac") == (
        "from 0 to 100 % per 8 h; 0.04 unless chosen otherwise"
    )
    assert range_text("flow_window_s") == "from 5 to 3,600 s; 60 unless chosen otherwise"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Whales: from: '' is not a number"),
        ("<script>", "Whales: from: '<script>' is not a number"),
        ("=1+1", "Whales: from: '=1+1' is not a number"),
        ("0", "Whales: from: 0 cannot be, it goes from 1 to"),
        ("nan", "Whales: from: nan cannot be"),
        ("inf", "Whales: from: inf cannot be"),
        ("9" * 400, "Whales: from: 9999"),
        ("1e400", "Whales: from: 1e400 cannot be"),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_in_few_words(text, said):
    with pytest.raises(SettingsError) as refused:
        read_value("whale_quote", text)
    assert refused.value.ui_message.startswith(said)
    assert len(refused.value.ui_message) < 200
