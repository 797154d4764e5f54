import numpy as np
import pytest

from core.calc.inverse_contracts import inverse_base
from tests.support.vectors import vector


@pytest.mark.parametrize(("index", "count", "face"), [(1, "q", "contract_usd"), (2, None, None)])
def test_base_and_quote_coins_are_those_of_the_vector(index, count, face):
    example = vector("contract-units")
    traded = example["inputs"][index]
    # A venue that tells its amounts in dollars trades contracts of one dollar.
    contracts, dollars = (traded[count], traded[face]) if count else (traded["amount_usd"], 1)
    prices = np.array([float(traded["price"])])
    found = inverse_base(np.array([float(contracts)]), prices, quote_per_contract=dollars)
    near = {"rel": example["rel_tol"]}
    assert found == pytest.approx([example["expected"]["base"][index]], **near)
    assert found * prices == pytest.approx([example["expected"]["usd"][index]], **near)


def test_sold_contracts_stay_below_zero_and_what_is_not_known_stays_unknown():
    contracts, prices = np.array([-30.0, np.nan, 30.0, 30.0]), np.array([100.0, 100.0, 0.0, np.nan])
    found = inverse_base(contracts, prices, quote_per_contract=10)
    assert found[0] == -3.0
    assert np.isnan(found[1:]).all()


@pytest.mark.parametrize("face", [0, -1, float("nan")])
def test_a_contract_of_no_worth_is_refused(face):
    with pytest.raises(ValueError, match="worth more than nothing"):
        inverse_base(np.ones(1), np.ones(1), quote_per_contract=face)
