"""Tape aggregations on a million trades, each beside rivals that compute the same arrays.

`python -m tests.bench.bench_calc`. pandas is always there; polars and numba join where installed.
Every rival is checked once against ours, gets its columns made ready outside the clock, and is
timed in turn with it: medians of one process, so that a busy machine slows all alike.
"""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from statistics import median
from time import perf_counter

import numpy as np

from core.calc.bars import time_bars
from core.calc.footprint import footprint
from core.calc.profile import profile, tick_volumes
from core.calc.vwap import vwap, vwap_bars
from core.domain.arrays import BAR_DTYPE, TRADE_DTYPE
from tests.bench.figure import Figure

TRADES = 1_000_000
TRADES_PER_S = 10_000_000 / 86_400  # ten million in a busy UTC day
ROW_TICKS = 50
S = 1_000_000_000
M = 60 * S
RUNS = 7
BAR_COLUMNS = tuple(name for name in BAR_DTYPE.names if name != "provenance")


def synthetic_trades(count: int = TRADES, seed: int = 7) -> np.ndarray:
    """A walk of about 115 trades a second: sides persist, three in ten share a stamp."""
    rng = np.random.default_rng(seed)
    gaps_s = rng.exponential(1.0, count) * (rng.random(count) >= 0.3)
    gaps_s *= count / TRADES_PER_S / gaps_s.sum()
    side = np.cumprod(np.where(rng.random(count) < 0.55, 1, -1))
    steps = rng.choice([-2, -1, 0, 1, 2], count, p=[0.03, 0.12, 0.70, 0.12, 0.03])
    trades = np.zeros(count, TRADE_DTYPE)
    trades["ts_event_ns"] = 1_700_006_400 * S + np.cumsum(gaps_s * 1_000).astype(np.int64) * 10**6
    trades["ts_recv_ns"] = trades["ts_event_ns"] + 5_000_000
    trades["trade_id"] = np.arange(1, count + 1)
    trades["size_lots"] = np.exp(rng.normal(-4.0, 1.6, count)) * 100_000 + 1
    trades["price_ticks"] = 1_000_000 + np.cumsum(steps) + (side > 0)
    trades["aggressor"] = np.where(rng.random(count) < 0.01, 0, side)
    return trades


def bars(trades):
    return time_bars(trades, step_ns=S)


def footprints(trades):
    first_ns, last_ns = trades["ts_event_ns"][[0, -1]] // M * M
    edges = np.arange(first_ns, last_ns + 2 * M, M)
    cuts = np.searchsorted(trades["ts_event_ns"], edges)
    return [
        footprint(trades[first:end], open_ns=int(open_ns), ticks_per_row=ROW_TICKS)
        for open_ns, first, end in zip(edges[:-1], cuts[:-1], cuts[1:], strict=True)
    ]


def session_profile(trades):
    return profile(tick_volumes(trades), ticks_per_row=ROW_TICKS)


def session_vwap(trades):
    return vwap_bars(time_bars(trades, step_ns=S))


def trade_vwap(trades):
    return vwap(trades, anchor_ns=0)


def bar_columns(found):
    return tuple(found[name] for name in BAR_COLUMNS)


def cell_columns(found):
    names = ("row_ticks", "sell_lots", "buy_lots", "unknown_lots", "sell_trades", "buy_trades")
    cells = [np.concatenate([getattr(each, name) for each in found]) for name in names]
    open_ns = np.concatenate([np.full(each.row_ticks.size, each.open_ns) for each in found])
    traded = cells[1] + cells[2] + cells[3] > 0
    return tuple(column[traded] for column in (open_ns, *cells))


def profile_columns(found):
    rows = (found.row_ticks, found.sell_lots, found.buy_lots, found.unknown_lots)
    return *rows, np.array([found.poc_row, found.val_row, found.vah_row])


def vwap_columns(found):
    return found.ts_ns, found.vwap_ticks, found.sigma_ticks


TASKS = {  # ours, and the arrays in it that a rival must return too
    "bars": (bars, bar_columns),
    "footprint": (footprints, cell_columns),
    "profile": (session_profile, profile_columns),
    "vwap": (session_vwap, vwap_columns),
    "vwap_trades": (trade_vwap, vwap_columns),
}


def rivals(trades):
    """{library: (its tasks, its form of the trades)}."""
    found = {}
    for library in ("pandas", "polars", "numba"):
        if find_spec(library):
            module = import_module(f"tests.bench.rivals_{library}")
            found[library] = module.TASKS, module.prepare(trades)
    return found


def check_equal(ours, theirs, what):
    assert len(ours) == len(theirs), what
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(np.asarray(other), mine, rtol=1e-9, atol=1e-6, err_msg=what)


def medians_ms(calls):
    """The median of RUNS of each, in turn, the order turned round every other time."""
    spent = {name: [] for name in calls}
    for run in range(RUNS):
        for name in list(calls)[:: 1 if run % 2 else -1]:
            started = perf_counter()
            calls[name]()
            spent[name].append((perf_counter() - started) * 1_000)
    return {name: median(each) for name, each in spent.items()}


def figures() -> Iterator[Figure]:
    """Milliseconds for a million trades, and how many times longer each rival takes."""
    trades = synthetic_trades()
    present = rivals(trades)
    for task, (ours, columns) in TASKS.items():
        calls = {"ours": lambda ours=ours: ours(trades)}
        expected = columns(ours(trades))
        for library, (tasks, prepared) in present.items():
            rival = tasks[task]
            check_equal(expected, rival(prepared), f"{task} by {library}")
            calls[library] = lambda rival=rival, prepared=prepared: rival(prepared)
        spent = medians_ms(calls)
        mine = spent.pop("ours")
        yield Figure(f"calc_{task}_1m_ms", mine, "ms")
        for library, other in spent.items():
            yield Figure(f"calc_{task}_1m_vs_{library}", other / mine, "x")


if __name__ == "__main__":
    for figure in figures():
        print(figure, flush=True)
