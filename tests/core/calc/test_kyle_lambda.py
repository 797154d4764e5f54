import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.impact_bins import impact_bins
from core.calc.kyle_lambda import kyle_lambda
from tests.core.calc.test_spreads import quotes, trades
from tests.support.vectors import vector

S = 1_000_000_000
NAN = float("nan")


def test_slopes_and_their_t_are_those_of_the_vector():
    inputs, expected = vector("kyle-lambda")["inputs"], vector("kyle-lambda")["expected"]
    flows = np.array([each["signed_volume"] for each in inputs])
    moves = np.array([each["dmid"] for each in inputs])
    found = kyle_lambda(flows, moves, lags=5)
    approx = {"rel": vector("kyle-lambda")["rel_tol"]}
    assert found.slope == pytest.approx(expected["with_intercept"], **approx)
    assert found.slope_through_zero == pytest.approx(expected["without_intercept"], **approx)
    assert found.t == pytest.approx(expected["t_HAC5"], **approx)
    assert found.bins == 40
    assert found.r2 == pytest.approx(np.corrcoef(flows, moves)[0, 1] ** 2)


def test_the_root_of_volume_fits_better_where_impact_is_concave():
    flows = np.array([-400.0, -100.0, -25.0, 4.0, 81.0, 900.0])
    found = kyle_lambda(flows, np.sign(flows) * np.sqrt(np.abs(flows)))
    assert found.r2_concave == pytest.approx(1.0)
    assert found.r2 < 0.95


def test_moves_that_are_not_known_do_not_count():
    flows, moves = np.array([1.0, 2.0, 3.0, 9.0]), np.array([2.0, 4.0, 6.0, NAN])
    found = kyle_lambda(flows, moves)
    assert (found.bins, found.slope) == (3, pytest.approx(2.0))


@pytest.mark.parametrize("flows", [[], [1.0], [1.0, 2.0], [5.0, 5.0, 5.0]])
def test_too_few_bins_or_equal_flows_tell_nothing(flows):
    found = kyle_lambda(np.array(flows), np.arange(len(flows)) * 1.0)
    assert all(math.isnan(each) for each in (found.slope, found.t, found.r2, found.r2_concave))


@given(
    st.lists(st.tuples(st.integers(-99, 99), st.integers(-99, 99)), min_size=4, max_size=30),
    st.integers(-50, 50),
)
def test_the_slope_is_that_of_numpy_and_a_drift_only_moves_the_intercept(pairs, drift):
    flows, moves = np.array(pairs, np.float64).T
    found, drifted = kyle_lambda(flows, moves), kyle_lambda(flows, moves + drift)
    if np.ptp(flows) == 0:
        assert math.isnan(found.slope)
        return
    slope, intercept = np.polyfit(flows, moves, 1)
    assert found.slope == pytest.approx(slope, abs=1e-9)
    assert found.intercept == pytest.approx(intercept, abs=1e-8)
    assert drifted.slope == pytest.approx(found.slope, abs=1e-9)


def test_a_bin_has_its_signed_notional_and_the_move_of_its_middle():
    told = quotes((4 * S, 99, 101), (7 * S, 109, 111), (12 * S, 104, 106))
    traded = trades((1 * S, 9, 9, 1), (5 * S, 100, 3, 1), (9 * S, 110, 1, -1), (9 * S, 110, 5, 0))
    found = impact_bins(traded, told, span_ns=(3 * S, 16 * S), step_ns=5 * S)
    assert found.open_ns.tolist() == [5 * S, 10 * S]
    assert found.signed_tick_lots.tolist() == [190, 0]
    assert found.move_bps == pytest.approx([1_000, (105 - 110) / 110 * 1e4])


def test_a_bin_that_touches_a_gap_or_has_no_quote_has_no_move():
    told = quotes((4 * S, 99, 101), (11 * S, 99, 101))
    spans = {"span_ns": (0, 20 * S), "step_ns": 5 * S}
    assert np.isnan(impact_bins(trades(), told, **spans).move_bps).tolist() == [True] + [False] * 3
    found = impact_bins(trades(), told, **spans, gaps_ns=[(6 * S, 7 * S)])
    assert np.isnan(found.move_bps).tolist() == [True, True, True, False]


def test_a_span_shorter_than_a_bin_has_none():
    found = impact_bins(trades((S, 1, 1, 1)), quotes(), span_ns=(1, 5 * S - 1), step_ns=5 * S)
    assert found.open_ns.size == found.move_bps.size == found.signed_tick_lots.size == 0


def test_quotes_out_of_order_and_bins_without_length_are_refused():
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        impact_bins(trades(), quotes((2, 1, 2), (1, 1, 2)), span_ns=(0, S))
    with pytest.raises(ValueError, match="above zero"):
        impact_bins(trades(), quotes(), span_ns=(0, S), step_ns=0)
