"""Taker seconds: what each side took in every second that has ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.calc.grouping import intervals, runs
from core.calc.notional import notional
from core.domain.arrays import FloatArray, IntArray, TradeArray, require_sorted
from core.domain.frame import Framed
from core.domain.units import NS_PER_S, Ns


@dataclass(frozen=True, slots=True)
class TakerSeconds(Framed):
    """One element per UTC second with a trade, ascending.

    Attributes:
        open_ns: int64[n], start of the second.
        lots: float64[2, n], what buyers took, then what sellers did.
        notional: float64[2, n], the same in tick-lots.
        close_ticks: int64[n], last price.
    """

    open_ns: IntArray
    lots: FloatArray
    notional: FloatArray
    close_ticks: IntArray

    def columns(self) -> Mapping[str, Any]:
        """Return ``buy_lots``, ``sell_lots`` and what they were worth, in tick-lots."""
        return {
            "open_ns": self.open_ns,
            "buy_lots": self.lots[0],
            "sell_lots": self.lots[1],
            "buy_notional_tick_lots": self.notional[0],
            "sell_notional_tick_lots": self.notional[1],
            "close_ticks": self.close_ticks,
        }

    def followed_by(self, later: "TakerSeconds", *, from_ns: Ns) -> "TakerSeconds":
        """Return these from the last one before ``from_ns`` on, and the later ones after them."""
        start = max(int(np.searchsorted(self.open_ns, from_ns)) - 1, 0)
        return TakerSeconds(
            open_ns=np.append(self.open_ns[start:], later.open_ns),
            lots=np.append(self.lots[:, start:], later.lots, axis=1),
            notional=np.append(self.notional[:, start:], later.notional, axis=1),
            close_ticks=np.append(self.close_ticks[start:], later.close_ticks),
        )


def taker_seconds(trades: TradeArray, *, until_ns: Ns) -> TakerSeconds:
    """Return the seconds that end at or before ``until_ns``.

    Trades of unknown side move the price and are in neither sum.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``.
        until_ns: the tape is complete up to and including this instant.

    Raises:
        ValueError: ``trades`` is not sorted by ``ts_event_ns``, or too much traded to be summed.
    """
    require_sorted(trades, "ts_event_ns")
    ended = np.searchsorted(trades["ts_event_ns"], until_ns // NS_PER_S * NS_PER_S)
    told = trades[:ended]
    seconds = intervals(told["ts_event_ns"], width=NS_PER_S)
    starts, ends = runs(seconds)
    if not starts.size:
        none = np.zeros(0, np.int64)
        return TakerSeconds(none, np.zeros((2, 0)), np.zeros((2, 0)), none)
    is_side = np.array([told["aggressor"] > 0, told["aggressor"] < 0])
    return TakerSeconds(
        open_ns=seconds[starts] * NS_PER_S,
        lots=np.add.reduceat(told["size_lots"] * is_side, starts, axis=1).astype(np.float64),
        notional=np.add.reduceat(notional(told) * is_side, starts, axis=1).astype(np.float64),
        close_ticks=told["price_ticks"][ends - 1].astype(np.int64),
    )
