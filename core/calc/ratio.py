"""Ratio: one number over another, not known where there is nothing to divide by."""

import numpy as np

from core.domain.arrays import FloatArray


def ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    """Return ``above / below``, float64 of their shape; NaN where ``below`` is not above zero."""
    none = np.full(below.shape, np.nan)
    found: FloatArray = np.divide(above, below, out=none, where=below > 0)
    return found
