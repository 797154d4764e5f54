"""Liquidations: positions that were closed by force, the largest ones and the sums of all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.domain.arrays import FloatArray, IntArray, Position, RowArray
from core.domain.frame import Framed


@dataclass(frozen=True, slots=True)
class Liquidated(Framed):
    """Liquidations of one or more venues in a window.

    Attributes:
        ts_ns: int64[n], venue time, ascending; those of the largest notional.
        price: float64[n], quote coins.
        base: float64[n], base coins, > 0.
        position: int64[n], Position: whose position was closed.
        price_kind: int64[n], LiquidationPrice: what the price is.
        part: int64[n], which of the parts it comes from.
        left_out: how many smaller ones there are besides.
        long_quote: notional of all longs closed, left out ones too, in quote coins.
        short_quote: of all shorts.
    """

    ts_ns: IntArray
    price: FloatArray
    base: FloatArray
    position: IntArray
    price_kind: IntArray
    part: IntArray
    left_out: int
    long_quote: float
    short_quote: float


def liquidated(parts: Sequence[tuple[RowArray, float]], *, most: int) -> Liquidated:
    """Return the ``most`` largest liquidations by notional, and the sums of all.

    What the venues told is summed, and no more: where one tells only some, the sums are lower
    bounds.

    Args:
        parts: of each venue LIQUIDATION_DTYPE[n], any order, and the base coins in a lot.
        most: largest number returned, >= 0; of equal ones the earlier stays.

    Source:
        DEFINITIONS section 13, liquidations.
    """
    none = np.zeros(0)
    ts_ns = _joined([rows["ts_event_ns"] for rows, _ in parts], np.int64)
    position = _joined([rows["position"] for rows, _ in parts], np.int64)
    kind = _joined([rows["price_kind"] for rows, _ in parts], np.int64)
    part = _joined([np.full(rows.size, index) for index, (rows, _) in enumerate(parts)], np.int64)
    price = np.concatenate([none, *(rows["price"] for rows, _ in parts)])
    base = np.concatenate([none, *(rows["size_lots"] * lot_base for rows, lot_base in parts)])
    notional = price * base
    largest = np.lexsort((ts_ns, -notional))[:most]
    shown = largest[np.argsort(ts_ns[largest], kind="stable")]
    return Liquidated(
        ts_ns=ts_ns[shown],
        price=price[shown],
        base=base[shown],
        position=position[shown],
        price_kind=kind[shown],
        part=part[shown],
        left_out=ts_ns.size - shown.size,
        long_quote=float(notional[position == Position.LONG].sum()),
        short_quote=float(notional[position == Position.SHORT].sum()),
    )


def _joined(parts: Sequence[IntArray], dtype: type[np.int64]) -> IntArray:
    return np.concatenate([np.zeros(0, dtype), *parts]).astype(dtype)
