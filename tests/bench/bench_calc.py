"""Tape aggregations on 1 and 10 million trades, each beside rivals that return the same arrays.

`python -m tests.bench calc`. Ours are measured compiled (`calc_bars_1m`) and in numpy
(`calc_bars_1m_numpy_form`). pandas, polars, numpy and numba are each checked once against ours and
have their columns made ready outside the clock. MarketProfile, mlfinpy and freqtrade do what they
do, on a million trades. All take turns and the least of each counts, since others use the machine.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from core.calc import compiled
from core.calc.bars import time_bars
from core.calc.footprints import footprints
from core.calc.profile import profile, tick_volumes
from core.calc.step_vwap import step_vwap
from core.calc.vwap import vwap
from core.domain.arrays import BAR_DTYPE, TRADE_DTYPE
from data.kernels import compile_and_use
from tests.bench.elsewhere import CACHE, started
from tests.bench.figure import Figure

SIZES = {"1m": (1_000_000, 9), "10m": (10_000_000, 4)}  # trades and runs
TRADES_PER_S = 10_000_000 / 86_400  # ten million in a busy UTC day
ROW_TICKS = 50
S = 1_000_000_000
M = 60 * S
BAR_COLUMNS = tuple(name for name in BAR_DTYPE.names if name != "provenance")
POLARS = ("rivals_polars", "polars==2.1.0", "numpy==2.4.6")
PRODUCTS = {  # the task that each does in its own way, and how it is checked
    "marketprofile": ("profile", ("rivals_marketprofile", "MarketProfile==0.2.0")),
    "mlfinpy": ("bars", ("rivals_mlfinpy", "mlfinpy==0.1.2", "scikit-learn==1.9.1")),
    "freqtrade": ("footprint", ("rivals_freqtrade", "freqtrade==2026.9")),
}
PRODUCT_RUNS = 2
START = """
import sys, time
from pathlib import Path
from data.kernels import compile_and_use
started = time.perf_counter()
assert compile_and_use(Path(sys.argv[1]))
print(time.perf_counter() - started)
"""


def synthetic_trades(count: int, seed: int = 7) -> np.ndarray:
    """A walk of about 115 trades a second: sides persist, three in ten share a stamp."""
    rng = np.random.default_rng(seed)
    gaps_s = rng.exponential(1.0, count) * (rng.random(count) >= 0.3)
    gaps_s *= (count / TRADES_PER_S - 2) / gaps_s.sum()  # ten million stay within one day
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


def minute_footprints(trades):
    return footprints(trades, step_ns=M, ticks_per_row=ROW_TICKS)


def session_profile(trades):
    return profile(tick_volumes(trades), ticks_per_row=ROW_TICKS)


def session_vwap(trades):
    return step_vwap(trades, step_ns=S)


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
    "footprint": (minute_footprints, cell_columns),
    "profile": (session_profile, profile_columns),
    "vwap": (session_vwap, vwap_columns),
    "vwap_trades": (trade_vwap, vwap_columns),
}


class Ours:
    """Our calculators, with the forms given; none = numpy."""

    def __init__(self, forms):
        self._forms, self._trades = forms, None

    def take(self, trades, _):
        self._trades = trades

    def columns(self, task, _):
        compiled.use(self._forms)
        ours, columns = TASKS[task]
        return columns(ours(self._trades))

    def run(self, task):
        compiled.use(self._forms)
        return milliseconds(TASKS[task][0], self._trades)


class Here:
    """A rival in this process."""

    def __init__(self, library):
        self._rival, self._prepared = import_module(f"tests.bench.rivals_{library}"), None

    def take(self, trades, _):
        self._prepared = self._rival.prepare(trades)

    def columns(self, task, _):
        return self._rival.TASKS[task](self._prepared)

    def run(self, task):
        return milliseconds(self._rival.TASKS[task], self._prepared)


def milliseconds(work, given):
    started_s = perf_counter()
    work(given)
    return (perf_counter() - started_s) * 1_000


def check_equal(ours, theirs, what):
    assert len(ours) == len(theirs), what
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(np.asarray(other), mine, rtol=1e-9, atol=1e-6, err_msg=what)


def check_product(name, trades, found):
    """What each product says that must be so whatever its conventions."""
    seconds = time_bars(trades, step_ns=S)[:-1]  # mlfinpy keeps the last bar to itself
    minutes = time_bars(trades, step_ns=M)
    expected = {
        "marketprofile": ([trades["size_lots"].sum()],),
        "mlfinpy": (
            *(seconds[f"{column}_ticks"] for column in ("open", "high", "low", "close")),
            seconds["buy_lots"] + seconds["sell_lots"] + seconds["unknown_lots"],
        ),
        "freqtrade": (minutes["sell_lots"], minutes["buy_lots"]),
    }
    check_equal(expected[name], found, name)


def least_ms(contenders, task, runs):
    """The least of each, in turn, the order turned round every other time."""
    spent = {name: [] for name in contenders}
    for run in range(runs):
        for name in list(contenders)[:: 1 if run % 2 else -1]:
            spent[name].append(contenders[name].run(task))
    return {name: min(each) for name, each in spent.items()}


def compared(label, spent) -> Iterator[Figure]:
    """Ours, and how many times as long each other takes."""
    mine = spent.pop("ours")
    yield Figure(f"calc_{label}_ms", mine, "ms")
    for name, other in spent.items():
        yield Figure(f"calc_{label}_vs_{name}", other / mine, "x")


def figures() -> Iterator[Figure]:
    """Milliseconds of ours, and how many times as long each rival takes."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        yield from starts(folder / "compiled")
        stack.callback(compiled.use, compiled.in_use())
        assert compile_and_use(folder / "compiled")
        ours = {"ours": Ours(compiled.in_use()), "numpy_form": Ours({})}
        contenders = ours | {name: Here(name) for name in ("pandas", "numpy", "numba")}
        if polars := started(*POLARS):
            stack.callback(polars.stop)
            contenders["polars"] = polars
        for size, (count, runs) in SIZES.items():
            trades = synthetic_trades(count)
            np.save(folder / "trades.npy", trades)
            for each in contenders.values():
                each.take(trades, folder / "trades.npy")
            for task in TASKS:
                expected = ours["ours"].columns(task, None)
                for name, each in contenders.items():
                    found = each.columns(task, folder / "found.npz")
                    check_equal(expected, found, f"{task} by {name}")
                yield from compared(f"{task}_{size}", least_ms(contenders, task, runs))
            if size == "1m":
                yield from products(trades, ours["ours"], folder)


def products(trades, ours, folder) -> Iterator[Figure]:
    """Beside those that do it in their own way."""
    for name, (task, (module, *requirements)) in PRODUCTS.items():
        if (product := started(module, *requirements)) is None:
            continue
        try:
            product.take(trades, folder / "trades.npy")
            check_product(name, trades, product.columns(task, folder / "found.npz"))
            spent = least_ms({"ours": ours, name: product}, task, PRODUCT_RUNS)
        finally:
            product.stop()
        yield Figure(f"calc_{task}_1m_{name}_ms", spent[name], "ms")
        yield Figure(f"calc_{task}_1m_vs_{name}", spent[name] / spent["ours"], "x")


def starts(folder) -> Iterator[Figure]:
    """Seconds from the start of the compiling thread's work until all is in use."""
    for name in ("cold", "warm"):
        command = [sys.executable, "-c", START, str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        yield Figure(f"calc_kernels_{name}", float(done.stdout), "s")


if __name__ == "__main__":
    for figure in figures():
        print(figure, flush=True)
