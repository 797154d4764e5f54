"""Effort: volume taken at the edge of a window's prices, and how far the mid went for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from core.calc.basis import mids
from core.calc.edge_zone import edge_zone_ticks
from core.calc.held import held
from core.calc.marking import touches
from core.calc.move_per_lot import move_per_lot, rolling
from core.calc.trailing import Usual, trailing_quantile
from core.domain.arrays import BoolArray, FloatArray, IntArray, RowArray, TradeArray, require_sorted
from core.domain.units import NS_PER_S, Ns

_RARE: Final = Usual(Fraction(99, 100))
_FAR: Final = 2**40
_HOLD_NS: Final[Ns] = 60 * NS_PER_S


@dataclass(frozen=True, slots=True)
class EffortRule:
    """What counts as effort without a result.

    Attributes:
        window_s: whole seconds, >= 1.
        zone_least_ticks: the zone at the edge of the window's prices is at least so high.
        zone_frac: and at least this share of the median range of the minutes before.
        zone_minutes: how many minutes that traded this median is of.
        usual: which of the earlier efforts one must reach; windows that do not overlap count.
        most_frac: the mid went at most this share of the way that such a flow usually takes it.
        fit_s: how many windows before, a second apart, that way is measured over.
        fit_least: and how many of them must be known.
    """

    window_s: int = 10
    zone_least_ticks: int = 2
    zone_frac: float = 0.25
    zone_minutes: int = 30
    usual: Usual = _RARE
    most_frac: float = 0.25
    fit_s: int = 3_600
    fit_least: int = 300


@dataclass(frozen=True, slots=True)
class Effort:
    """One value per window; a window ends with each whole second from the first trade's on.

    Attributes:
        end_ns: int64[n], end of the window, ascending by one second.
        lots: float64[n], taken against the side in the zone.
        usual_lots: float64[n], what it had to reach; NaN is not known yet.
        edge_ticks: int64[n], the zone's outer price; nothing where nothing traded.
        zone_ticks: float64[n], height of the zone; NaN is not known yet.
        moved_ticks: float64[n], change of the mid in favour of the side; NaN = no quote.
        expected_ticks: float64[n], how far such a flow usually takes it, >= 0; NaN is not known.
        holds: bool[n], the effort had no result.
    """

    end_ns: IntArray
    lots: FloatArray
    usual_lots: FloatArray
    edge_ticks: IntArray
    zone_ticks: FloatArray
    moved_ticks: FloatArray
    expected_ticks: FloatArray
    holds: BoolArray


def effort(
    trades: TradeArray,
    quotes: RowArray,
    *,
    side: int,
    rule: EffortRule,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Effort:
    """Return the effort against passive orders of ``side`` at every second.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``. The second of the last one is not over.
        quotes: QUOTE_DTYPE[m], sorted by ``ts_event_ns``.
        side: +1 = sells into resting bids at the low, -1 = buys into resting offers at the high.
        rule: thresholds.
        gaps_ns: half-open spans in which trades or quotes may be missing.

    Raises:
        ValueError: one of the two is not sorted.

    Source:
        DEFINITIONS section 8, absorption 1 and 2; section 12, Kyle's lambda.
    """
    for each in (trades, quotes):
        require_sorted(each, "ts_event_ns")
    seconds = trades["ts_event_ns"] // NS_PER_S
    first, end = (int(seconds[0]), int(seconds[-1])) if seconds.size else (0, 0)
    rows, slot = trades[seconds < end], seconds[seconds < end] - first
    price = side * rows["price_ticks"].astype(np.int64)
    signed = side * rows["aggressor"] * rows["size_lots"]
    end_ns = (np.arange(first, end, dtype=np.int64) + 1) * NS_PER_S
    width = rule.window_s

    low = np.full(end_ns.size, _FAR)
    np.minimum.at(low, slot, price)
    padded = np.append(np.full(width - 1, _FAR), low)
    if low.size:
        low = np.lib.stride_tricks.sliding_window_view(padded, width).min(axis=1)
    zone = edge_zone_ticks(trades, end_ns, minutes=rule.zone_minutes, frac=rule.zone_frac)
    zone = np.maximum(zone, rule.zone_least_ticks)
    taken = signed < 0
    lots = _in_zone(slot[taken], price[taken], -signed[taken], low + zone, width)
    net = np.bincount(slot, weights=signed, minlength=end_ns.size)
    flow = rolling(net.astype(np.float64), width)
    mid = mids(quotes, tick_quote=1.0)
    at = [
        held(quotes["ts_event_ns"], mid, each, hold_ns=_HOLD_NS, gaps_ns=gaps_ns)
        for each in (end_ns - width * NS_PER_S, end_ns)
    ]
    moved = side * (at[1] - at[0])
    usually = move_per_lot(flow, moved, apart=width, fit=rule.fit_s, least=rule.fit_least)
    expected = -flow * usually
    lots[touches(end_ns - width * NS_PER_S, end_ns, gaps_ns) | np.isnan(zone)] = np.nan
    lots[: width - 1] = np.nan
    usual = _usual(end_ns, lots, rule)
    holds = (lots >= usual) & (lots > 0) & (expected > 0) & (moved >= -rule.most_frac * expected)
    return Effort(end_ns, lots, usual, side * low, zone, moved, np.maximum(expected, 0), holds)


def _in_zone(
    slot: IntArray, price: IntArray, lots: IntArray, above: FloatArray, width: int
) -> FloatArray:
    """Return the lots below ``above`` in the window of each end."""
    out = np.zeros(above.size)
    for later in range(width):
        at = slot + later
        is_in = at < above.size
        is_in[is_in] = price[is_in] < above[at[is_in]]
        out += np.bincount(at[is_in], weights=lots[is_in], minlength=above.size)
    return out


def _usual(end_ns: IntArray, lots: FloatArray, rule: EffortRule) -> FloatArray:
    """Return the quantile of the efforts of windows apart that were over when this one began."""
    apart = np.append(np.full(rule.window_s, np.nan), lots)[: lots.size]
    apart[end_ns // NS_PER_S % rule.window_s != 0] = np.nan
    return trailing_quantile(end_ns, apart, rule.usual)
