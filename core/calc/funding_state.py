"""Funding state: who pays, whether that is extreme, and how fast the rate moves."""

from enum import StrEnum
from math import isnan, nan
from typing import Final

import numpy as np

from core.domain.arrays import FloatArray

_USUAL_HOURS: Final = 8.0
_LEAST_PAST: Final = 9
"""So few changes have no terciles worth the name."""


class Payer(StrEnum):
    """Who pays whom at the next funding."""

    LONGS = "LONGS PAY"
    SHORTS = "SHORTS PAY"
    NOBODY = "NOBODY PAYS"


def rate_per_8h(rate_frac: float, interval_h: float) -> float:
    """Return a rate as it would be for eight hours, so that venues can be compared.

    Args:
        rate_frac: of one interval; NaN is not known.
        interval_h: hours from one payment to the next; NaN or 0 is not known, and is never taken
            to be eight.

    Source:
        DEFINITIONS section 13, funding.
    """
    return rate_frac * _USUAL_HOURS / interval_h if interval_h > 0 else nan


def payer(rate_frac: float) -> Payer | None:
    """Return who pays; None where the rate is not known."""
    if isnan(rate_frac):
        return None
    return Payer.LONGS if rate_frac > 0 else Payer.SHORTS if rate_frac < 0 else Payer.NOBODY


def is_extreme(per_8h_frac: float, *, extreme_frac: float = 0.0004) -> bool:
    """Return whether a rate is beyond what is usual, either way; at the edge it is not yet.

    Args:
        per_8h_frac: of eight hours; NaN is not known, and not extreme.

    Source:
        DEFINITIONS section 20, funding.
    """
    return abs(per_8h_frac) > extreme_frac


def funding_trend(change_frac: float, past_changes: FloatArray) -> int | None:
    """Return how the rate moved over the last hour, by the terciles of how far hours moved it.

    Args:
        change_frac: the rate less what it was an hour before; NaN is not known.
        past_changes: float64[n], the same of hours before, this one not among them; NaN is not
            known.

    Returns:
        -3 to 3, arrows; 0 = it stood still; None where the change is not known, or too few before
        are.

    Source:
        DEFINITIONS section 20, funding.
    """
    past = np.abs(past_changes[~np.isnan(past_changes)])
    if isnan(change_frac) or past.size < _LEAST_PAST:
        return None
    if not change_frac:
        return 0
    low, high = np.quantile(past, (1 / 3, 2 / 3))
    arrows = 1 + int(abs(change_frac) > low) + int(abs(change_frac) > high)
    return arrows if change_frac > 0 else -arrows
