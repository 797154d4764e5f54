import numpy as np
import pytest

from core.calc.open_interest import change, rebased, total
from tests.support.vectors import vector


def test_the_sum_is_known_only_where_every_venue_is():
    parts = [np.array([1.0, 2.0, np.nan]), np.array([10.0, np.nan, 30.0])]
    assert total(parts)[0] == 11.0
    assert np.isnan(total(parts)[1:]).all()


def test_contracts_add_up_in_base_coins():
    example = vector("contract-units")
    okx = example["inputs"][0]
    usdm = example["inputs"][3]
    expected = example["expected"]["base"]
    base = [np.array([okx["sz"] * okx["ctVal"]]), np.array([usdm["q"]])]
    assert total(base)[0] == pytest.approx(expected[0] + expected[3])


def test_the_change_goes_from_the_first_known_to_the_last_known():
    found = change(np.array([np.nan, 80.0, np.nan, 90.0, 84.0, np.nan]))
    assert (found.first, found.last, found.bars) == (80.0, 84.0, 3)
    assert found.frac == pytest.approx(0.05)


@pytest.mark.parametrize("values", [[], [np.nan], [np.nan, 5.0]])
def test_one_value_alone_has_not_changed(values):
    assert change(np.array(values)) is None


def test_a_rise_from_nothing_has_no_share():
    assert np.isnan(change(np.array([0.0, 5.0])).frac)


def test_venues_are_compared_by_their_change_since_the_first_known():
    found = rebased(np.array([np.nan, 200.0, 210.0, np.nan, 190.0]))
    assert found[[1, 2, 4]] == pytest.approx([0.0, 0.05, -0.05])
    assert np.isnan(found[[0, 3]]).all()
    assert np.isnan(rebased(np.array([np.nan, 0.0, 1.0]))).all()
    assert np.isnan(rebased(np.array([np.nan]))).all()
