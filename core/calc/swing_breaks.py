"""Swing breaks: the bars that trade through a swing that was known before them."""

from core.calc.swings import swing_highs
from core.domain.arrays import IntArray


def swing_breaks(highs: IntArray, *, reach: int) -> list[tuple[int, int]]:
    """Return each bar that goes above a known swing, and the highest such swing.

    A swing is broken once; then it counts no more. The breaks of lows are those of ``-lows``.

    Args:
        highs: int64[n], in the order of time.
        reach: bars on both sides of a swing, >= 1; it is known when the last of them has closed.

    Returns:
        Pairs of indices (bar, swing), ascending.

    Raises:
        ValueError: ``reach`` is below 1.
    """
    known = {at + reach + 1: at for at in swing_highs(highs, left=reach, right=reach).tolist()}
    prices, standing, found = highs.tolist(), list[int](), []
    for at, price in enumerate(prices):
        if at in known:
            standing.append(known[at])
        through = [swing for swing in standing if prices[swing] < price]
        if through:
            found.append((at, max(through, key=lambda swing: int(prices[swing]))))
            standing = [swing for swing in standing if prices[swing] >= price]
    return found
