"""Sweep, the marker: what one side went through, in a sentence."""

from dataclasses import dataclass

from core.calc.consumed import Consumed
from core.calc.marking import beyond
from core.calc.sweep_rule import BookSweepRule
from core.calc.words import coins_text, count_text, number_text, price_text, share_text
from core.domain.arrays import TradeArray
from core.domain.instrument import Instrument
from core.domain.marker import Marker, MarkerKind
from core.domain.units import Aggressor


@dataclass(frozen=True, slots=True)
class Sweep:
    """Orders of one side up to the one with which it became a sweep.

    Attributes:
        fills: TRADE_DTYPE[n], theirs.
        ticks: how many they went through.
        taken: what they took from the book.
        has_book: the book was known.
        reach_ticks: what seconds before rarely went through; 0 where that is not asked for.
    """

    side: Aggressor
    fills: TradeArray
    ticks: int
    taken: Consumed
    has_book: bool
    reach_ticks: float

    @property
    def value(self) -> int:
        """Return the levels cleared, or the ticks where no book was known."""
        return self.taken.levels_cleared if self.has_book else self.ticks


def sweep_marker(sweep: Sweep, instrument: Instrument, rule: BookSweepRule) -> Marker:
    """Return the marker of a sweep that ``rule`` found."""
    taken = sweep.taken
    first, last = (int(sweep.fills["price_ticks"][at]) for at in (0, -1))
    quote = taken.notional_tick_lots * float(instrument.tick_size) * float(instrument.lot_size)
    needed = float(rule.least if sweep.has_book else max(rule.least, sweep.reach_ticks))
    at_ns = int(sweep.fills["ts_event_ns"][-1])
    return Marker(
        kind=MarkerKind.SWEEP,
        side=int(sweep.side),
        event_ns=at_ns,
        known_ns=at_ns,
        price_ticks=last,
        value=float(sweep.value),
        threshold=needed,
        strength=beyond(sweep.value, needed),
        reason=(
            f"{'Bought' if sweep.side > 0 else 'Sold'} at once "
            f"{coins_text(taken.lots, instrument)} ({number_text(quote)} {instrument.quote}) from "
            f"{price_text(first, instrument)} to {price_text(last, instrument)}: "
            f"{_through(sweep, rule)}, on average "
            f"{abs(taken.vwap_ticks - first) / first * 1e4:,.1f} bps worse than its start."
        ),
    )


def _through(sweep: Sweep, rule: BookSweepRule) -> str:
    """Return what it went through, and what it had to."""
    levels, least = "", f"{rule.least} are needed"
    if sweep.has_book:
        seen = f"{share_text(sweep.taken.visible_frac)} of what was seen resting"
        levels = f"{count_text(sweep.value, 'level')} cleared, {seen} ({least})"
        if rule.usual is None:
            return levels
        levels += ", "
    if rule.usual is not None and (sweep.has_book or sweep.reach_ticks > rule.least):
        rare = f"{share_text(float(rule.usual.frac), places=1)} of the seconds before had no more"
        least = f"{sweep.reach_ticks:,.0f} are needed, {rare}"
    return f"{levels}{count_text(sweep.ticks, 'tick')} gone through ({least})"
