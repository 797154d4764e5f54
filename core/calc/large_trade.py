"""Large trade, the marker: one taker's order that is far larger than orders are."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from core.calc.grouping import intervals, runs
from core.calc.marking import beyond, touches
from core.calc.tape_orders import TapeOrders, tape_orders
from core.calc.trailing import Usual
from core.domain.arrays import FloatArray, IntArray, TradeArray
from core.domain.instrument import Instrument
from core.domain.marker import Marker, MarkerKind, Markers
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, Ns

_RARE: Final = Usual(Fraction(999, 1000), 7 * NS_PER_DAY)


@dataclass(frozen=True, slots=True)
class LargeTradeRule:
    """How large it must be.

    Attributes:
        usual: at least this quantile of the orders before.
        hour_frac: and at least this share of what trades in a median hour, once one has ended.
        renewed_ns: the threshold stands for so long, aligned to UTC.
        fixed_quote: at least so many quote coins instead.
    """

    usual: Usual = _RARE
    hour_frac: float = 0.001
    renewed_ns: Ns = 15 * NS_PER_MINUTE
    fixed_quote: float | None = None


WHALE: Final = LargeTradeRule(fixed_quote=500_000.0)
MEGA: Final = LargeTradeRule(fixed_quote=5_000_000.0)


def large_trade(
    trades: TradeArray,
    instrument: Instrument,
    *,
    rule: LargeTradeRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return the large orders, each at its instant; ``value`` is in quote coins.

    Orders are put together from their fills and are upper bounds, see ``tape_orders``. Those of
    unknown side count among the usual ones, and are marked with side 0.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``, whole instants.
        instrument: what its ticks and lots are.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades may be missing; hours that one touches are no
            measure of an hour.

    Raises:
        ValueError: ``trades`` is not sorted by ``ts_event_ns``.

    Source:
        DEFINITIONS section 14, whale.
    """
    used = rule or LargeTradeRule()
    orders = tape_orders(trades)
    quote = orders.notional_tick_lots * float(instrument.tick_size * instrument.lot_size)
    least, have = _thresholds(orders, quote, used, gaps_ns)
    found = [
        _marker(orders, at, (float(quote[at]), float(least[at])), instrument)
        for at in np.flatnonzero(quote >= least).tolist()
    ]
    short = f"{have:,} orders were before, {used.usual.needed:,} are needed"
    is_ready = used.fixed_quote is not None or have >= used.usual.needed
    return Markers(tuple(found), "" if is_ready else short)


def _thresholds(
    orders: TapeOrders, quote: FloatArray, rule: LargeTradeRule, gaps_ns: Sequence[tuple[Ns, Ns]]
) -> tuple[FloatArray, int]:
    """Return what each order has to reach, NaN = not known, and how many the last is held to."""
    if rule.fixed_quote is not None:
        return np.full(quote.size, rule.fixed_quote), 0
    stamps = orders.ts_event_ns
    out, have = np.full(quote.size, np.nan), 0
    many, per = rule.usual.frac.numerator, rule.usual.frac.denominator
    hours, sums = _hours(orders, quote, gaps_ns)
    for start, end in zip(*runs(intervals(stamps, width=rule.renewed_ns)), strict=True):
        now_ns = int(stamps[start]) // rule.renewed_ns * rule.renewed_ns
        first = np.searchsorted(stamps, now_ns - rule.usual.window_ns)
        have = int(start - first)
        if have < rule.usual.needed:
            continue
        rank = max(-(-many * have // per), 1) - 1
        out[start:end] = np.partition(quote[first:start], rank)[rank]
        ended = (hours + NS_PER_HOUR <= now_ns) & (hours >= now_ns - rule.usual.window_ns)
        if ended.any():
            usual_hour = rule.hour_frac * float(np.median(sums[ended]))
            out[start:end] = np.maximum(out[start:end], usual_hour)
    return out, have


def _hours(
    orders: TapeOrders, quote: FloatArray, gaps_ns: Sequence[tuple[Ns, Ns]]
) -> tuple[IntArray, FloatArray]:
    """Return the starts of the hours that are held whole, and what traded in each."""
    slots = intervals(orders.ts_event_ns, width=NS_PER_HOUR)
    starts, _ = runs(slots)
    # The tape begins in the middle of its first hour.
    starts = starts[1:]
    hours = slots[starts] * NS_PER_HOUR
    sums: FloatArray = np.add.reduceat(np.append(quote, 0.0), starts)
    whole = ~touches(hours, hours + NS_PER_HOUR, gaps_ns)
    return hours[whole], sums[whole]


def _marker(
    orders: TapeOrders, at: int, measured: tuple[float, float], instrument: Instrument
) -> Marker:
    quote, least = measured
    at_ns, side = int(orders.ts_event_ns[at]), int(orders.aggressor[at])
    base = int(orders.size_lots[at]) * float(instrument.lot_size)
    word = {1: "bought", -1: "sold"}.get(side, "traded")
    return Marker(
        kind=MarkerKind.LARGE_TRADE,
        side=side,
        event_ns=at_ns,
        known_ns=at_ns,
        price_ticks=int(orders.last_ticks[at]),
        value=quote,
        threshold=least,
        strength=beyond(quote, least),
        reason=(
            f"{base:,.4g} {instrument.base} ({quote:,.0f} {instrument.quote}) {word} at once over "
            f"{orders.levels[at]} price levels; {least:,.0f} are needed"
        ),
    )
