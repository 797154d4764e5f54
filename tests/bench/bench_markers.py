"""What a live second costs with every marker rule on, by the hours of tape behind it.

`python -m tests.bench.bench_markers`. A tape of 25 trades a second is told in pieces of ten
minutes; then seconds are told one by one, each with the copy that a view keeps of the stream.
"""

from collections.abc import Iterator
from statistics import median
from time import perf_counter, process_time

import numpy as np

from core.calc.finders.finder import MarkerPiece
from core.calc.marker_rules import MARKER_RULES
from core.calc.marker_stream import MarkerStream
from core.domain.arrays import LIQUIDATION_DTYPE, QUOTE_DTYPE, TICKER_DTYPE
from tests.bench.bench_calc import TRADES_PER_S, S, synthetic_trades
from tests.bench.figure import Figure
from tests.support.trades import instrument

HOURS = (1, 4, 24)
LIVE_S = 300
_PER_S = 25
_SLICE_S = 600
_START_NS = 1_700_006_400 * S


def market(hours):
    """Trades, and a best quote a second, of so many hours and a while after them."""
    span_s = hours * 3_600 + LIVE_S
    trades = synthetic_trades(span_s * _PER_S)
    after_ns = (trades["ts_event_ns"] - _START_NS) * (TRADES_PER_S / _PER_S)
    trades["ts_event_ns"] = _START_NS + after_ns.astype(np.int64)
    quotes = np.zeros(span_s, QUOTE_DTYPE)
    quotes["ts_event_ns"] = _START_NS + np.arange(span_s) * S + S // 2
    at = np.maximum(np.searchsorted(trades["ts_event_ns"], quotes["ts_event_ns"]) - 1, 0)
    quotes["bid_ticks"], quotes["ask_ticks"] = (
        trades["price_ticks"][at] - 1,
        trades["price_ticks"][at],
    )
    quotes["bid_lots"] = quotes["ask_lots"] = 1
    return trades, quotes


def piece(market_rows, from_ns, until_ns):
    span = (from_ns + 1, until_ns + 1)
    trades, quotes = (
        rows[slice(*np.searchsorted(rows["ts_event_ns"], span))] for rows in market_rows
    )
    return MarkerPiece(
        until_ns, trades, quotes, np.zeros(0, LIQUIDATION_DTYPE), np.zeros(0, TICKER_DTYPE)
    )


def after(rows, hours):
    """A stream that was told so many hours, and up to when."""
    stream = MarkerStream(instrument(), step_ns=60 * S, ticks_per_row=10, rules=tuple(MARKER_RULES))
    until_ns = _START_NS - 1
    for end_s in range(_SLICE_S, hours * 3_600 + 1, _SLICE_S):
        stream.after(piece(rows, until_ns, _START_NS + end_s * S))
        until_ns = _START_NS + end_s * S
    return stream, until_ns


def live_ms(stream, rows, until_ns, *, clock=perf_counter):
    """Milliseconds of each of the seconds that follow."""
    spent = []
    for _ in range(LIVE_S - 1):
        one = piece(rows, until_ns, until_ns + S)
        started = clock()
        stream.after(one)
        stream.fork()
        spent.append((clock() - started) * 1_000)
        until_ns += S
    return spent


def figures() -> Iterator[Figure]:
    """How long the past takes, and a live second, after each number of hours."""
    for hours in HOURS:
        rows = market(hours)
        started = process_time()
        stream, until_ns = after(rows, hours)
        yield Figure(f"markers_past_{hours}h", process_time() - started, "s")
        spent = live_ms(stream, rows, until_ns)
        yield Figure(f"markers_live_second_after_{hours}h", median(spent), "ms")
        yield Figure(
            f"markers_live_second_after_{hours}h_p95", float(np.percentile(spent, 95)), "ms"
        )


if __name__ == "__main__":
    for figure in figures():
        print(figure, flush=True)
