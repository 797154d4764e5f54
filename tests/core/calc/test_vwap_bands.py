import numpy as np
import pytest
from hypothesis import given

from core.calc.vwap import vwap
from core.calc.vwap_bands import vwap_bands
from core.domain.arrays import empty_trades
from core.domain.units import MAX_PRICE_TICKS
from tests.support.tapes import tapes
from tests.support.vectors import trades_of, vector, whole


def assert_bands(found, vector_id, *, step, shift=0):
    expected = vector(vector_id)["expected"]
    for row, k in enumerate(vector(vector_id)["params"]["k"]):
        for name, lines in (("upper", found.upper_ticks), ("lower", found.lower_ticks)):
            assert ((lines[row] - shift) * step).tolist() == pytest.approx(
                [each[f"{name}{k}"] for each in expected], rel=vector(vector_id)["rel_tol"]
            )


@pytest.mark.parametrize(
    ("vector_id", "tick", "lot"), [("vwap-small", "0.5", "0.5"), ("vwap-tape", "1", "1")]
)
def test_bands_are_those_of_the_vector(vector_id, tick, lot):
    line = vwap(trades_of(vector_id, tick=tick, lot=lot), anchor_ns=0)
    assert_bands(vwap_bands(line), vector_id, step=float(tick))


@pytest.mark.parametrize(
    ("vector_id", "tick", "lot"), [("vwap-small", "0.5", "0.5"), ("vwap-tape", "1", "1")]
)
def test_bands_are_those_of_another_library(vector_id, tick, lot):
    line = vwap(trades_of(vector_id, tick=tick, lot=lot), anchor_ns=0)
    bands = vwap_bands(line, sigmas=(2,))
    ours = [bands.upper_ticks[0], line.vwap_ticks, bands.lower_ticks[0], line.sigma_ticks]
    theirs = [each["wickra"] for each in vector(vector_id)["expected"]]
    assert np.column_stack(ours) * float(tick) == pytest.approx(np.array(theirs), rel=1e-9)


def test_bands_at_the_largest_price_are_those_of_the_vector():
    # The vector's prices do not fit 32-bit ticks of 0.01: moved down to end at the largest price.
    highest = max(whole(each["price"], "0.01") for each in vector("vwap-offset")["inputs"])
    shift = MAX_PRICE_TICKS - highest
    trades = trades_of("vwap-offset", tick="0.01", lot="0.0005", shift_ticks=shift)
    found = vwap_bands(vwap(trades, anchor_ns=0), sigmas=(1, 2))
    assert_bands(found, "vwap-offset", step=0.01, shift=shift)


@given(tapes(min_size=1))
def test_a_wider_band_holds_a_narrower_one(trades):
    line = vwap(trades, anchor_ns=0)
    found = vwap_bands(line)
    assert found.sigmas == (1, 2, 3)
    assert (np.diff(found.upper_ticks, axis=0) >= 0).all()
    assert (np.diff(found.lower_ticks, axis=0) <= 0).all()
    np.testing.assert_allclose(found.upper_ticks[2] - line.vwap_ticks, 3 * line.sigma_ticks)


def test_without_volume_there_are_no_bands():
    trades = trades_of("vwap-tape")
    trades["size_lots"][0] = 0
    found = vwap_bands(vwap(trades, anchor_ns=0))
    assert np.isnan(found.upper_ticks[:, 0]).all()
    assert not np.isnan(found.upper_ticks[:, 1]).any()
    assert vwap_bands(vwap(empty_trades(), anchor_ns=0)).lower_ticks.shape == (3, 0)


def test_a_band_below_zero_sigmas_is_refused():
    with pytest.raises(ValueError, match="below zero"):
        vwap_bands(vwap(empty_trades(), anchor_ns=0), sigmas=(1, -1))
