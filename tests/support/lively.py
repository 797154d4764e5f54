"""A tape on which most rules find something."""

import numpy as np

from tests.support.trades import random_trades


def lively_trades(*, seed=2, count=30_000, span_s=14_400):
    """Sides lean one way for minutes, few sizes are large, and some seconds are one-sided."""
    rng = np.random.default_rng(seed)
    rows = random_trades(rng, count, span_s=span_s)
    rows["size_lots"] = 1 + (20 * rng.pareto(1.2, count)).astype(np.int64)
    rows["size_lots"][count // 6 :: 700] += 60_000
    lean = np.sin(np.arange(count) / 300) * 0.9
    rows["aggressor"] = np.where(rng.random(count) < (1 + lean) / 2, 1, -1)
    return rows
