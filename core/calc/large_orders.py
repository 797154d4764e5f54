"""Large orders, told piece by piece: what an order must reach holds for its hour."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from core.calc.grouping import intervals, runs
from core.calc.marking import touches
from core.calc.tape_orders import TapeOrders
from core.calc.words import count_text, number_text
from core.domain.arrays import FloatArray
from core.domain.marker import Marker, MarkerKind
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, Aggressor, Ns

_TAIL_VALUES: Final = 5
"""So many values must lie beyond a quantile before it is one."""

_MOST_PARTS: Final = 64


@dataclass(frozen=True, slots=True)
class WhaleRule:
    """What counts as large.

    Attributes:
        quantile: of the orders of the window, in (0, 1).
        volume_frac: or this share of the median hour's volume, whichever is more.
        window_ns: how far back they go; it ends with the last whole UTC hour, so that a threshold
            holds for an hour and no order is compared with itself.
        least_values: orders needed before the rule can judge.
        fixed_quote: quote coins that take the place of all this; None = adaptive.
    """

    quantile: float = 0.999
    volume_frac: float = 0.001
    window_ns: Ns = 7 * NS_PER_DAY
    least_values: int = 500
    fixed_quote: float | None = None


CLASSIC: Final = WhaleRule(fixed_quote=500_000.0)
"""A whale is half a million, whatever the market."""


@dataclass(frozen=True, slots=True)
class _Hour:
    """What the orders of one hour were worth, in their order, part by part."""

    open_ns: Ns
    parts: tuple[FloatArray, ...]


class LargeOrders:
    """Keeps what the orders of the window were worth.

    Attributes:
        not_ready: why the last hour cannot be judged, a clause; empty = it can.
    """

    def __init__(self, rule: WhaleRule, *, tick_lot_quote: float, from_ns: Ns = 0) -> None:
        """Begin without a past; the arguments are those of ``whales``."""
        self.not_ready = "" if rule.fixed_quote is not None else "no order was seen yet"
        self._rule, self._tick_lot_quote, self._from_ns = rule, tick_lot_quote, from_ns
        self._hours: tuple[_Hour, ...] = ()
        self._threshold = float("inf")

    def fork(self) -> Self:
        """Return a copy; what is told to either is not told to the other."""
        return copy(self)

    def after(self, orders: TapeOrders, gaps_ns: Sequence[tuple[Ns, Ns]] = ()) -> list[Marker]:
        """Return the large ones of a piece; no order lies before the piece before."""
        notional = orders.notional_tick_lots * self._tick_lot_quote
        starts, ends = runs(intervals(orders.ts_event_ns, width=NS_PER_HOUR))
        found: list[Marker] = []
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            open_ns = int(orders.ts_event_ns[start]) // NS_PER_HOUR * NS_PER_HOUR
            self._add(open_ns, notional[start:end], gaps_ns)
            rows = np.flatnonzero(notional[start:end] >= self._threshold) + start
            at_ns = orders.ts_event_ns[rows]
            told = (at_ns >= self._from_ns) & (orders.aggressor[rows] != 0)
            told &= ~touches(at_ns, at_ns + 1, gaps_ns)
            for row in rows[told].tolist():
                found.append(_marker(orders, row, float(notional[row]), self._threshold))
        return found

    def _add(self, open_ns: Ns, notional: FloatArray, gaps_ns: Sequence[tuple[Ns, Ns]]) -> None:
        if self._hours and self._hours[-1].open_ns == open_ns:
            last = self._hours[-1]
            last = _whole(last) if len(last.parts) == _MOST_PARTS else last
            self._hours = (*self._hours[:-1], _Hour(open_ns, (*last.parts, notional)))
            return
        first_ns = open_ns - self._rule.window_ns
        before = tuple(_whole(hour) for hour in self._hours if hour.open_ns >= first_ns)
        self._hours = (*before, _Hour(open_ns, (notional,)))
        if open_ns + NS_PER_HOUR > self._from_ns:
            self._threshold, self.not_ready = _threshold(self._rule, before, gaps_ns)


def _whole(hour: _Hour) -> _Hour:
    parts = hour.parts
    return hour if len(parts) == 1 else _Hour(hour.open_ns, (np.concatenate(parts),))


def _threshold(
    rule: WhaleRule, hours: Sequence[_Hour], gaps_ns: Sequence[tuple[Ns, Ns]]
) -> tuple[float, str]:
    """Return what an order must reach, and why that is not known."""
    if rule.fixed_quote is not None:
        return rule.fixed_quote, ""
    count = sum(hour.parts[0].size for hour in hours)
    needed = max(rule.least_values, round(_TAIL_VALUES / (1 - rule.quantile)))
    if count < needed:
        return float("inf"), f"{count} of {needed} orders were seen before this hour"
    values = np.concatenate([hour.parts[0] for hour in hours])
    rare = float(np.quantile(values, rule.quantile, method="inverted_cdf"))
    opens_ns = np.array([hour.open_ns for hour in hours])
    is_whole = ~touches(opens_ns, opens_ns + NS_PER_HOUR, gaps_ns)
    volumes = np.array([hour.parts[0].sum() for hour in hours])[is_whole]
    usual = float(np.median(volumes)) if volumes.size else 0.0
    return max(rare, rule.volume_frac * usual), ""


def _marker(orders: TapeOrders, row: int, value: float, threshold: float) -> Marker:
    side = Aggressor(int(orders.aggressor[row]))
    at_ns = int(orders.ts_event_ns[row])
    fills, levels = int(orders.fills[row]), int(orders.levels[row])
    return Marker(
        kind=MarkerKind.LARGE_TRADE,
        side=int(side),
        event_ns=at_ns,
        known_ns=at_ns,
        price_ticks=int(orders.last_ticks[row]),
        value=float(value),
        threshold=threshold,
        strength=1 - threshold / float(value),
        reason=(
            f"A {side.name.lower()} worth {number_text(value)} ({count_text(fills, 'fill')} at "
            f"{count_text(levels, 'price')}) reached the {number_text(threshold)} that make an "
            "order large now."
        ),
    )
