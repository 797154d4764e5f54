import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from pages.shell.codec import Coarse, coarsely, encode
from tests.support.wire import decode

FLOATS = arrays.arrays(
    np.float64,
    st.integers(0, 40),
    elements=st.floats(-1e12, 1e12, allow_subnormal=False) | st.just(np.nan),
)


def test_words_numbers_and_nested_lists_come_back_as_they_were():
    message = {"kind": "chart", "seq": 3, "none": None, "list": [1, [2.5, "x"], {"deep": True}]}
    assert decode(encode(message)) == message


def test_prices_come_back_to_a_hundredth_of_a_tick():
    prices = np.round(61_602.01 + np.arange(1000) * 0.01 * 37, 2)
    back = decode(encode({"y": prices}))["y"]
    assert np.abs(back - prices).max() < 0.0001


@given(FLOATS)
def test_a_float_column_is_exact_to_a_four_millionth_of_its_span(values):
    back = decode(encode({"y": values}))["y"]
    known = values[~np.isnan(values)]
    span = known.max() - known.min() if known.size else 0.0
    assert (np.isnan(back) == np.isnan(values)).all()
    assert (np.abs(back - values)[~np.isnan(values)] <= span * 2.0**-22).all()


@given(arrays.arrays(np.int64, st.integers(0, 40), elements=st.integers(-(2**53), 2**53)))
def test_whole_numbers_are_exact(values):
    back = decode(encode({"x": values}))["x"]
    assert back.astype(np.int64).tolist() == values.tolist()


def test_times_cost_four_bytes_each():
    times = 1_795_233_060_000 + np.arange(1000) * 60_000
    grown = len(encode({"x": times})) - len(encode({"x": times[:1]}))
    assert grown < 4 * 1000 + 16
    assert decode(encode({"x": times}))["x"].tolist() == times.tolist()


def test_what_has_few_steps_costs_two_bytes_each():
    times = 1_795_233_060_000 + np.arange(0, 2**16) * 60_000
    small, large = encode({"x": times}), encode({"x": np.append(times, times[-1] + 60_000)})
    assert len(small) < 2 * 2**16 + 200
    assert len(large) > 4 * 2**16
    assert decode(small)["x"].tolist() == times.tolist()
    assert decode(large)["x"][-1] == times[-1] + 60_000


def test_equal_arrays_are_sent_once_and_one_that_differs_in_type_or_shape_is_not_taken_for_it():
    ones = np.ones(1000)
    message = {"a": ones, "b": ones.copy(), "c": np.ones((10, 100)), "d": np.ones(1000, np.int64)}
    frame = encode(message)
    assert len(frame) < len(encode({each: message[each] for each in "acd"})) + 50
    back = decode(frame)
    assert back["b"].tolist() == ones.tolist()
    assert back["c"].shape == (10, 100)


def test_an_array_that_occurs_twice_is_sent_once():
    values = np.arange(1000.0)
    once, twice = encode({"a": values}), encode({"a": values, "b": values})
    assert len(twice) - len(once) < 50
    assert decode(twice)["b"].tolist() == values.tolist()


def test_missing_stays_missing_and_infinite_stays_infinite():
    back = decode(encode({"y": np.array([1.0, np.nan, -np.inf, np.inf, 2.0])}))["y"]
    assert np.isnan(back[1])
    assert back[[2, 3]].tolist() == [-np.inf, np.inf]


def test_what_float32_cannot_hold_is_sent_whole():
    values = np.array([1e300, -1e300, 3.0])
    assert decode(encode({"y": values}))["y"].tolist() == values.tolist()


def test_a_matrix_comes_back_in_rows():
    cells = np.arange(12.0).reshape(3, 4)
    assert decode(encode({"z": cells}))["z"].tolist() == cells.tolist()


def test_flags_come_back_as_zero_and_one():
    assert decode(encode({"f": np.array([True, False])}))["f"].tolist() == [1, 0]


@pytest.mark.parametrize(
    "array", [np.zeros((2, 2, 2)), np.array(["a"]), np.array([2**60]), np.zeros(2, "datetime64[s]")]
)
def test_what_has_no_column_type_is_refused(array):
    with pytest.raises(ValueError, match="column"):
        encode({"x": array})


@given(FLOATS)
def test_a_coarse_column_is_exact_to_a_sixty_five_thousandth_of_its_span(values):
    back = decode(encode({"y": Coarse(values)}))["y"]
    known = values[~np.isnan(values)]
    span = known.max() - known.min() if known.size else 0.0
    assert (np.isnan(back) == np.isnan(values)).all()
    off = np.abs(back - values)[~np.isnan(values)]
    assert (off <= span / 65_534 / 2 * 1.001 + 1e-3).all()


def test_a_coarse_column_costs_two_bytes_each():
    values = np.linspace(60_000.0, 60_500.0, 1000)
    assert len(encode({"y": Coarse(values)})) < 2 * 1000 + 200


def test_what_was_sent_whole_before_is_not_sent_again_coarsely():
    values = np.linspace(0.0, 1.0, 1000)
    message = decode(encode({"bars": values, "figure": Coarse(values)}))
    assert message["figure"].tolist() == message["bars"].tolist()
    assert len(encode({"bars": values, "figure": Coarse(values)})) < 4 * 1000 + 300


@pytest.mark.parametrize(
    "values",
    [np.array([1.0, np.inf]), np.array([np.nan, np.nan]), np.array([])],
)
def test_a_coarse_column_without_a_span_is_sent_whole(values):
    assert np.array_equal(decode(encode({"y": Coarse(values)}))["y"], values, equal_nan=True)


def test_in_a_figure_only_what_is_read_out_stays_whole():
    values = np.linspace(0.0, 1.0, 1000)
    traces = [{"y": values, "name": "a"}, {"y": values + 0.1, "meta": {"kind": "mark"}}]
    figure = coarsely({"data": traces, "layout": {"x": 1}})
    seen, read = figure["data"]
    assert isinstance(seen["y"], Coarse)
    assert read["y"].tolist() == (values + 0.1).tolist()
    assert (figure["layout"], seen["name"]) == ({"x": 1}, "a")
