"""The data grade of every bar shown, from the trades, gaps and candles that the tapes hold."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Final

import numpy as np

from core.calc.common_grid import Factors
from core.calc.evidence import compare, evidence_of_trades, time_within
from core.calc.grade import UNKNOWN, Grades, grade
from core.calc.sum_grades import sum_grades
from core.domain.arrays import BoolArray, IntArray, Provenance
from core.domain.events import Channel
from core.domain.units import NS_PER_MINUTE, NS_PER_S, Ns
from data.buffers.tape import Tape
from data.venues.sync import Phase
from data.views.holes import klines_of
from data.views.runs import RunsSince, ids_of
from data.views.series import SETTLE_NS

EVERY_NS: Final[Ns] = 5 * NS_PER_S
"""Settled trades are looked at in portions of this length: a portion costs what ten frames do."""


def settled_ns(close_ns: Ns) -> Ns:
    """Return when a bar that closes then can be graded to its end."""
    return -(-close_ns // EVERY_NS) * EVERY_NS + SETTLE_NS


class GradedBars:
    """The grades of the bars of one step over several tapes, as far as their trades have settled.

    A trade that comes changes nothing until it has settled, so most calls cost a comparison.
    Closed bars are graded once, until a candle, a gap or a late trade comes.
    """

    def __init__(self, step_ns: Ns, timeframe: str | None) -> None:
        """Make an empty one.

        Args:
            step_ns: length of a bar.
            timeframe: name of the venue's klines of that length; None = there are none.
        """
        self._step_ns = step_ns
        self._timeframe = timeframe
        self._parts: list[_GradedTape] = []
        self._state: tuple[object, ...] = ()
        self._opens = np.zeros(0, np.int64)
        self._answer: Grades | None = None

    def update(
        self, tapes: Sequence[Tape], by: Sequence[Factors], opens_ns: IntArray, *, now_ns: Ns
    ) -> Grades:
        """Return the grades of the bars that open at ``opens_ns``, lots on the common grid.

        Args:
            opens_ns: int64[n], ascending, multiples of the step.
            now_ns: the source's clock.
        """
        edge_ns = (now_ns - SETTLE_NS) // EVERY_NS * EVERY_NS
        state = (edge_ns, *by, *(_state(tape, edge_ns) for tape in tapes))
        if (
            self._answer is not None
            and state == self._state
            and np.array_equal(opens_ns, self._opens)
        ):
            return self._answer
        if len(self._parts) != len(tapes):
            self._parts = [_GradedTape(self._step_ns, self._timeframe) for _ in tapes]
        graded = [
            _rescaled(part.update(tape, opens_ns, edge_ns), each)
            for part, tape, each in zip(self._parts, tapes, by, strict=True)
        ]
        self._answer = sum_grades(graded)
        self._state, self._opens = state, opens_ns.copy()
        return self._answer


class _GradedTape:
    """The same of one tape, in its own lots."""

    def __init__(self, step_ns: Ns, timeframe: str | None) -> None:
        self._step_ns = step_ns
        self._timeframe = timeframe
        self._atom_ns = NS_PER_S if step_ns < NS_PER_MINUTE else NS_PER_MINUTE
        self._runs = RunsSince(self._atom_ns)
        self._kept: Grades | None = None
        self._state: tuple[object, ...] = ()

    def update(self, tape: Tape, opens_ns: IntArray, edge_ns: Ns) -> Grades:
        from_ns = int(opens_ns[0]) if opens_ns.size else edge_ns
        state = _facts(tape)
        rows = self._runs.update(
            tape, from_ns=from_ns // NS_PER_MINUTE * NS_PER_MINUTE, edge_ns=edge_ns
        )
        kept = self._still_true((*state, self._runs.starts), opens_ns)
        done = kept.open_ns.size if kept is not None else 0
        fresh = self._graded(tape, rows, opens_ns[done:], edge_ns)
        graded = fresh if kept is None else _joined(kept, fresh)
        # A bar is done once a later trade has shown that nothing follows its last one, and the
        # minute is over whose candle may still prove it.
        newest_ns = int(rows["open_ns"][-1]) // NS_PER_MINUTE * NS_PER_MINUTE if rows.size else 0
        done = int(np.searchsorted(opens_ns + self._step_ns, newest_ns, side="right"))
        self._kept = _cut(graded, slice(0, done))
        self._state = (*state, self._runs.starts)
        return graded

    def _still_true(self, state: tuple[object, ...], opens_ns: IntArray) -> Grades | None:
        """Return what was graded before of these bars; None = none of it is of use."""
        if self._kept is None or state != self._state or not opens_ns.size:
            return None
        first = int(np.searchsorted(self._kept.open_ns, opens_ns[0]))
        kept = _cut(self._kept, slice(first, None))
        same = np.array_equal(kept.open_ns, opens_ns[: kept.open_ns.size])
        return kept if same else None

    def _graded(self, tape: Tape, rows: np.ndarray, opens_ns: IntArray, edge_ns: Ns) -> Grades:
        step_ns, ids = self._step_ns, ids_of(tape.instrument.id)
        found = evidence_of_trades(rows, opens_ns, step_ns=step_ns, edge_ns=edge_ns, ids=ids)
        for timeframe, candle_ns in ((self._timeframe, step_ns), ("1m", NS_PER_MINUTE)):
            if timeframe is not None:
                candles = klines_of(tape, timeframe)
                compare(found, rows, candles, step_ns=step_ns, candle_ns=candle_ns, edge_ns=edge_ns)
        gaps = [(gap.from_ns, gap.to_ns) for gap in tape.gaps]
        found["gap_ns"] = time_within(gaps, opens_ns, step_ns=step_ns)
        if tape.complete_from_ns is None:
            found["before_ns"] = step_ns
        else:
            found["before_ns"] = np.clip(tape.complete_from_ns - opens_ns, 0, step_ns)
        found["book_gap_ns"] = _book_gap_ns(tape, opens_ns, step_ns, edge_ns)
        found["is_dropped"] = self._dropped(tape, opens_ns)
        return grade(found, step_ns=step_ns, ids=ids)

    def _dropped(self, tape: Tape, opens_ns: IntArray) -> BoolArray:
        """Return which bars have minutes that were made of trades which are gone."""
        minutes = klines_of(tape, "1m")
        own = minutes["open_ns"][minutes["provenance"] == Provenance.TRADES]
        first, end = np.searchsorted(own, [opens_ns, opens_ns + self._step_ns])
        is_dropped: BoolArray = end > first
        return is_dropped


def _facts(tape: Tape) -> tuple[object, ...]:
    """Return what grades rest on besides trades."""
    book = tape.book
    gaps = tape.gaps, tape.gaps_of(Channel.BOOK)
    held = id(tape), tape.klines_version, tape.complete_from_ns
    return *held, *gaps, book.live_from_ns, book.phase


def _book_gap_ns(tape: Tape, opens_ns: IntArray, step_ns: Ns, edge_ns: Ns) -> IntArray:
    """Return for how long of each bar the book was not live; UNKNOWN before it ever was."""
    book = tape.book
    if book.live_from_ns is None:
        return np.full(opens_ns.size, UNKNOWN)
    spans = [(gap.from_ns, gap.to_ns) for gap in tape.gaps_of(Channel.BOOK)]
    spans.append((0, book.live_from_ns))
    if book.phase is not Phase.LIVE:
        spans.append((book.ts_recv_ns, edge_ns))
    lost = time_within(spans, opens_ns, step_ns=step_ns)
    return np.where(opens_ns + step_ns <= book.live_from_ns, UNKNOWN, lost)


def _state(tape: Tape, edge_ns: Ns) -> tuple[object, ...]:
    """Return what must not change if grades are to stay true."""
    return *_facts(tape), tape.trades.count_before(edge_ns)


def _rescaled(grades: Grades, by: Factors) -> Grades:
    """Return the lots on the common grid."""
    if by.lots == 1:
        return grades
    return replace(
        grades, missing_lots=grades.missing_lots * by.lots, due_lots=grades.due_lots * by.lots
    )


def _cut(grades: Grades, part: slice) -> Grades:
    return Grades(**{each.name: getattr(grades, each.name)[part] for each in fields(grades)})


def _joined(first: Grades, second: Grades) -> Grades:
    columns = [each.name for each in fields(first)]
    return Grades(
        **{name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in columns}
    )
