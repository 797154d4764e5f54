"""VPIN: how one-sided the last buckets of equal volume were; a concentration of signed flow."""

from dataclasses import dataclass

import numpy as np

from core.domain.arrays import FloatArray, IntArray, TradeArray, require_sorted
from core.domain.frame import Framed


@dataclass(frozen=True, slots=True)
class Vpin(Framed):
    """One element per full bucket, in order.

    Attributes:
        known_ns: int64[k], time of the trade that filled it.
        last_row: int64[k], which trade that was.
        imbalance_lots: int64[k], |buys - sells| inside.
        vpin: float64[k], mean of the last buckets' imbalance over their volume, in [0, 1]; NaN
            until there are enough.
        unknown_frac: share of all volume whose side is not known: it fills buckets but tips none.
    """

    known_ns: IntArray
    last_row: IntArray
    imbalance_lots: IntArray
    vpin: FloatArray
    unknown_frac: float


def vpin(trades: TradeArray, *, bucket_lots: int, buckets: int = 50) -> Vpin:
    """Return VPIN with the venue's own sides; a trade is split where a bucket ends.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``.
        bucket_lots: volume of a bucket, > 0; usually a fiftieth of a mean day.
        buckets: how many the mean is of, > 0.

    Raises:
        ValueError: ``trades`` is not sorted by ``ts_event_ns``, or a number is not above zero.

    Source:
        DEFINITIONS section 12; Easley, Lopez de Prado & O'Hara (2012), Rev. Financial Studies
        25(5), with true sides.
    """
    require_sorted(trades, "ts_event_ns")
    if bucket_lots <= 0 or buckets <= 0:
        msg = f"buckets must be above zero, were {buckets} of {bucket_lots} lots"
        raise ValueError(msg)
    lots = trades["size_lots"]
    filled = np.cumsum(lots)
    total = int(filled[-1:].sum())
    ends = np.arange(1, total // bucket_lots + 1) * bucket_lots
    rows = np.searchsorted(filled, ends)
    signed = np.cumsum(lots * trades["aggressor"])
    at_end = signed[rows] - (filled[rows] - ends) * trades["aggressor"][rows]
    imbalance = np.abs(np.diff(at_end, prepend=0))
    sums = np.append(0, np.cumsum(imbalance))
    values = np.full(ends.size, np.nan)
    values[buckets - 1 :] = (sums[buckets:] - sums[:-buckets]) / (buckets * bucket_lots)
    unknown = int(lots[trades["aggressor"] == 0].sum())
    return Vpin(
        known_ns=trades["ts_event_ns"][rows],
        last_row=rows,
        imbalance_lots=imbalance,
        vpin=values,
        unknown_frac=unknown / total if total else float("nan"),
    )
