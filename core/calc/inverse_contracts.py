"""Inverse contracts: a fixed amount of quote coin each, so that base coins need the price."""

import numpy as np

from core.domain.arrays import FloatArray


def inverse_base(
    contracts: FloatArray, prices: FloatArray, *, quote_per_contract: float
) -> FloatArray:
    """Return what numbers of inverse contracts are in base coins, at the price they traded at.

    Linear contracts need no price: there the instrument's lots are base coins already.

    Args:
        contracts: float64[n], number of contracts; signed where the sum of a CVD is wanted.
        prices: float64[n], quote coins for one base coin, > 0; elsewhere the result is NaN.
        quote_per_contract: face of one contract, as the venue lists it; > 0.

    Returns:
        float64[n]; NaN where a number or a price is not known.

    Raises:
        ValueError: ``quote_per_contract`` is not above zero.

    Source:
        DEFINITIONS section 4, units.
    """
    if not quote_per_contract > 0:
        msg = f"a contract must be worth more than nothing, was {quote_per_contract}"
        raise ValueError(msg)
    return contracts * quote_per_contract / np.where(prices > 0, prices, np.nan)
