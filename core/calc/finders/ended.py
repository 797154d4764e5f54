"""Ended: the seconds and bars that end as a tape is told, each made once for all rules."""

import numpy as np

from core.calc.bars import merge_bars, time_bars
from core.calc.finders.finder import Fresh, MarkerPiece
from core.calc.taker_seconds import taker_seconds
from core.domain.arrays import BarArray, empty_bars, empty_trades
from core.domain.units import NS_PER_MINUTE, NS_PER_S, Ns


class Ended:
    """The trades of the second that goes on, and the bars that do."""

    def __init__(self, step_ns: Ns) -> None:
        """Begin with nothing.

        Args:
            step_ns: length of a bar, whole seconds.
        """
        self._step_ns = step_ns
        self._until_ns: Ns | None = None
        self._trades = empty_trades()
        self._minute = self._bar = empty_bars()

    def after(self, piece: MarkerPiece) -> Fresh:
        """Return the piece with what ended in it.

        Raises:
            ValueError: the piece is not sorted, or begins before the one before has ended.
        """
        from_ns, self._until_ns = self._until_ns, piece.until_ns
        _require_after(piece, from_ns)
        trades = np.concatenate([self._trades, piece.trades])
        edge_ns = piece.until_ns // NS_PER_S * NS_PER_S
        end = int(np.searchsorted(trades["ts_event_ns"], edge_ns))
        ended, self._trades = trades[:end], trades[end:].copy()
        seconds = time_bars(ended, step_ns=NS_PER_S)
        minutes, self._minute = _closed(self._minute, seconds, NS_PER_MINUTE, edge_ns)
        bars, self._bar = _closed(self._bar, seconds, self._step_ns, edge_ns)
        takers = taker_seconds(ended, until_ns=edge_ns)
        return Fresh(piece, from_ns, ended, seconds, takers, minutes, bars)


def _require_after(piece: MarkerPiece, from_ns: Ns | None) -> None:
    stamps = piece.trades["ts_event_ns"]
    last_ns = int(stamps[-1]) if stamps.size else piece.until_ns
    first_ns = int(stamps[0]) if stamps.size else piece.until_ns
    if last_ns > piece.until_ns or (from_ns is not None and first_ns <= from_ns):
        msg = f"trades at {first_ns} to {last_ns} are not within ({from_ns}, {piece.until_ns}]"
        raise ValueError(msg)


def _closed(
    open_bar: BarArray, seconds: BarArray, step_ns: Ns, edge_ns: Ns
) -> tuple[BarArray, BarArray]:
    """Return the bars that closed, and the one that goes on."""
    bars = merge_bars(np.concatenate([open_bar, seconds]), step_ns=step_ns)
    end = int(np.searchsorted(bars["open_ns"], edge_ns - step_ns, side="right"))
    return bars[:end], bars[end:].copy()
