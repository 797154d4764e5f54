"""Hypothesis strategies: tapes of trades, sorted, with ties, silences and unknown sides."""

import numpy as np
from hypothesis import strategies as st

from core.domain.arrays import TRADE_DTYPE

DAY_NS = 86_400_000_000_000
NOON_NS = 20_000 * DAY_NS + DAY_NS // 2

_GAPS_NS = (0, 0, 0, 1, 999_999, 300_000_000, 1_000_000_000, 7_000_000_001, 61_000_000_000)


@st.composite
def tapes(draw, *, min_size=0, max_size=40, sides=(-1, 0, 1), ticks=(1, 60), lots=(1, 1000)):
    """TRADE_DTYPE[n], sorted; many equal stamps, some silences of seconds and of a minute."""
    steps = draw(
        st.lists(
            st.tuples(
                st.sampled_from(_GAPS_NS),
                st.integers(*ticks),
                st.integers(*lots),
                st.sampled_from(sides),
            ),
            min_size=min_size,
            max_size=max_size,
        )
    )
    rows = np.zeros(len(steps), TRADE_DTYPE)
    at_ns = NOON_NS + draw(st.integers(-2_000_000_000, 2_000_000_000))
    for index, (gap_ns, price, size, side) in enumerate(steps):
        at_ns += gap_ns
        rows[index] = (at_ns, at_ns + 5_000_000, index + 1, size, price, side, 0, 1)
    return rows


@st.composite
def long_tapes(draw, *, count):
    """TRADE_DTYPE[count] of a random walk from a drawn seed, for what only happens at length."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows = np.zeros(count, TRADE_DTYPE)
    gaps_ns = rng.integers(0, 20_000_000, count) * (rng.random(count) < 0.7)
    rows["ts_event_ns"] = NOON_NS + np.cumsum(gaps_ns)
    rows["trade_id"] = np.arange(1, count + 1)
    rows["size_lots"] = rng.integers(1, 100_000, count)
    rows["price_ticks"] = 1_000_000 + np.cumsum(rng.integers(-2, 3, count))
    rows["aggressor"] = rng.choice([-1, 0, 1], count)
    return rows
