"""Sum of grades: the data grade of bars that several venues add up to."""

from collections.abc import Sequence

import numpy as np

from core.calc.grade import Grades, Reason
from core.domain.arrays import FloatArray


def sum_grades(parts: Sequence[Grades]) -> Grades:
    """Return the volume-weighted grade, with the reason of the worst part.

    A part that is not proven yet makes the sum so only where no other part is below 1: what is
    known to be missing is said. A part of a grade below 1 in a bar of which no volume is known
    weighs as much as its mean bar.

    Args:
        parts: at least one, all of the same bars, in common lots.
    """
    if len(parts) == 1:
        return parts[0]
    grades = np.stack([part.grade for part in parts])
    weights = np.stack([_weights(part) for part in parts])
    known = ~np.isnan(grades)
    weights = np.where(known, weights, 0.0)
    total = weights.sum(axis=0)
    mean = (np.where(known, grades, 0.0) * weights).sum(axis=0) / np.where(total > 0, total, 1.0)
    worst = np.argmin(np.where(known, grades, 2.0), axis=0)
    is_short = np.any(grades < 1, axis=0)
    is_open = ~is_short & ~known.all(axis=0)
    columns = np.arange(worst.size)
    reasons = np.stack([part.reason for part in parts])
    below_one = np.minimum(mean, np.nextafter(1.0, 0.0))
    return Grades(
        open_ns=parts[0].open_ns,
        grade=np.where(is_open, np.nan, np.where(is_short, below_one, 1.0)),
        reason=np.where(
            is_open,
            Reason.UNPROVEN,
            np.where(is_short, reasons[worst, columns], reasons.max(axis=0, initial=0)),
        ),
        missing_lots=np.sum([part.missing_lots for part in parts], axis=0),
        book_grade=np.min([part.book_grade for part in parts], axis=0),
        due_lots=np.sum([part.due_lots for part in parts], axis=0),
    )


def _weights(part: Grades) -> FloatArray:
    """Return the lots due; where none are known though some are missing, those of a mean bar."""
    due = part.due_lots
    known = due[due > 0]
    mean = float(known.mean()) if known.size else 1.0
    return np.where((due == 0) & (part.grade < 1), mean, due)
