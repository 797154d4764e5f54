"""Import: rows a second per format, file to rows of integers, beside pandas on the same file.

`python -m tests.bench import`. pandas reads the same columns into floats and whole numbers
(`read_csv` and `astype`), which is less than an import does: no grid, no exact decimals, no list
of bad rows, the whole file in memory. The best of RUNS is shown for both.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import pandas as pd

from data.imports.files import read_file
from data.imports.tables import Wish
from tests.bench.figure import Figure

ROWS = 400_000
RUNS = 3
START_US = 1_748_736_000_000_000


def figures() -> Iterator[Figure]:
    """Rows imported a second, per format, and pandas beside it."""
    with TemporaryDirectory() as folder:
        for name, (file_name, header, line) in FORMATS.items():
            path = Path(folder) / file_name
            path.write_text(header + "".join(map(line, *columns())), encoding="ascii")
            yield Figure(f"import_{name}", ROWS / best(lambda p=path: ours(p)), "rows/s")
            yield Figure(f"import_{name}_pandas", ROWS / best(lambda p=path: theirs(p)), "rows/s")


def ours(path):
    """Seconds to read the file into TRADE_DTYPE blocks."""
    started = perf_counter()
    reading = read_file(path, Wish(), scratch=path.parent)
    kept = sum(rows.size for _, _, rows in reading.blocks())
    reading.close()
    assert (kept, reading.tally.refused) == (ROWS, 0)
    return perf_counter() - started


def theirs(path):
    """Seconds to read the file into columns of floats and whole numbers."""
    started = perf_counter()
    header = None if path.name.startswith("BTCUSDT-aggTrades-2025") else 0
    table = pd.read_csv(path, header=header)
    numbers = table.select_dtypes("number")
    numbers.astype({name: "float64" for name in numbers.columns})
    assert len(table) == ROWS
    return perf_counter() - started


def best(run):
    return min(run() for _ in range(RUNS))


def columns():
    """Number, price in cents, size, time in us and side of each row: a random walk."""
    rng = np.random.default_rng(1)
    prices = 6_160_201 + np.cumsum(rng.integers(-3, 4, ROWS))
    times = START_US + np.cumsum(rng.integers(0, 80_000, ROWS))
    sizes, sides = rng.integers(1, 10**6, ROWS), rng.random(ROWS) < 0.5
    return range(ROWS), prices.tolist(), sizes.tolist(), times.tolist(), sides.tolist()


def binance_spot(n, price, size, us, side):
    money = f"{price // 100}.{price % 100:02d}000000,{size // 10**5}.{size % 10**5:05d}000"
    return f"{3 * 10**9 + n},{money},{5 * 10**9 + n},{5 * 10**9 + n},{us},{side},True\n"


def binance_perp(n, price, size, us, side):
    words = "true" if side else "false"
    return f"{n + 1},{price / 100:.1f},{size / 1000:.3f},{n},{n},{us // 1000},{words}\n"


def bybit(n, price, size, us, side):
    trade_id = f"{n:08x}-e105-508c-9696-{n:012x}"
    when, word = f"{us // 10**6}.{us % 10**6 // 100:04d}", "Buy" if side else "Sell"
    money = f"{size / 1000:.3f},{price / 100:.1f}"
    return f"{when},BTCUSDT,{word},{money},PlusTick,{trade_id},1.0e9,0.2,1143.99,0\n"


def okx(n, price, size, us, side):
    word = "buy" if side else "sell"
    money = f"{price / 100:.1f},{size / 100:.2f}"
    return f"BTC-USDT-SWAP,{10**9 + n},{word},{money},{us // 1000},0\n"


def tardis(n, price, size, us, side):
    word = "buy" if side else "sell"
    money = f"{price / 100:.1f},{size / 1000:.3f}"
    return f"binance-futures,BTCUSDT,{us},{us + 9_000},{n + 1},{word},{money}\n"


FORMATS = {
    "binance_spot": ("BTCUSDT-aggTrades-2025-06-01.csv", "", binance_spot),
    "binance_perp": (
        "BTCUSDT-aggTrades-2024-06-01.csv",
        "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n",
        binance_perp,
    ),
    "bybit": (
        "BTCUSDT2025-06-01.csv",
        "timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,"
        "foreignNotional,RPI\n",
        bybit,
    ),
    "okx": (
        "BTC-USDT-SWAP-trades-2025-06-01.csv",
        "instrument_name,trade_id,side,price,size,created_time,source\n",
        okx,
    ),
    "tardis": (
        "binance-futures_trades.csv",
        "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n",
        tardis,
    ),
}
