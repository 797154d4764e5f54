"""Predicted funding: the rate that the premium so far would lead to."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.grouping import runs
from core.domain.arrays import FloatArray, IntArray

_USUAL_HOURS: Final = 8


@dataclass(frozen=True, slots=True)
class FundingRule:
    """How a venue makes the rate of one instrument; all are fractions.

    Attributes:
        interest: of eight hours.
        clamp: how far the interest may move the premium, of eight hours.
        cap: the rate of one interval stays within plus and minus this; None = no cap.
        interval_h: hours from one payment to the next.
    """

    interest: float = 0.0001
    clamp: float = 0.0005
    cap: float | None = None
    interval_h: float = _USUAL_HOURS


def premium(impact_bid: FloatArray, impact_ask: FloatArray, index: FloatArray) -> FloatArray:
    """Return ``(max(0, impact bid - index) - max(0, index - impact ask)) / index``.

    Args:
        impact_bid: float64[n], what selling the venue's impact size would fetch on average; NaN
            is not known. The unit is that of the others.
        impact_ask: float64[n], what buying it would cost.
        index: float64[n], > 0.

    Returns:
        float64[n], a fraction; 0 while the index lies between the two.

    Source:
        DEFINITIONS section 13, predicted funding.
    """
    above: FloatArray = np.maximum(0.0, impact_bid - index)
    below: FloatArray = np.maximum(0.0, index - impact_ask)
    return (above - below) / index


def average_so_far(premiums: FloatArray, interval: IntArray) -> FloatArray:
    """Return the mean of what is known of each interval up to each value.

    Args:
        premiums: float64[n], of spans of one length, in order; NaN is not known.
        interval: int64[n], which interval each is of, non-decreasing.

    Returns:
        float64[n]; NaN where less than half of an interval so far is known, or the newest is not.

    Source:
        DEFINITIONS section 13, predicted funding.
    """
    starts, ends = runs(interval)
    is_known = ~np.isnan(premiums)
    sums, counts = np.cumsum(np.where(is_known, premiums, 0.0)), np.cumsum(is_known)
    since = np.repeat(starts, ends - starts)
    # What came before an interval is taken off; where nothing did, there is nothing to take.
    sums -= np.where(since > 0, sums[since - 1], 0.0)
    counts = counts - np.where(since > 0, counts[since - 1], 0)
    enough = is_known & (2 * counts >= np.arange(premiums.size) - since + 1)
    return np.where(enough, sums / np.maximum(counts, 1), np.nan)


def predicted_funding(
    average_premium: FloatArray, *, rule: FundingRule | None = None
) -> FloatArray:
    """Return ``P + clamp(I - P)``, scaled to the interval, within the cap.

    While the interest and the premium are nearer than the clamp the answer is the interest
    itself: a plateau of 0.0100 % is the formula, not a neutral market.

    Args:
        average_premium: float64[n], time-weighted over the interval so far; NaN is not known.
        rule: None = eight hours, interest 0.01 %, clamp 0.05 %, no cap.

    Returns:
        float64[n], the rate of one interval, a fraction; above zero longs pay.

    Source:
        DEFINITIONS section 13, predicted funding (Binance's formula).
    """
    told = rule or FundingRule()
    moved = np.clip(told.interest - average_premium, -told.clamp, told.clamp)
    rate: FloatArray = (average_premium + moved) * (told.interval_h / _USUAL_HOURS)
    return rate if told.cap is None else np.clip(rate, -told.cap, told.cap)
