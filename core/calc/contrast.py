"""Contrast: between which sizes a heat map goes from its darkest to its brightest."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def contrast(
    sizes: NDArray[np.floating[Any]], *, low_frac: float, high_frac: float
) -> tuple[float, float]:
    """Return the size that is darkest and the one that is brightest.

    A quantile is the smallest size that at least that share of the sizes does not exceed, so both
    are sizes that are there. Between the two a map goes by the logarithm, which keeps the order:
    quantiles of sizes and of their logarithms are those of the same cells.

    Args:
        sizes: float[n], any order and shape; cells that are empty (0) or not known (NaN) do not
            count.
        low_frac: quantile of the darkest, in [0, 1].
        high_frac: quantile of the brightest, above ``low_frac``.

    Returns:
        (low, high), low <= high; NaN where no cell counts.

    Raises:
        ValueError: the quantiles are no two ascending shares.
    """
    if not 0 <= low_frac < high_frac <= 1:
        msg = f"a contrast goes from a share to a larger one, was {low_frac} to {high_frac}"
        raise ValueError(msg)
    held = sizes[sizes > 0]
    if not held.size:
        return float("nan"), float("nan")
    ranks = [max(int(np.ceil(frac * held.size)) - 1, 0) for frac in (low_frac, high_frac)]
    ranked = np.partition(held, ranks)
    return float(ranked[ranks[0]]), float(ranked[ranks[1]])
