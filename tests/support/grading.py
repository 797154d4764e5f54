"""Short ways to grade a tape of trades in tests, without buffers."""

import numpy as np

from core.calc.bars import time_bars
from core.calc.evidence import compare, evidence_of_trades, time_within
from core.calc.grade import grade
from core.calc.trade_runs import trade_runs
from core.domain.arrays import Provenance, empty_bars

MINUTE_NS = 60_000_000_000


def candles_of(rows):
    """The venue's own minute candles: made of every trade."""
    bars = time_bars(rows, step_ns=MINUTE_NS)
    bars["provenance"] = Provenance.KLINES
    return bars


def graded(rows, ids, *, candles=None, edge_ns=2**62, opens=None, **missing):
    """The grades of the minutes of these trades, or of those that open at ``opens``.

    ``missing``: ``gaps`` of trades, and since when they are held, ``begins_ns``.
    """
    runs = trade_runs(rows, width_ns=MINUTE_NS, ids=ids)
    opens = runs["open_ns"].copy() if opens is None else np.asarray(opens)
    found = evidence_of_trades(runs, opens, step_ns=MINUTE_NS, edge_ns=edge_ns, ids=ids)
    bars = empty_bars() if candles is None else candles
    compare(found, runs, bars, step_ns=MINUTE_NS, candle_ns=MINUTE_NS, edge_ns=edge_ns)
    found["gap_ns"] = time_within(missing.get("gaps", ()), opens, step_ns=MINUTE_NS)
    found["before_ns"] = np.clip(missing.get("begins_ns", 0) - opens, 0, MINUTE_NS)
    return grade(found, step_ns=MINUTE_NS, ids=ids)
