"""Roll's spread: what the bouncing of traded prices tells of the spread, where quotes are not."""

import numpy as np

from core.domain.arrays import IntArray


def roll_ticks(price_ticks: IntArray) -> float:
    """Return ``2 * sqrt(-cov(dp[t], dp[t-1]))``.

    Of no meaning where the middle is known.

    Args:
        price_ticks: int64[n], traded prices in their order.

    Returns:
        Ticks; NaN where successive moves do not tend to turn back (covariance >= 0), or where
        there are fewer than three prices.

    Source:
        DEFINITIONS section 12; Roll (1984), J. Finance 39(4).
    """
    moves = np.diff(price_ticks.astype(np.int64))
    count = moves.size - 1
    if count < 1:
        return float("nan")
    # In whole numbers: whether it is above zero must not hang on rounding.
    later, before = moves[1:].tolist(), moves[:-1].tolist()
    products = sum(a * b for a, b in zip(later, before, strict=True))
    scaled = count * products - sum(later) * sum(before)
    return 2.0 * float(np.sqrt(-scaled / count**2)) if scaled < 0 else float("nan")
