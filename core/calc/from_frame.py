"""From a frame: a table, such as a notebook reads from a file, becomes exact trades or quotes."""

from typing import TYPE_CHECKING, Final

import numpy as np

from core.calc.frame_columns import optional, present, refuse, steps, times, whole
from core.domain.arrays import QUOTE_DTYPE, TRADE_DTYPE, IntArray, RowArray, TradeArray
from core.domain.instrument import Instrument
from core.domain.units import Aggressor, Grid

if TYPE_CHECKING:
    import pandas as pd

_SIDES: Final = {"buy": Aggressor.BUY, "sell": Aggressor.SELL, "unknown": Aggressor.UNKNOWN}


def trades_from_frame(frame: "pd.DataFrame", instrument: Instrument) -> TradeArray:
    """Return the trades of a table; nothing is guessed, rounded, sorted or left out.

    Args:
        frame: a row per trade, sorted by time, with the columns of our export of trades (others
            are not read)::

                ts_event_ns  whole nanoseconds UTC, or moments with a time zone
                price        quote coins: text or Decimal, or floats that stand for a multiple of
                             the tick; or price_ticks, whole
                size         base coins, likewise; or size_lots, whole
                side         buy, sell or unknown, the taker's; or aggressor, 1, -1 or 0
                ts_recv_ns, trade_id, flags, fills   may be absent; then 0

        instrument: whose ticks and lots they become.

    Returns:
        TRADE_DTYPE[n], in the order of the table.

    Raises:
        ValueError: a column is absent, or a value is missing, not on the grid, out of range, or
            before the one above it; the message names the column and the row.
    """
    out = np.zeros(len(frame), TRADE_DTYPE)
    out["ts_event_ns"] = times(frame, "ts_event_ns")
    out["price_ticks"] = steps(frame, "price", "price_ticks", instrument.price_grid)
    out["size_lots"] = steps(frame, "size", "size_lots", _lots(instrument))
    out["aggressor"] = _aggressors(frame)
    for name in ("ts_recv_ns", "trade_id", "flags", "fills"):
        out[name] = optional(frame, name, TRADE_DTYPE[name])
    refuse(out["price_ticks"] < 1, "price", "is not above zero")
    refuse(out["size_lots"] < 1, "size", "is not above zero")
    return out


def quotes_from_frame(frame: "pd.DataFrame", instrument: Instrument) -> RowArray:
    """Return the best bids and asks of a table.

    Args:
        frame: a row per quote, sorted by time: ``ts_event_ns``, ``bid_price``, ``bid_size``,
            ``ask_price``, ``ask_size`` (or ``_ticks`` and ``_lots``), each as in
            ``trades_from_frame``; a size of 0 says that nobody is there. ``ts_recv_ns`` and
            ``update_id`` may be absent.
        instrument: whose ticks and lots they become.

    Returns:
        QUOTE_DTYPE[n], in the order of the table.

    Raises:
        ValueError: as in ``trades_from_frame``.
    """
    out = np.zeros(len(frame), QUOTE_DTYPE)
    out["ts_event_ns"] = times(frame, "ts_event_ns")
    for side in ("bid", "ask"):
        price, size = (f"{side}_price", f"{side}_ticks"), (f"{side}_size", f"{side}_lots")
        out[price[1]] = steps(frame, *price, instrument.price_grid)
        out[size[1]] = steps(frame, *size, _lots(instrument))
    for name in ("ts_recv_ns", "update_id"):
        out[name] = optional(frame, name, QUOTE_DTYPE[name])
    return out


def _lots(instrument: Instrument) -> Grid:
    """Return the grid of sizes in base coins; the instrument's own is in the venue's unit."""
    return Grid(instrument.lot_size, largest=instrument.size_grid.largest)


def _aggressors(frame: "pd.DataFrame") -> IntArray:
    if "aggressor" in frame:
        return whole(frame, "aggressor", least=-1, most=1)
    sides = present(frame, "side").map(_SIDES)
    refuse(sides.isna().to_numpy(), "side", f"is none of {', '.join(_SIDES)}")
    found: IntArray = sides.to_numpy(np.int64)
    return found
