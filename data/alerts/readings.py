"""Readings: how each figure that a rule may watch is read off what the engine holds, now."""

from collections.abc import Callable
from dataclasses import dataclass
from math import nan
from typing import Final, TypeAlias

import numpy as np

from core.calc.basis import basis_bps, mids
from core.calc.flow_share import Flow, flow
from core.calc.liquidations import liquidated
from core.calc.near_depth import near_depth
from core.calc.ratio import ratio
from core.calc.tape_orders import tape_orders
from core.domain.arrays import RowArray
from core.domain.events import Channel
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S, Ns
from data.buffers.tape import Tape
from data.thresholds import DEFAULTS
from data.venues.sync import Phase

_HOLD_NS: Final[Ns] = NS_PER_MINUTE
"""Only changes of best quotes are sent, so silence may be calm."""
_TOLD_NS: Final[Ns] = 90 * NS_PER_S
"""OKX tells its rate every 30 to 90 s."""
_SPEED_NS: Final[Ns] = 10 * NS_PER_S
_NEAR_BPS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one market.

    Attributes:
        tape: of the instrument that is watched.
        now_ns: the source's clock.
        spot: of the same coin on the same venue; None = there is none.
        btc: of Bitcoin on the same venue, for what is scaled by its price; None = there is none.
        wall_btc_base: a wall of Bitcoin has more than this; one of another coin is worth as much.
    """

    tape: Tape
    now_ns: Ns
    spot: Tape | None = None
    btc: Tape | None = None
    wall_btc_base: float = DEFAULTS.wall_btc_base


Reading: TypeAlias = Callable[[Look], float]
"""Returns the figure in its unit; NaN where it is not known."""


def last_price(look: Look) -> float:
    """Return the price of the newest trade."""
    newest_ns = look.tape.trades.newest_ns
    if newest_ns is None:
        return nan
    rows = look.tape.trades.window(newest_ns, newest_ns + 1)
    return float(rows["price_ticks"][-1]) * float(look.tape.instrument.tick_size)


def spread_bps(look: Look) -> float:
    """Return best ask less best bid over their middle."""
    quote = _quote(look.tape, look.now_ns)
    if quote is None:
        return nan
    middle = float(mids(quote, tick_quote=1.0)[0])
    return (int(quote["ask_ticks"][0]) - int(quote["bid_ticks"][0])) / middle * 1e4


def mid_price(look: Look) -> float:
    """Return the middle between best bid and best ask."""
    quote = _quote(look.tape, look.now_ns)
    if quote is None:
        return nan
    return float(mids(quote, tick_quote=float(look.tape.instrument.tick_size))[0])


def buy_share(look: Look) -> float:
    """Return which share of the notional of the last minute bought."""
    told = _flow(look)
    return told.buy_frac if told is not None else nan


def net_flow(look: Look) -> float:
    """Return what was bought less what was sold in the last minute."""
    told = _flow(look)
    return told.net_quote if told is not None else nan


def basis(look: Look) -> float:
    """Return how far the perpetual's middle is above that of spot."""
    if look.spot is None:
        return nan
    ours, spots = mid_price(look), mid_price(Look(look.spot, look.now_ns))
    return float(basis_bps(np.array([ours]), np.array([spots]))[0])


def funding_rate(look: Look) -> float:
    """Return the rate of one interval."""
    told = _told(look.tape, look.now_ns)
    return float(told["funding_rate"]) * 100 if told is not None else nan


def open_interest_change(look: Look) -> float:
    """Return how open interest has changed over the last hour."""
    told = _told(look.tape, look.now_ns)
    before = _told(look.tape, look.now_ns - NS_PER_HOUR)
    if told is None or before is None or not float(before["open_interest"]) > 0:
        return nan
    return (float(told["open_interest"]) / float(before["open_interest"]) - 1) * 100


def cvd_15m(look: Look) -> float:
    """Return what was bought less what was sold in the last 15 minutes."""
    from_ns = look.now_ns - 15 * NS_PER_MINUTE
    if not _is_whole(look, from_ns):
        return nan
    bars = look.tape.seconds.window(from_ns, look.now_ns + 1)
    lots = int(bars["buy_lots"].sum()) - int(bars["sell_lots"].sum())
    return lots * float(look.tape.instrument.lot_size)


def book_imbalance(look: Look) -> float:
    """Return the imbalance of what rests near the middle."""
    if look.tape.book.phase is not Phase.LIVE:
        return nan
    book = look.tape.book.resting()
    lots = near_depth(*book.sides(), within_bps=(_NEAR_BPS,), known_ticks=book.known_ticks)
    return float(ratio(lots[:, 0] - lots[:, 1], lots[:, 0] + lots[:, 1])[0])


def orders_per_s(look: Look) -> float:
    """Return how many orders a second crossed the spread in the last ten seconds."""
    from_ns = look.now_ns - _SPEED_NS
    if not _is_whole(look, from_ns):
        return nan
    orders = tape_orders(look.tape.trades.window(from_ns, look.now_ns + 1))
    return orders.ts_event_ns.size / (_SPEED_NS / NS_PER_S)


def liquidated_5m(look: Look) -> float:
    """Return what was liquidated in the last five minutes, as far as the venue tells."""
    from_ns = look.now_ns - 5 * NS_PER_MINUTE
    missing = any(gap.to_ns > from_ns for gap in look.tape.gaps_of(Channel.LIQUIDATIONS))
    if missing or not look.tape.quotes.count(0, from_ns + 1):
        return nan  # quotes are never fetched afterwards: one from before says who was followed
    rows = look.tape.liquidations.window(from_ns, look.now_ns + 1)
    sums = liquidated([(rows, float(look.tape.instrument.lot_size))], most=0)
    return sums.long_quote + sums.short_quote


def wall_distance_bps(look: Look) -> float:
    """Return how far the nearest large resting order is from the middle, on either side."""
    book, least_lots = look.tape.book, _wall_lots(look)
    if book.phase is not Phase.LIVE or least_lots is None:
        return nan
    rests = book.resting()
    if not rests.bid_ticks or not rests.ask_ticks:
        return nan
    middle = (rests.bid_ticks + rests.ask_ticks) / 2
    walls = rests.ticks[rests.lots > least_lots]
    return float(np.abs(walls - middle).min()) / middle * 1e4 if walls.size else nan


def _wall_lots(look: Look) -> float | None:
    """Return how many lots make a wall: as much money as is one of Bitcoin."""
    if look.btc is None:
        return None
    money = look.wall_btc_base * last_price(Look(look.btc, look.now_ns))
    lots = money / last_price(look) / float(look.tape.instrument.lot_size)
    return lots if lots > 0 else None


def _is_whole(look: Look, from_ns: Ns) -> bool:
    """Return whether every trade since an instant is held."""
    complete_ns = look.tape.complete_from_ns
    missing = any(gap.to_ns > from_ns for gap in look.tape.gaps)
    return complete_ns is not None and complete_ns <= from_ns and not missing


def _flow(look: Look) -> Flow | None:
    from_ns = look.now_ns - NS_PER_MINUTE
    if not _is_whole(look, from_ns):
        return None
    return flow(look.tape.trades.window(from_ns, look.now_ns + 1), look.tape.instrument)


def _quote(tape: Tape, now_ns: Ns) -> RowArray | None:
    """Return the newest two-sided quote as one row; None = there is none, or it is old."""
    rows = tape.quotes.window(now_ns - _HOLD_NS, now_ns + 1)[-1:]
    return rows if rows.size and rows["bid_lots"][0] and rows["ask_lots"][0] else None


def _told(tape: Tape, at_ns: Ns) -> np.void | None:
    """Return what the venue had last said of a perpetual at an instant."""
    rows = tape.tickers.window(at_ns - _TOLD_NS, at_ns + 1)
    return rows[-1] if rows.size else None
