"""Where trades are missing in the middle: the venue's own candles stand in, as far as they reach.

A hole is a Gap of the tape: a lost connection that REST could not make good, or the time in which
the program was not running.
"""

import numpy as np

from core.domain.arrays import BarArray, IntArray, empty_bars
from core.domain.units import NS_PER_MINUTE, Ns
from data.buffers.tape import Tape


def klines_of(tape: Tape, timeframe: str | None) -> BarArray:
    """Return the klines held of a timeframe; none for None."""
    held = tape.klines.get(timeframe) if timeframe is not None else None
    return held if held is not None else empty_bars()


def mend(
    tape: Tape, bars: BarArray, timeframe: str | None, *, step_ns: Ns, from_ns: Ns
) -> BarArray:
    """Replace what a gap touches by klines: minutes where they are held, else a whole bar.

    Args:
        bars: bars of a minute or less, sorted, each inside one bar of the step.
        timeframe: name of the venue's klines of the step.
        step_ns: at least a minute.

    Returns:
        Sorted, none overlapping another. What no kline covers stays as it was.
    """
    touched = _minutes_in_gaps(tape, from_ns)
    if not touched.size:
        return bars
    minutes, coarse = klines_of(tape, "1m"), klines_of(tape, timeframe)
    minutes = minutes[np.isin(minutes["open_ns"], touched)]
    lacking = touched[~np.isin(touched, minutes["open_ns"])]
    coarse = coarse[np.isin(coarse["open_ns"], _floor(lacking, step_ns))]
    minutes = minutes[~np.isin(_floor(minutes["open_ns"], step_ns), coarse["open_ns"])]
    opens = bars["open_ns"]
    is_replaced = np.isin(_floor(opens, NS_PER_MINUTE), minutes["open_ns"])
    is_replaced |= np.isin(_floor(opens, step_ns), coarse["open_ns"])
    whole = np.concatenate([bars[~is_replaced], minutes, coarse])
    return whole[np.argsort(whole["open_ns"], kind="stable")]


def klines_without_trades(tape: Tape, from_ns: Ns) -> BarArray:
    """Return the one-minute klines since ``from_ns`` of minutes in gaps that hold no trade."""
    touched = _minutes_in_gaps(tape, from_ns)
    if not touched.size:
        return empty_bars()
    seconds = tape.seconds.window(int(touched[0]), int(touched[-1]) + NS_PER_MINUTE)
    silent = touched[~np.isin(touched, _floor(seconds["open_ns"], NS_PER_MINUTE))]
    minutes = klines_of(tape, "1m")
    return minutes[np.isin(minutes["open_ns"], silent)]


def _minutes_in_gaps(tape: Tape, from_ns: Ns) -> IntArray:
    """Return the opens of the minutes since ``from_ns`` that a gap touches, ascending."""
    newest_ns = tape.trades.newest_ns or 0
    found = [
        np.arange(
            max(gap.from_ns, from_ns) // NS_PER_MINUTE * NS_PER_MINUTE,
            min(gap.to_ns, newest_ns + 1),
            NS_PER_MINUTE,
        )
        for gap in tape.gaps
        if gap.to_ns > from_ns
    ]
    if not found:
        return np.zeros(0, np.int64)
    minutes: IntArray = np.unique(np.concatenate(found))
    return minutes[minutes >= from_ns]


def _floor(ns: IntArray, step_ns: Ns) -> IntArray:
    return ns // step_ns * step_ns
