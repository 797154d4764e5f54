"""Minutes of a coin made by hand, and the regime that a page is shown."""

import numpy as np

from core.calc.regime_values import Minutes
from core.domain.units import NS_PER_MINUTE
from tests.support.trades import START_NS

NAN = float("nan")


def minutes(**series):
    """Minutes from START_NS; what is not named is not known."""
    count = len(next(iter(series.values())))
    names = (
        "price", "spot_delta", "perp_delta", "open_interest",
        "funding_8h_frac", "basis_bps", "spread_bps",
    )  # fmt: skip
    opens = START_NS + np.arange(count) * NS_PER_MINUTE
    return Minutes(opens, *(np.array(series.get(each, [NAN] * count), float) for each in names))
