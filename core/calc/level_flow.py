"""Level flow: one number for the order flow at several levels of the book."""

import numpy as np

from core.domain.arrays import FloatArray, IntArray


def level_shares(flow_lots: IntArray, depth_lots: FloatArray) -> FloatArray:
    """Return the flow of each level in units of the mean depth of all levels.

    Args:
        flow_lots: int64[n, m], order flow of n intervals at m levels.
        depth_lots: float64[n, m], mean of half of what rested at both sides of the level.

    Returns:
        float64[n, m]; NaN where nothing rested.

    Source:
        DEFINITIONS section 10; Cont, Cucuringu & Zhang (2023).
    """
    mean = depth_lots.mean(axis=1, keepdims=True)
    return flow_lots / np.where(mean > 0, mean, np.nan)


def loadings(shares: FloatArray) -> FloatArray:
    """Return the weights of the levels in their first principal component.

    Fit them on what came before the flow that they are used on.

    Args:
        shares: float64[n, m]; rows with NaN do not count.

    Returns:
        float64[m], absolute values add up to 1, their sum is not below 0; NaN when fewer than two
        rows count or none of the levels varies.

    Source:
        DEFINITIONS section 10, integrated OFI.
    """
    known = shares[~np.isnan(shares).any(axis=1)]
    if known.shape[0] <= 1 or not np.ptp(known, axis=0).any():
        return np.full(shares.shape[1], np.nan)
    _, vectors = np.linalg.eigh(np.atleast_2d(np.cov(known, rowvar=False)))
    first = vectors[:, -1]
    # A component has no sign of its own: more flow must mean more of it.
    weights: FloatArray = first / np.abs(first).sum() * (-1 if first.sum() < 0 else 1)
    return weights


def integrated(shares: FloatArray, weights: FloatArray) -> FloatArray:
    """Return float64[n]: each row's flow over all levels; NaN where a level's is not known.

    Args:
        shares: float64[n, m].
        weights: float64[m], from ``loadings``.
    """
    flows: FloatArray = shares @ weights
    return flows
