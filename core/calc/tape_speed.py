"""Tape speed: how fast, how large and how one-sided orders come, each against its own past."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.marking import touches
from core.calc.notional import notional
from core.calc.per_second import per_second, rolling_mean
from core.calc.ratio import ratio
from core.calc.tape_orders import tape_orders
from core.calc.trailing import Usual, trailing_rank
from core.domain.arrays import BoolArray, FloatArray, IntArray, TradeArray
from core.domain.frame import Framed
from core.domain.units import NS_PER_S, Ns

MAX_SECONDS: Final = 2**20
"""Longest tape measured, about twelve days."""
CLASSIC_TRADES_PER_S: Final = 10.0
"""Above it a tape is called aggressive where the threshold is fixed."""
_PAST_S: Final = 60
_DAY: Final = Usual()


@dataclass(frozen=True, slots=True)
class SpeedRule:
    """What is measured against what.

    Attributes:
        width_s: seconds that a value is the mean of, >= 1.
        usual: how far back values are compared; its quantile is not used.
        fast_ratio: so many times the median second of the minute before is an acceleration.
    """

    width_s: int = 3
    usual: Usual = _DAY
    fast_ratio: float = 2.0


@dataclass(frozen=True, slots=True)
class TapeSpeed(Framed):
    """One element per whole UTC second, dense; NaN where a gap touches its seconds.

    A rank is the share of the seconds before that had less, NaN until there are enough.

    Attributes:
        known_ns: int64[n], end of each second, ascending.
        orders_per_s: float64[n], reconstructed orders.
        trades_per_s: float64[n], rows of the tape; not comparable between venues.
        notional_per_s: float64[n], tick-lots.
        order_notional: float64[n], mean size of an order, tick-lots; NaN without orders.
        aggression: float64[n], buys less sells over their sum, -1 to 1; NaN without either.
        orders_rank: float64[n] of ``orders_per_s``.
        notional_rank: float64[n] of ``notional_per_s``.
        size_rank: float64[n] of ``order_notional``.
        aggression_rank: float64[n] of the size of ``aggression``, whatever its sign.
        accelerates: bool[n], trades are at least ``fast_ratio`` times as fast as in the median
            second of the minute before; never where that had none.
    """

    known_ns: IntArray
    orders_per_s: FloatArray
    trades_per_s: FloatArray
    notional_per_s: FloatArray
    order_notional: FloatArray
    aggression: FloatArray
    orders_rank: FloatArray
    notional_rank: FloatArray
    size_rank: FloatArray
    aggression_rank: FloatArray
    accelerates: BoolArray


def tape_speed(
    trades: TradeArray,
    *,
    until_ns: Ns,
    rule: SpeedRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> TapeSpeed:
    """Return the speed at the end of every second that is held whole.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``; the second of the first does not count.
        until_ns: the tape is complete up to and including this instant.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades may be missing.

    Raises:
        ValueError: ``trades`` is not sorted, there are more than MAX_SECONDS, or too much traded to
            be summed.

    Source:
        DEFINITIONS sections 8 (orders, not fills; the value itself is not among its past) and 20.
    """
    used = rule or SpeedRule()
    orders = tape_orders(trades)
    first = int(trades["ts_event_ns"][0]) // NS_PER_S + 1 if trades.size else 0
    count = max(until_ns // NS_PER_S - first, 0) if trades.size else 0
    if count > MAX_SECONDS:
        msg = f"a tape of {count} seconds was to be measured, at most {MAX_SECONDS} can be"
        raise ValueError(msg)
    edges_ns = (first + np.arange(count + 1)) * NS_PER_S
    known_ns = edges_ns[1:]
    gone = touches(edges_ns[:-1], known_ns, gaps_ns)
    worth, side = notional(trades), trades["aggressor"].astype(np.int64)
    trade_sums = [
        per_second(trades["ts_event_ns"], each, edges_ns)
        for each in (np.ones_like(side), worth, worth * side, worth * np.abs(side))
    ]
    rows, taken, net, sided = (rolling_mean(each, gone, width=used.width_s) for each in trade_sums)
    order_counts = per_second(orders.ts_event_ns, np.ones_like(orders.levels), edges_ns)
    orders_per_s = rolling_mean(order_counts, gone, width=used.width_s)
    size, aggression = ratio(taken, orders_per_s), ratio(net, sided)
    return TapeSpeed(
        known_ns=known_ns,
        orders_per_s=orders_per_s,
        trades_per_s=rows,
        notional_per_s=taken,
        order_notional=size,
        aggression=aggression,
        orders_rank=trailing_rank(known_ns, orders_per_s, used.usual),
        notional_rank=trailing_rank(known_ns, taken, used.usual),
        size_rank=trailing_rank(known_ns, size, used.usual),
        aggression_rank=trailing_rank(known_ns, np.abs(aggression), used.usual),
        accelerates=_accelerates(trade_sums[0], gone, rows, used),
    )


def _accelerates(counts: IntArray, gone: BoolArray, rate: FloatArray, rule: SpeedRule) -> BoolArray:
    out = np.zeros(counts.size, np.bool_)
    skipped = _PAST_S + rule.width_s - 1
    if counts.size > skipped:
        known = np.where(gone, np.nan, counts.astype(np.float64))
        past = np.lib.stride_tricks.sliding_window_view(known, _PAST_S)
        usual = np.median(past[: counts.size - skipped], axis=1)
        out[skipped:] = (usual > 0) & (rate[skipped:] >= rule.fast_ratio * usual)
    return out
