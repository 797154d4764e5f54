"""Wall events: what can be said of a large level of a book, and by which rule."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from core.domain.frame import Framed
from core.domain.units import NS_PER_S, Ns


class WallEventKind(StrEnum):
    """What happened to a wall."""

    CREATED = "created"
    RESIZED = "resized"
    EATEN = "eaten"
    """It ended, and trades account for most of what went."""
    PULLED = "pulled"
    """It ended by an unattributed reduction: no trade accounts for most of what went."""
    MIXED = "mixed"
    """It ended by both."""
    OUT_OF_VIEW = "out of view"
    """The book no longer tells what rests there: not cancelled, not known."""


@dataclass(frozen=True, slots=True)
class WallRules:
    """When a level is a wall, and when it is one no more.

    Attributes:
        age_ns: so long it must have stood, at least that large.
        farthest_bps: farther from the middle none begins.
        resized_frac: a change of this share of its peak is told.
        ended_frac: below this share of its peak it has ended.
        eaten_frac: eaten from this filled share of what went on.
        pulled_frac: pulled up to this one.
        near_bps: the price was near when the middle was no farther ...
        near_ns: ... at some time so long before.
    """

    age_ns: Ns = 2 * NS_PER_S
    farthest_bps: float = 100.0
    resized_frac: Fraction = Fraction(1, 4)
    ended_frac: Fraction = Fraction(3, 10)
    eaten_frac: Fraction = Fraction(7, 10)
    pulled_frac: Fraction = Fraction(3, 10)
    near_bps: float = 10.0
    near_ns: Ns = 2 * NS_PER_S


@dataclass(frozen=True, slots=True)
class WallEvent(Framed):
    """One moment of a wall's life; the sums are of all its life until then.

    Attributes:
        side: BookSide.
        event_ns: when it happened; of CREATED when it became so large.
        known_ns: when that could first be told.
        since_ns: when it became so large.
        size_lots: what rested then; of OUT_OF_VIEW what was last known.
        peak_lots: the most that rested.
        least_lots: what it had to hold to be a wall, as it was in force when it began.
        added_lots: a lower bound, as is ``cancelled_lots``.
        cancelled_lots: unattributed reduction: what went and no trade accounts for.
        distance_bps: from the middle; NaN where the book had no two sides.
        is_near: the price was near it; ``WallRules.near_bps``.
    """

    kind: WallEventKind
    side: int
    price_ticks: int
    event_ns: Ns
    known_ns: Ns
    since_ns: Ns
    size_lots: int
    peak_lots: int
    least_lots: int
    added_lots: int
    filled_lots: int
    cancelled_lots: int
    distance_bps: float
    is_near: bool

    @property
    def eaten_frac(self) -> float:
        """Filled share of what went; NaN while nothing went."""
        gone = self.filled_lots + self.cancelled_lots
        return self.filled_lots / gone if gone else float("nan")


def verdict(filled_lots: int, cancelled_lots: int, rules: WallRules) -> WallEventKind:
    """Return how a wall ended of which so much was filled and cancelled, compared exactly."""
    gone = filled_lots + cancelled_lots
    if not gone:
        return WallEventKind.OUT_OF_VIEW
    if filled_lots >= rules.eaten_frac * gone:
        return WallEventKind.EATEN
    return WallEventKind.PULLED if filled_lots <= rules.pulled_frac * gone else WallEventKind.MIXED
