"""Data grade: which share of a bar is proven complete, and by what.

Three proofs, by what the venue allows: trade ids that count, ids that count merged fills, and the
venue's own closed candle. The candle, where it is there, has the last word: it is the venue's.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from core.calc.trade_runs import Ids
from core.domain.arrays import FloatArray, IntArray, RowArray
from core.domain.frame import Framed

UNKNOWN: Final = -1
"""Stands where a number of the evidence is not known."""

EVIDENCE_DTYPE: Final = np.dtype(
    [
        ("open_ns", "<i8"),
        ("lots", "<i8"),  # traded in the bar, as far as held
        ("span_lots", "<i8"),  # the same of the span of the candle compared, buys below
        ("span_buy_lots", "<i8"),
        ("candle_lots", "<i8"),  # what the venue's closed candle says; UNKNOWN = there is none
        ("candle_buy_lots", "<i8"),  # UNKNOWN = the venue does not say
        ("ids_held", "<i8"),
        ("ids_missing", "<i8"),  # UNKNOWN = ids do not tell
        ("gap_ns", "<i8"),  # time of the bar that lies in gaps of trades
        ("before_ns", "<i8"),  # time of the bar before the trades held begin
        ("book_gap_ns", "<i8"),  # time without a live book; UNKNOWN = no book is kept
        ("is_dropped", "?"),  # its trades were held once, and let go
    ]
)
"""What is known about one bar of one instrument."""

_BELOW_ONE: Final = float(np.nextafter(1.0, 0.0))


class Reason(IntEnum):
    """Why a bar has its grade, best first."""

    IDS = 0
    FILLS = 1
    CANDLE = 2
    UNPROVEN = 3
    SIDES = 4
    """As much was traded as the candle says, but not as much of it bought."""
    OVER = 5
    """More was traded than the candle says."""
    IDS_MISSING = 6
    SHORT = 7
    """Less was traded than the candle says."""
    BEGINS = 8
    """Trades are held from somewhere inside the bar."""
    GAP = 9
    NO_TRADES = 10
    """Only the venue's candle is held."""


@dataclass(frozen=True, slots=True)
class Grades(Framed):
    """One row per bar.

    Attributes:
        open_ns: int64[n], ascending.
        grade: float64[n] in [0, 1]; 1 = proven complete, NaN = not proven yet.
        reason: int64[n], Reason.
        missing_lots: int64[n], what the venue's candle says more; below zero = less; 0 too where
            there is no candle. Of the candle compared, which may be longer than the bar.
        book_grade: float64[n], share of the bar's time with a live book; NaN = none is kept.
        due_lots: float64[n], what should have traded, as far as can be told: the weight in a sum.
    """

    open_ns: IntArray
    grade: FloatArray
    reason: IntArray
    missing_lots: IntArray
    book_grade: FloatArray
    due_lots: FloatArray


def grade(evidence: RowArray, *, step_ns: int, ids: Ids) -> Grades:
    """Return the grades of the bars of one instrument.

    Args:
        evidence: EVIDENCE_DTYPE[n].
        step_ns: length of a bar, > 0.
        ids: what the venue's ids are worth.

    Source:
        DEFINITIONS, data grade.
    """
    span, candle = evidence["span_lots"], evidence["candle_lots"]
    missing, gap_ns, before_ns = (evidence[n] for n in ("ids_missing", "gap_ns", "before_ns"))
    has_candle = candle >= 0
    most = np.maximum(np.maximum(span, candle), 1)
    told = has_candle & (evidence["candle_buy_lots"] >= 0)
    off = np.where(told, np.abs(evidence["span_buy_lots"] - evidence["candle_buy_lots"]), 0)
    agreement = np.minimum(np.minimum(span, candle) / most, 1 - off / most)
    differs = has_candle & ((span != candle) | (off > 0))
    held = evidence["ids_held"]
    by_ids = np.full(span.size, Reason.FILLS if ids is Ids.COUNT_FILLS else Reason.IDS)
    in_gap = np.where(gap_ns > 0, Reason.GAP, Reason.IDS_MISSING)
    differing = np.select(
        [gap_ns > 0, before_ns > 0, missing > 0, span < candle, span > candle],
        [Reason.GAP, Reason.BEGINS, Reason.IDS_MISSING, Reason.SHORT, Reason.OVER],
        Reason.SIDES,
    )
    cases = (
        (evidence["is_dropped"], np.nan, Reason.UNPROVEN),
        ((span == 0) & ((candle > 0) | (before_ns > 0)), 0.0, Reason.NO_TRADES),
        (differs, np.minimum(agreement, _BELOW_ONE), differing),
        (has_candle, 1.0, np.where(missing == 0, by_ids, Reason.CANDLE)),
        (missing > 0, held / np.maximum(held + missing, 1), in_gap),
        (before_ns > 0, 1 - before_ns / step_ns, Reason.BEGINS),
        (missing == 0, 1.0, by_ids),
        (gap_ns > 0, 1 - gap_ns / step_ns, Reason.GAP),
    )
    conditions = [case[0] for case in cases]
    result = np.select(conditions, [case[1] for case in cases], np.nan)
    book_ns = evidence["book_gap_ns"]
    return Grades(
        open_ns=evidence["open_ns"].copy(),
        grade=result,
        reason=np.select(conditions, [case[2] for case in cases], Reason.UNPROVEN),
        missing_lots=np.where(has_candle, candle - span, 0),
        book_grade=np.where(book_ns >= 0, 1 - book_ns / step_ns, np.nan),
        due_lots=_due(evidence, result),
    )


def _due(evidence: RowArray, grades: FloatArray) -> FloatArray:
    """Return the candle's volume where it is the bar's own, else what the grade makes likely."""
    lots = evidence["lots"].astype(np.float64)
    own = (evidence["candle_lots"] >= 0) & (evidence["span_lots"] == evidence["lots"])
    likely = lots / np.where(grades > 0, grades, 1.0)
    return np.where(own, np.maximum(lots, evidence["candle_lots"]), likely)
