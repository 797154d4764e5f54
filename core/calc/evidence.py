"""Evidence: what trades, their ids, the venue's candles and the gaps say about every bar."""

from collections.abc import Sequence

import numpy as np

from core.calc.grade import EVIDENCE_DTYPE, UNKNOWN
from core.calc.trade_runs import Ids, steps
from core.domain.arrays import BarArray, IntArray, Provenance, RowArray
from core.domain.units import Ns


def evidence_of_trades(
    trade_runs: RowArray, opens_ns: IntArray, *, step_ns: Ns, edge_ns: Ns, ids: Ids
) -> RowArray:
    """Return what the trades say; nothing of candles and gaps yet.

    Ids missing between two trades of different bars are shared out by time, at least one to every
    bar that the time between the two touches.

    Args:
        trade_runs: RUN_DTYPE[m], ascending, whole ones inside the bars; the one before the first
            bar and the one after the last prove these two at their outer ends.
        opens_ns: int64[n], ascending, multiples of the step.
        edge_ns: trades are held up to here; a bar that ends later is still open.

    Returns:
        EVIDENCE_DTYPE[n].
    """
    out = np.zeros(opens_ns.size, EVIDENCE_DTYPE)
    out["open_ns"] = opens_ns
    for name in ("candle_lots", "candle_buy_lots", "ids_missing", "book_gap_ns"):
        out[name] = UNKNOWN
    first, end = np.searchsorted(trade_runs["open_ns"], [opens_ns, opens_ns + step_ns])
    out["lots"] = out["span_lots"] = _sums(trade_runs["lots"], first, end)
    out["span_buy_lots"] = _sums(trade_runs["buy_lots"], first, end)
    out["ids_held"] = _sums(trade_runs["held"], first, end)
    if ids is not Ids.NAMES and trade_runs.size:
        out["ids_missing"] = _missing(trade_runs, opens_ns, step_ns, edge_ns)
    return out


def compare(
    evidence: RowArray,
    trade_runs: RowArray,
    candles: BarArray,
    *,
    step_ns: Ns,
    candle_ns: Ns,
    edge_ns: Ns,
) -> None:
    """Write into ``evidence`` what the venue's candles say, where none has been compared yet.

    A bar longer than the candles is compared with the sum of all of them, or not at all; one that
    is shorter, and of which ids do not tell, with the candle that holds it. Nothing is compared
    that ends after ``edge_ns``.

    Args:
        evidence: EVIDENCE_DTYPE[n].
        trade_runs: as in ``evidence_of_trades``, whole candles long.
        candles: BAR_DTYPE[m], sorted; only those of provenance KLINES count.
        candle_ns: length of one.
    """
    told = candles[candles["provenance"] == Provenance.KLINES]
    span_ns = max(step_ns, candle_ns)
    begins = evidence["open_ns"] // span_ns * span_ns
    first, end = np.searchsorted(told["open_ns"], [begins, begins + span_ns])
    whole = (end - first == span_ns // candle_ns) & (begins + span_ns <= edge_ns)
    whole &= evidence["candle_lots"] == UNKNOWN
    if step_ns < candle_ns:
        whole &= evidence["ids_missing"] == UNKNOWN
    if not whole.any():
        return
    sides = told["buy_lots"] + told["sell_lots"]
    lots = _sums(sides + told["unknown_lots"], first, end)
    buys = _sums(told["buy_lots"], first, end)
    is_told = _sums(told["unknown_lots"], first, end) == 0
    low, high = np.searchsorted(trade_runs["open_ns"], [begins, begins + span_ns])
    for name, values in (
        ("candle_lots", lots),
        ("candle_buy_lots", np.where(is_told, buys, UNKNOWN)),
        ("span_lots", _sums(trade_runs["lots"], low, high)),
        ("span_buy_lots", _sums(trade_runs["buy_lots"], low, high)),
    ):
        evidence[name][whole] = values[whole]


def time_within(spans_ns: Sequence[tuple[Ns, Ns]], opens_ns: IntArray, *, step_ns: Ns) -> IntArray:
    """Return, for each bar, how many nanoseconds of it lie in half-open spans, each counted once.

    Args:
        spans_ns: in any order; may overlap.
        opens_ns: int64[n].
    """
    within = np.zeros(opens_ns.size, np.int64)
    covered_ns = 0
    for from_ns, to_ns in sorted(spans_ns):
        begin_ns = max(from_ns, covered_ns)
        if to_ns > begin_ns:
            covered_ns = to_ns
            within += _overlap(opens_ns, opens_ns + step_ns, begin_ns, to_ns)
    return within


def _missing(trade_runs: RowArray, opens_ns: IntArray, step_ns: Ns, edge_ns: Ns) -> IntArray:
    """Return the ids missing in each bar; UNKNOWN where nothing is known to be missing or not."""
    closes_ns = opens_ns + step_ns
    first, end = np.searchsorted(trade_runs["open_ns"], [opens_ns, closes_ns])
    jumps, is_doubtful = steps(trade_runs)
    has_any = end > first
    inside = _sums(jumps, np.where(has_any, first, 0), np.maximum(end - 1, 0))
    before = _shared(trade_runs, jumps, first - 1, opens_ns, closes_ns)
    after = _shared(trade_runs, jumps, end - 1, opens_ns, closes_ns)
    missing = _sums(trade_runs["missing"], first, end) + before
    missing += np.where(has_any, inside + after, 0)
    low, high = np.clip([first - 1, end], 0, jumps.size)
    doubts = _sums(trade_runs["doubts"], first, end) + _sums(is_doubtful, low, high)
    has_next = end < trade_runs.size
    known = (first > 0) & (has_next | (has_any & (closes_ns > edge_ns))) & (doubts == 0)
    return np.where(known | (missing > 0), missing, UNKNOWN)


def _shared(
    trade_runs: RowArray, jumps: IntArray, at: IntArray, opens_ns: IntArray, closes_ns: IntArray
) -> IntArray:
    """Return each bar's part of the ids missing between run ``at`` and the next; 0 = no such."""
    is_there = (at >= 0) & (at < jumps.size)
    if not jumps.any():
        return np.zeros(at.size, np.int64)
    place = np.clip(at, 0, jumps.size - 1)
    jump = np.where(is_there, jumps[place], 0)
    from_ns, to_ns = trade_runs["last_ns"][place], trade_runs["first_ns"][place + 1]
    within = _overlap(opens_ns, closes_ns, from_ns, to_ns)
    share = np.where(to_ns > from_ns, within / np.maximum(to_ns - from_ns, 1), 1.0)
    return np.where(jump > 0, np.clip(np.ceil(jump * share).astype(np.int64), 1, jump), 0)


def _sums(values: IntArray, first: IntArray, end: IntArray) -> IntArray:
    """Return the sum of each slice ``[first, end)``."""
    total = np.zeros(values.size + 1, np.int64)
    np.cumsum(values, out=total[1:])
    return total[end] - total[first]


def _overlap(
    opens_ns: IntArray, closes_ns: IntArray, from_ns: IntArray | Ns, to_ns: IntArray | Ns
) -> IntArray:
    """Return for how long each bar and its span run together."""
    shared: IntArray = np.minimum(closes_ns, to_ns) - np.maximum(opens_ns, from_ns)
    return np.maximum(shared, 0)
