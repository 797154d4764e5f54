"""Tape pulse: how fast the tape runs now, against its last minute, and which side presses."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.flow_share import Flow
from core.calc.tape_speed import SpeedRule
from core.domain.arrays import FloatArray
from core.domain.frame import Framed

SLOTS_PER_S: Final = 4
COLUMNS: Final = ("orders", "trades", "buy_quote", "sell_quote", "unknown_quote")
"""What is summed in each slot."""
_ORDERS, _TRADES = 0, 1
_MONEY: Final = slice(2, 5)
_PAST_S: Final = 60
_RULE: Final = SpeedRule()
NEEDED_SLOTS: Final = (_PAST_S + _RULE.width_s) * SLOTS_PER_S


@dataclass(frozen=True, slots=True)
class TapePulse(Framed):
    """The speed of one moment; usual is the median second of the minute before those measured.

    Attributes:
        orders_per_s: rebuilt orders.
        usual_orders_per_s: likewise.
        trades_per_s: rows of the tape; not comparable between venues.
        usual_trades_per_s: likewise.
        quote_per_s: quote coins, of every side.
        usual_quote_per_s: likewise.
        accelerates: trades come at least ``fast_ratio`` times as fast as usual; never where usual
            is nothing.
    """

    orders_per_s: float
    usual_orders_per_s: float
    trades_per_s: float
    usual_trades_per_s: float
    quote_per_s: float
    usual_quote_per_s: float
    accelerates: bool


def tape_pulse(slots: FloatArray, rule: SpeedRule = _RULE) -> TapePulse | None:
    """Return the speed at the end of the last slot.

    Args:
        slots: float64[n, 5], sums of COLUMNS in quarters of a second, oldest first; NaN where
            trades may be missing.
        rule: how long *now* is, and what is fast.

    Returns:
        None where one of the seconds is not known, or too few are given.

    Source:
        DEFINITIONS section 20, trade acceleration.
    """
    now, past = rule.width_s * SLOTS_PER_S, _PAST_S * SLOTS_PER_S
    part = slots[-(now + past) :]
    if part.shape[0] < now + past or bool(np.isnan(part).any()):
        return None
    three = np.stack([part[:, _ORDERS], part[:, _TRADES], part[:, _MONEY].sum(axis=1)], axis=1)
    rate = three[past:].sum(axis=0) / rule.width_s
    usual = np.median(three[:past].reshape(_PAST_S, SLOTS_PER_S, 3).sum(axis=1), axis=0)
    (orders, trades, quote), (orders_usual, trades_usual, quote_usual) = rate, usual
    return TapePulse(
        orders_per_s=float(orders),
        usual_orders_per_s=float(orders_usual),
        trades_per_s=float(trades),
        usual_trades_per_s=float(trades_usual),
        quote_per_s=float(quote),
        usual_quote_per_s=float(quote_usual),
        accelerates=bool(trades_usual > 0 and trades >= rule.fast_ratio * trades_usual),
    )


def pressure(slots: FloatArray, seconds: int) -> Flow | None:
    """Return what was bought and sold in the last so many seconds.

    Args:
        slots: as in ``tape_pulse``.
        seconds: >= 1.

    Returns:
        None where some of it is not known.
    """
    part = slots[-seconds * SLOTS_PER_S :, _MONEY]
    if part.shape[0] < seconds * SLOTS_PER_S or bool(np.isnan(part).any()):
        return None
    buy, sell, unknown = part.sum(axis=0).tolist()
    return Flow(buy, sell, unknown)
