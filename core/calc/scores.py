"""Scores: what rules marked, held against what is known to be true."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.domain.units import NS_PER_HOUR, Ns


class Mark(NamedTuple):
    """One finding.

    Attributes:
        side: +1, -1.
        ts_ns: where it is drawn.
        price_ticks: where it is drawn.
    """

    side: int
    ts_ns: Ns
    price_ticks: int


class Truth(NamedTuple):
    """One event that did happen; a mark of it has its side and lies between its ends, inclusive."""

    side: int
    start_ns: Ns
    end_ns: Ns
    low_ticks: int
    high_ticks: int


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far beyond an event's ends a mark still is of it, >= 0 each."""

    ns: Ns = 0
    ticks: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """Of one rule.

    Attributes:
        true: how many events there were.
        marked: how many marks there were.
        right: how many pairs of the two, none of either in two of them.
    """

    true: int
    marked: int
    right: int

    @property
    def precision(self) -> float:
        """Share of the marks that are right; NaN without marks."""
        return self.right / self.marked if self.marked else float("nan")

    @property
    def recall(self) -> float:
        """Share of the events that were marked; NaN without events."""
        return self.right / self.true if self.true else float("nan")

    def __add__(self, other: "Score") -> "Score":
        """Return the score of both together."""
        return Score(self.true + other.true, self.marked + other.marked, self.right + other.right)


def score(
    marks: Sequence[Mark], truths: Sequence[Truth], *, tolerance: Tolerance = Tolerance()
) -> Score:
    """Return how many of the marks are right: a mark of one event at most, and one mark of each.

    Of all ways to pair them one with the most pairs counts. A second mark of an event is wrong.

    Args:
        marks: any order.
        truths: any order.
        tolerance: at both ends, of time and of price.

    Source:
        DEFINITIONS section 17; augmenting paths: Kuhn (1955), "The Hungarian method".
    """
    near = [
        [at for at, truth in enumerate(truths) if _fits(mark, truth, tolerance)] for mark in marks
    ]
    of_truth: dict[int, int] = {}

    def place(mark: int, seen: set[int]) -> bool:
        for truth in near[mark]:
            if truth not in seen:
                seen.add(truth)
                if truth not in of_truth or place(of_truth[truth], seen):
                    of_truth[truth] = mark
                    return True
        return False

    right = sum(place(mark, set()) for mark in range(len(near)))
    return Score(len(truths), len(marks), right)


def within(marks: Sequence[Mark], spans_ns: Sequence[tuple[Ns, Ns]]) -> list[Mark]:
    """Return the marks in half-open spans, in their order."""
    return [mark for mark in marks if any(begin <= mark.ts_ns < end for begin, end in spans_ns)]


def per_hour(marks: Sequence[Mark], spans_ns: Sequence[tuple[Ns, Ns]]) -> float:
    """Return how many marks an hour of half-open spans has; NaN without spans.

    Args:
        marks: any order.
        spans_ns: none overlaps another; in those of quiet each mark is a false alarm.
    """
    total_ns = sum(end - begin for begin, end in spans_ns)
    return len(within(marks, spans_ns)) * NS_PER_HOUR / total_ns if total_ns else float("nan")


def _fits(mark: Mark, truth: Truth, tolerance: Tolerance) -> bool:
    in_time = truth.start_ns - tolerance.ns <= mark.ts_ns <= truth.end_ns + tolerance.ns
    low, high = truth.low_ticks - tolerance.ticks, truth.high_ticks + tolerance.ticks
    return mark.side == truth.side and in_time and low <= mark.price_ticks <= high
