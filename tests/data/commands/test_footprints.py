"""`python -m data export footprint`: rows of bars, by hand and against the trades."""

import csv
import io
from collections import Counter
from decimal import Decimal

import numpy as np
import pyarrow.parquet as pq
import pytest

from data.store.archive import Archive
from tests.support.trades import START_NS, random_trades, trades

MINUTE_NS = 60 * 10**9


def test_rows_are_by_bar_then_price_and_named_by_their_lower_edge(export):
    rows = trades(
        (0, 618_009, 5, 1), (1, 618_001, 3, -1), (59, 618_005, 2, 1), (61, 617_999, 4, -1)
    )
    code, out, err = export([rows], "footprint", "--timeframe", "1m", "--row-ticks", 5)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "open_ns,price,sell,buy",
        f"{START_NS},61800.0,0.003,0.000",
        f"{START_NS},61800.5,0.000,0.007",
        f"{START_NS + MINUTE_NS},61799.5,0.004,0.000",
    ]


def test_volume_of_unknown_side_is_in_neither_column_and_is_told(export):
    rows = trades((0, 10, 5, 1), (1, 10, 3, 0), (2, 11, 2, 0))
    code, out, err = export([rows], "footprint")
    assert code == 0
    assert out.splitlines()[1:] == [f"{START_NS},1.0,0.000,0.005", f"{START_NS},1.1,,"]
    assert err == ("0.005 of the 0.010 BTC traded have no known side: they are in neither column\n")


@pytest.mark.parametrize("height", [1, 7, 10**6])
def test_cells_add_up_to_the_trades_however_they_come_in_blocks(export, monkeypatch, height):
    rows = random_trades(np.random.default_rng(3), 2_000)
    wanted = Counter()
    for at, ticks, lots, side in rows[["ts_event_ns", "price_ticks", "size_lots", "aggressor"]]:
        row = int(ticks) // height * height
        wanted[int(at) // MINUTE_NS * MINUTE_NS, Decimal(row) / 10, int(side)] += int(lots)
    whole = Archive.read_trades

    def in_pieces(*how, **options):
        for block in whole(*how, **options):
            yield from np.array_split(block, 37)

    monkeypatch.setattr(Archive, "read_trades", in_pieces)
    _, out, _ = export([rows], "footprint", "--row-ticks", height)
    found = Counter()
    cells = list(csv.DictReader(io.StringIO(out)))
    for cell in cells:
        for side, name in ((-1, "sell"), (1, "buy")):
            key = int(cell["open_ns"]), Decimal(cell["price"]), side
            assert key not in found
            found[key] = int(Decimal(cell[name]) * 1000)
    assert +found == wanted
    keys = [(int(cell["open_ns"]), Decimal(cell["price"])) for cell in cells]
    assert keys == sorted(keys)


def test_bars_of_a_span_are_whole(export):
    rows = trades((0, 10, 1, 1), (70, 10, 2, 1), (110, 10, 4, 1), (130, 10, 8, 1))
    span = ("--from", START_NS + 1, "--to", START_NS + 100 * 10**9)
    _, out, _ = export([rows], "footprint", *span)
    assert out.splitlines()[1:] == [f"{START_NS + MINUTE_NS},1.0,0.000,0.006"]


def test_a_span_without_trades_is_a_header(export):
    _, out, err = export([trades((0, 10, 1, 0))], "footprint", "--from", "2024-01-01")
    assert (out, err) == ("open_ns,price,sell,buy\n", "")


def test_parquet_is_exact_and_the_file_is_named(export, tmp_path):
    path = tmp_path / "f.parquet"
    code, out, _ = export([trades((0, 10, 1, 1))], "footprint", "--out", path)
    assert (code, out) == (
        0,
        f"1 rows of footprints of binance.perp.BTCUSDT from live written to {path}\n",
    )
    table = pq.read_table(path).to_pylist()
    assert table == [
        {
            "open_ns": START_NS,
            "price": Decimal("1.0"),
            "sell": Decimal("0.000"),
            "buy": Decimal("0.001"),
        }
    ]


@pytest.mark.parametrize("height", ["0", "-1", "x", "1.5", "1000001", "9" * 50])
def test_a_height_that_cannot_be_is_one_sentence(export, height):
    code, out, err = export([], "footprint", f"--row-ticks={height}")
    assert (code, out) == (2, "")
    assert "from 1 to 1000000" in err
    assert err.count("\n") == 1
