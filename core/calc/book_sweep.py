"""Book sweep, the marker: one side takes price level after price level at once."""

from collections.abc import Sequence

from core.calc.sweep_rule import CLASSIC, BookSweepRule
from core.calc.sweeps import Books, Levels, Sweeps
from core.domain.arrays import TradeArray, require_sorted
from core.domain.instrument import Instrument
from core.domain.marker import Markers
from core.domain.units import Ns

__all__ = ["CLASSIC", "BookSweepRule", "Books", "Levels", "book_sweep"]


def book_sweep(
    trades: TradeArray,
    instrument: Instrument,
    *,
    books: Books | None = None,
    rule: BookSweepRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return the sweeps, each once, at the instant of the order with which it became one.

    ``value`` is levels cleared, or ticks where no book is known. Nothing later is looked at.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``, whole instants.
        instrument: what its ticks and lots are.
        books: the book before the first order of a sweep.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades may be missing; no sweep reaches across one.

    Raises:
        ValueError: ``trades`` is not sorted by ``ts_event_ns``.

    Source:
        DEFINITIONS section 8, sweep_book.
    """
    require_sorted(trades, "ts_event_ns")
    sweeps = Sweeps(instrument, rule, books=books)
    return Markers(tuple(sweeps.after(trades, gaps_ns)), sweeps.not_ready)
