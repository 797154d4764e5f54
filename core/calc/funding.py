"""Funding: what longs pay shorts each interval, and what that is in a year."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.domain.arrays import FloatArray, IntArray
from core.domain.frame import Framed
from core.domain.units import NS_PER_HOUR

_HOURS_PER_YEAR: Final = 365 * 24


@dataclass(frozen=True, slots=True)
class Funding(Framed):
    """One rate per bar.

    Attributes:
        open_ns: int64[n], open of the bar, nanoseconds UTC, ascending.
        rate_frac: float64[n], of one interval; above zero longs pay. NaN is not known.
        interval_h: float64[n], hours from one payment to the next. NaN is not known.
        apr_frac: float64[n], the rate kept up for a year, without compounding. NaN is not known.
    """

    open_ns: IntArray
    rate_frac: FloatArray
    interval_h: FloatArray
    apr_frac: FloatArray

    @property
    def apy_frac(self) -> FloatArray:
        """float64[n], the rate kept up for a year with every payment left in. NaN is not known."""
        payments = _HOURS_PER_YEAR / self.interval_h
        return np.expm1(payments * np.log1p(self.rate_frac))


def funding(open_ns: IntArray, rate_frac: FloatArray, interval_ns: FloatArray) -> Funding:
    """Return the rates with what they are in a year: ``rate * 365 * 24 / interval_h``.

    Args:
        open_ns: int64[n].
        rate_frac: float64[n]; NaN is not known.
        interval_ns: float64[n], as the venue tells it, since it differs between instruments and
            changes; NaN or 0 is not known.

    Source:
        DEFINITIONS section 13, funding.
    """
    interval_h = np.where(interval_ns > 0, interval_ns / NS_PER_HOUR, np.nan)
    return Funding(open_ns, rate_frac, interval_h, rate_frac * _HOURS_PER_YEAR / interval_h)
