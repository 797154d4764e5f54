"""Bulk sides: how much of each bar was bought, guessed from its price alone; a last resort."""

from math import erf, sqrt

import numpy as np

from core.domain.arrays import FloatArray


def bulk_buys(moves: FloatArray, volume: FloatArray) -> FloatArray:
    """Return the part of each bar's volume that is taken for bought.

    An estimate, for venues that tell no sides. VPIN of it measures volume and volatility.

    Args:
        moves: float64[n], price change of each bar, in any unit.
        volume: float64[n], of each bar, >= 0.

    Returns:
        float64[n] in the unit of ``volume``: volume times the normal distribution at move / sigma,
        with sigma the sample deviation of all moves. NaN where there is no sigma: under two bars,
        or all moves the same.

    Source:
        DEFINITIONS sections 1 and 12; Easley, Lopez de Prado & O'Hara (2012). Andersen & Bondarenko
        (2014) for what it does not measure.
    """
    if moves.size <= 1 or not np.ptp(moves):
        return np.full(moves.size, np.nan)
    scaled = moves / np.std(moves, ddof=1)
    shares = np.array([(1 + erf(each / sqrt(2))) / 2 for each in scaled.tolist()])
    bought: FloatArray = volume * shares
    return bought
