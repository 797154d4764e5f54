"""Short ways to make trades and instruments in tests."""

from decimal import Decimal

import numpy as np

from core.domain.arrays import TRADE_DTYPE, TradeArray
from core.domain.instrument import Instrument, InstrumentId

START_NS = 1_700_000_000_000_000_000 // 60_000_000_000 * 60_000_000_000
"""A whole minute."""


def instrument(name="binance.perp.BTCUSDT", tick="0.1", step="0.001", value="1"):
    return Instrument(
        id=InstrumentId.parse(name),
        base="BTC",
        quote="USDT",
        tick_size=Decimal(tick),
        size_step=Decimal(step),
        contract_value=Decimal(value),
    )


def trades(*rows) -> TradeArray:
    """Rows of (seconds after START_NS, price_ticks, size_lots, aggressor), ids counting from 1."""
    out = np.zeros(len(rows), TRADE_DTYPE)
    for index, (after_s, ticks, lots, side) in enumerate(rows):
        at = START_NS + round(after_s * 1e9)
        out[index] = (at, at + 1_000_000, index + 1, lots, ticks, side, 0, 1)
    return out


def random_trades(rng, count, *, span_s=600, first_id=1, tick=600_000):
    """Sorted trades of a random walk; several share an instant."""
    out = np.zeros(count, TRADE_DTYPE)
    steps_ms = np.sort(rng.integers(0, span_s * 1000, count))
    out["ts_event_ns"] = START_NS + steps_ms * 1_000_000
    out["ts_recv_ns"] = out["ts_event_ns"] + 2_000_000
    out["trade_id"] = first_id + np.arange(count)
    out["size_lots"] = rng.integers(1, 500, count)
    out["price_ticks"] = tick + np.cumsum(rng.integers(-3, 4, count))
    out["aggressor"] = rng.choice([-1, 1], count)
    return out
