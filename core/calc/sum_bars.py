"""Sum of bars: several venues as one series, volumes added up."""

from collections.abc import Sequence

import numpy as np

from core.domain.arrays import BAR_DTYPE, BarArray, empty_bars

_TICKS = ("open_ticks", "high_ticks", "low_ticks", "close_ticks")


def sum_bars(parts: Sequence[BarArray]) -> BarArray:
    """Return one series: prices of the first part, volumes of all.

    Prices of different venues do not make one candle, volumes do add up. Where the first part did
    not trade, its last close stands flat (and before its first bar, the other's own open).
    Inside a bar the order between venues is unknown, so the running delta is known at its end
    only: the extremes are those of the end value. Sum fine bars, then merge them.

    Args:
        parts: BAR_DTYPE[n], each sorted, on one grid of ticks, lots and times.

    Returns:
        One bar for every ``open_ns`` of any part, sorted.
    """
    if len(parts) == 1:
        return parts[0]
    every = np.concatenate(parts) if parts else empty_bars()
    if every.size == 0:
        return every
    open_ns, slot = np.unique(every["open_ns"], return_inverse=True)
    out = np.zeros(open_ns.size, BAR_DTYPE)
    out["open_ns"] = open_ns
    _set_prices(out, parts[0], every, slot)
    for name in ("buy_lots", "sell_lots", "unknown_lots", "trades"):
        np.add.at(out[name], slot, every[name])
    out["first_ns"] = np.iinfo(np.int64).max
    np.minimum.at(out["first_ns"], slot, every["first_ns"])
    np.maximum.at(out["last_ns"], slot, every["last_ns"])
    np.maximum.at(out["provenance"], slot, every["provenance"])
    delta = out["buy_lots"] - out["sell_lots"]
    out["min_delta_lots"] = np.minimum(delta, 0)
    out["max_delta_lots"] = np.maximum(delta, 0)
    _add_moments(out, every, slot)
    return out


def _set_prices(
    out: BarArray, first: BarArray, every: BarArray, slot: np.ndarray[tuple[int], np.dtype[np.intp]]
) -> None:
    has_first = np.isin(out["open_ns"], first["open_ns"], assume_unique=True)
    latest = np.maximum.accumulate(np.where(has_first, np.arange(out.size), -1))
    for name in _TICKS:
        own = np.zeros(out.size, np.int64)
        own[has_first] = first[name]
        out[name] = own
    any_open = np.zeros(out.size, np.int64)
    any_open[slot[::-1]] = every["open_ticks"][::-1]
    close = out["close_ticks"].astype(np.int64)
    flat = np.where(latest >= 0, close[np.maximum(latest, 0)], any_open)
    for name in _TICKS:
        out[name] = np.where(has_first, out[name], flat)


def _add_moments(
    out: BarArray, every: BarArray, slot: np.ndarray[tuple[int], np.dtype[np.intp]]
) -> None:
    """Add the moments of every part, measured from the common bar's open."""
    lots = every["buy_lots"] + every["sell_lots"] + every["unknown_lots"]
    shift = every["open_ticks"].astype(np.int64) - out["open_ticks"].astype(np.int64)[slot]
    np.add.at(out["moment1"], slot, every["moment1"] + lots * shift)
    shift_f = shift.astype(np.float64)
    moment2 = every["moment2"] + 2.0 * shift_f * every["moment1"] + lots * shift_f**2
    np.add.at(out["moment2"], slot, moment2)
