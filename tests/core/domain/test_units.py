from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import BadNumber, OffGrid
from core.domain.units import MAX_PRICE_TICKS, Grid

STEPS = st.sampled_from(
    ["0.00000001", "0.00001", "0.001", "0.01", "0.05", "0.25", "0.5", "1", "5", "10", "1E+2"]
)


def grid(step="0.01", largest=MAX_PRICE_TICKS):
    return Grid(Decimal(step), largest=largest)


@given(STEPS, st.integers(0, MAX_PRICE_TICKS))
def test_a_multiple_of_the_step_comes_back_as_its_number_of_steps(step, units):
    each = grid(step)
    text = f"{units * Decimal(step):f}"
    assert each.units(text) == units
    assert each.text(units) == text
    assert each.units(each.text(units)) == units


@given(STEPS, st.integers(0, 10**12), st.integers(0, 10))
def test_any_plain_decimal_is_on_the_grid_or_refused_as_decimal_says(step, digits, decimals):
    text = f"{Decimal(digits).scaleb(-decimals):f}"
    steps = Decimal(text) / Decimal(step)
    if steps == int(steps) and steps <= MAX_PRICE_TICKS:
        assert grid(step).units(text) == int(steps)
    else:
        with pytest.raises(BadNumber):
            grid(step).units(text)


@given(st.text(max_size=12) | st.from_regex(r"[+-]?[0-9_,. ]{0,6}(e[0-9])?", fullmatch=True))
def test_whatever_the_text_the_answer_is_a_number_or_a_refusal(text):
    try:
        units = grid().units(text)
    except BadNumber:
        return
    assert text.isascii()
    assert units == Decimal(text) * 100


@pytest.mark.parametrize(
    "text",
    [
        "1_000",
        "\uff11\uff12",  # full-width digits
        "\u0663",
        "1\u00b2",
        "nan",
        "NaN",
        "inf",
        "Infinity",
        "-1",
        "+1",
        "-0",
        "1e3",
        "1E3",
        "0x10",
        "1,5",
        " 1",
        "1 ",
        "1\n",
        "",
        ".",
        ".5",
        "1.2.3",
        "1..2",
        "0" * 40,
    ],
)
def test_what_is_no_plain_decimal_is_refused(text):
    with pytest.raises(BadNumber, match="not a plain decimal"):
        grid().units(text)


@pytest.mark.parametrize("text", ["0.001", "1.015", "61602.0100001"])
def test_what_lies_between_two_steps_is_refused(text):
    with pytest.raises(BadNumber, match=r"not a multiple of the step 0\.01"):
        grid().units(text)


def test_the_largest_number_is_accepted_and_the_next_refused():
    assert grid().units("21474836.47") == MAX_PRICE_TICKS
    with pytest.raises(BadNumber, match="beyond belief"):
        grid().units("21474836.48")
    with pytest.raises(BadNumber, match="beyond belief"):
        grid().units("9" * 32)


def test_zeros_before_and_after_change_nothing():
    assert {grid().units(text) for text in ("7.5", "7.50", "07.5000000", "007.5")} == {750}
    assert grid().units("0") == grid().units("0.00") == 0
    assert grid().units("7.") == 700


def test_a_refused_text_stays_refused_and_a_known_one_known():
    each = grid()
    for _ in range(2):
        assert each.units("1.23") == 123
        with pytest.raises(BadNumber):
            each.units("1.234")


def test_more_texts_than_are_remembered_are_still_right():
    each = grid("1")
    for _ in range(2):
        assert all(each.units(str(number)) == number for number in range(70_000))


@pytest.mark.parametrize("step", ["0", "-0.1", "NaN", "Infinity"])
def test_a_step_that_is_no_size_is_refused(step):
    with pytest.raises(ValueError, match="above zero"):
        grid(step)


def test_looking_a_text_up_is_asking_for_its_units_but_zero_is_none():
    each = grid("0.1")
    assert [each.positive[text] for text in ("0.1", "86250.10", "0.1")] == [1, 862_501, 1]
    with pytest.raises(OffGrid, match="not a multiple"):
        each.positive["0.15"]
    for text in ("0", "0.0"):
        with pytest.raises(BadNumber, match="above zero"):
            each.positive[text]


@given(STEPS, st.integers(0, 10**9), st.integers(0, 10))
def test_the_nearest_step_is_at_most_half_a_step_away_and_nothing_only_for_zero(
    step, digits, decimals
):
    value = Decimal(digits).scaleb(-decimals)
    try:
        steps = grid(step).nearest[f"{value:f}"]
    except BadNumber:
        assert value / Decimal(step) > MAX_PRICE_TICKS
        return
    assert (steps == 0) == (value == 0)
    if steps > 1:
        assert abs(steps * Decimal(step) - value) * 2 <= Decimal(step)


def test_the_nearest_step_of_a_bad_number_is_refused_too():
    for text in ("nan", "1_000", "-1", "1e5", "9" * 20):
        with pytest.raises(BadNumber):
            grid().nearest[text]


def test_more_texts_than_are_remembered_are_still_read_right():
    each = grid("1")
    for _ in range(2):
        assert [each.nearest[str(number)] for number in range(40_000)] == list(range(40_000))
