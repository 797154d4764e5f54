"""`python -m data`: import, store, export; and one sentence where that cannot be."""

import csv
import io
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.domain.arrays import TRADE_DTYPE
from core.domain.instrument import InstrumentId
from data.__main__ import main
from data.store.store import Store
from tests.data.imports.test_formats import GOLDEN
from tests.support import archives as a
from tests.support.recordings import expected, recording
from tests.support.trades import START_NS, instrument, random_trades, trades

ROOT = Path(__file__).parents[2]
BTC = "binance.perp.BTCUSDT"
COLUMNS = "open_ns,open,high,low,close,volume,buy,sell,trades,grade"


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "workspace"
    monkeypatch.setenv("TAPESCOPE_HOME", str(folder))
    return folder


@pytest.fixture
def run(home, capsys):
    """Run a command in the workspace ``home``; (exit code, standard output, standard error)."""
    assert not home.exists()

    def run_it(*arguments):
        try:
            code = main([str(each) for each in arguments])
        except SystemExit as left:
            code = left.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return run_it


def write(tmp_path, name):
    path = tmp_path / name
    path.write_text(a.ARCHIVES[name], encoding="utf-8")
    return path


def stored(home, *rows, source="live", listed=None):
    """Put trades into the workspace."""
    store = Store(home / "recordings")
    for each in rows:
        store.append(source, listed or instrument(), "aggTrade", each)
        store.flush()
    store.close()


def read(home, source, name):
    parts = Store(home / "recordings").read_trades(source, InstrumentId.parse(name), 0, 2**62)
    return np.concatenate([np.zeros(0, TRADE_DTYPE), *parts])


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_an_imported_file_is_told_in_one_line_and_stored_as_it_is(tmp_path, home, run):
    name = "BTCUSDT-aggTrades-2024-06-01.csv"
    code, out, err = run("import", write(tmp_path, name))
    assert (code, err) == (0, "")
    assert out == (
        f"{name}: Binance aggTrades, 2 rows kept, 0 refused, 2024-06-01T00:00:00.123Z to "
        "2024-06-01T00:00:00.456Z, binance.perp.BTCUSDT (listed tick 0.1, lot 0.001)\n"
    )
    ((_, rows),) = GOLDEN[name].items()
    assert read(home, "import", BTC).tolist() == rows
    assert sorted(each.name for each in (home / "recordings").iterdir()) == [".lock", "import"]


def test_several_files_are_imported_under_the_source_that_is_named(tmp_path, home, run):
    paths = [write(tmp_path, name) for name in a.ARCHIVES]
    code, out, _ = run("import", *paths, "--source", "archive")
    assert (code, len(out.splitlines())) == (0, len(paths))
    assert "inferred tick 0.0001" in out
    assert Store(home / "recordings").sources() == ["archive"]


def test_refused_rows_are_listed_on_standard_error(tmp_path, run):
    path = write(tmp_path, "BTCUSDT-aggTrades-2024-06-01.csv")
    path.write_text(a.BINANCE_AGG_PERP + "x\n" * 25, encoding="utf-8")
    code, out, err = run("import", path)
    assert code == 0
    assert "2 rows kept, 25 refused" in out
    lines = err.splitlines()
    assert lines[0] == f"{path.name}: line 4: the line has 1 cells, not 7: 'x'"
    assert len(lines) == 21
    assert lines[20] == f"{path.name}: and 5 more"


def test_a_file_that_cannot_be_read_does_not_keep_the_others_out(tmp_path, home, run):
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n")
    good = write(tmp_path, "BTCUSDT-aggTrades-2024-06-01.csv")
    code, out, err = run("import", bad, good, tmp_path / "none.csv")
    assert code == 2
    assert out.startswith(good.name)
    assert len(err.splitlines()) == 2
    assert read(home, "import", BTC).size == 2


def test_importing_a_file_twice_stores_each_trade_once(tmp_path, home, run):
    path = write(tmp_path, "BTCUSDT-aggTrades-2024-06-01.csv")
    run("import", path, path)
    assert read(home, "import", BTC).size == 2


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("name", a.ARCHIVES)
def test_what_is_exported_and_imported_again_is_the_same(tmp_path, home, run, name, kind):
    run("import", write(tmp_path, name))
    for stored_one in Store(home / "recordings").instruments("import"):
        which = str(stored_one.instrument.id)
        out = tmp_path / f"out.{kind}"
        code, said, _ = run(
            "export", "trades", "--instrument", which, "--out", out, "--source", "import"
        )
        assert (code, said) == (
            0,
            f"{stored_one.rows} trades of {which} from import written to {out}\n",
        )
        assert run("import", out, "--source", "again")[0] == 0
        first, second = read(home, "import", which), read(home, "again", which)
        again = next(
            each
            for each in Store(home / "recordings").instruments("again")
            if str(each.instrument.id) == which
        )
        assert prices(first, stored_one) == prices(second, again)
        if kind == "parquet":
            np.testing.assert_array_equal(first, second)
            assert again.instrument == stored_one.instrument


def prices(rows, of):
    grid = of.instrument
    same = ("ts_event_ns", "ts_recv_ns", "trade_id", "aggressor", "flags", "fills")
    return [
        (
            *(int(row[name]) for name in same),
            int(row["price_ticks"]) * grid.tick_size,
            int(row["size_lots"]) * grid.lot_size,
        )
        for row in rows
    ]


def test_a_random_tape_survives_export_and_import(tmp_path, home, run):
    rows = random_trades(np.random.default_rng(7), 3_000)
    stored(home, rows)
    out = tmp_path / "x.csv"
    run("export", "trades", "--instrument", BTC, "--out", out)
    assert run("import", out)[0] == 0
    np.testing.assert_array_equal(read(home, "import", BTC), rows)


def test_exported_trades_are_exact_and_name_their_source(home, run):
    stored(home, trades((0, 618003, 6, 1), (0.25, 618004, 12500, -1), (1, 618004, 1, 0)))
    code, out, _ = run("export", "trades", "--instrument", BTC, "--out", "-")
    assert code == 0
    assert out.splitlines()[:3] == [
        "source,instrument,ts_event_ns,ts_recv_ns,trade_id,side,price,size,flags,fills",
        f"live,{BTC},{START_NS},{START_NS + 10**6},1,buy,61800.3,0.006,0,1",
        f"live,{BTC},{START_NS + 25 * 10**7},{START_NS + 251 * 10**6},2,sell,61800.4,12.500,0,1",
    ]
    assert out.splitlines()[3].split(",")[5] == "unknown"


def test_exported_parquet_has_exact_decimals(tmp_path, home, run):
    stored(home, trades((0, 618003, 6, 1), (0.25, 618004, 12500, -1)))
    run("export", "trades", "--instrument", BTC, "--out", tmp_path / "x.parquet")
    table = pd.read_parquet(tmp_path / "x.parquet")
    assert table["price"].tolist() == [Decimal("61800.3"), Decimal("61800.4")]
    assert table["size"].tolist() == [Decimal("0.006"), Decimal("12.500")]
    assert table["side"].tolist() == ["buy", "sell"]
    assert set(table["source"]) == {"live"}


def test_sizes_of_swaps_are_exported_in_the_base_coin(home, run):
    swap = instrument("okx.perp.BTC-USDT-SWAP", "0.1", "0.01", "0.01")
    stored(home, trades((0, 837600, 358, 1)), listed=swap)
    code, out, _ = run("export", "trades", "--instrument", "okx.perp.BTC-USDT-SWAP", "--out", "-")
    assert code == 0
    assert rows_of(out)[0]["size"] == "0.0358"


def test_bars_have_the_stated_columns_and_exact_decimals(home, run):
    stored(
        home,
        trades((0, 618000, 5, 1), (59, 618010, 3, -1), (60, 617990, 2, -1), (61, 617995, 4, 0)),
    )
    code, out, _ = run("export", "bars", "--timeframe", "1m", "--instrument", BTC, "--out", "-")
    assert code == 0
    assert out.splitlines() == [
        COLUMNS,
        f"{START_NS},61800.0,61801.0,61800.0,61801.0,0.008,0.005,0.003,2,",
        f"{START_NS + 60 * 10**9},61799.0,61799.5,61799.0,61799.5,0.006,0.000,0.002,2,",
    ]


def test_a_bar_is_of_grade_1_only_where_ids_prove_it_complete(home, run):
    rows = trades(*((20 * n, 618000, 1, 1) for n in range(30)))  # three a minute, ten minutes
    rows["trade_id"][16:] += 1  # one is missing between the second and third trade of minute 5
    stored(home, rows)
    _, out, _ = run("export", "bars", "--instrument", BTC, "--out", "-")
    whole = "1.0000"
    grades = ["", *[whole] * 4, "0.7500", *[whole] * 3, ""]
    assert [row["grade"] for row in rows_of(out)] == grades
    start = START_NS + 240 * 10**9
    _, out, _ = run(
        *("export", "bars", "--instrument", BTC, "--out", "-"),
        *("--from", start, "--to", start + 180 * 10**9),
    )
    assert [row["grade"] for row in rows_of(out)] == [whole, "0.7500", whole]


def test_a_hole_at_the_edge_of_two_bars_counts_in_both(home, run):
    rows = trades(*((20 * n, 618000, 1, 1) for n in range(15)))
    rows["trade_id"][6:] += 1  # missing just where minute 1 ends: nobody knows in which it was
    stored(home, rows)
    _, out, _ = run("export", "bars", "--instrument", BTC, "--out", "-")
    assert [row["grade"] for row in rows_of(out)] == ["", "0.7500", "0.7500", "1.0000", ""]


def test_venues_whose_ids_prove_nothing_have_no_grade(home, run):
    name = "bybit.perp.BTCUSDT"
    rows = trades(*((20 * n, 618000, 1, 1) for n in range(12)))
    stored(home, rows, listed=instrument(name))
    _, out, _ = run("export", "bars", "--instrument", name, "--out", "-")
    assert {row["grade"] for row in rows_of(out)} == {""}


def test_ids_that_count_merged_fills_prove_bars_too(home, run):
    name = "okx.spot.BTC-USDT"
    rows = trades(*((20 * n, 618000, 1, 1) for n in range(12)))
    rows["fills"] = 3
    rows["trade_id"] *= 3
    rows["fills"][7] = 2
    stored(home, rows, listed=instrument(name))
    _, out, _ = run("export", "bars", "--instrument", name, "--out", "-")
    assert [row["grade"] for row in rows_of(out)] == ["", "1.0000", "0.8889", ""]


def test_an_unknown_grade_is_empty_in_parquet_too(tmp_path, home, run):
    stored(home, trades(*((30 * n, 618000, 1, 1) for n in range(6))))
    run("export", "bars", "--instrument", BTC, "--out", tmp_path / "b.parquet")
    table = pd.read_parquet(tmp_path / "b.parquet")
    assert ",".join(table.columns) == COLUMNS
    assert table["grade"].isna().tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("files", "name", "answers"),
    [
        (["usdm/btcusdt_20240808.gz"], BTC, "open__usdm_btcusdt_20240808.json"),
        (
            ["spot/btcusdt_20240808.gz", "spot/btcusdt_20240809.gz"],
            "binance.spot.BTCUSDT",
            "open__spot_btcusdt_20240808-09.json",
        ),
    ],
)
def test_recordings_give_the_bars_that_others_computed(run, files, name, answers):
    paths = [recording(f"nkaz001__hftbacktest/examples/{each}") for each in files]
    wanted = expected(answers)
    assert run("import", *paths)[0] == 0
    _, out, _ = run("export", "bars", "--timeframe", "1m", "--instrument", name, "--out", "-")
    columns = ("open", "high", "low", "close", "volume", "buy", "sell")
    found = rows_of(out)
    assert [row["open_ns"] for row in found] == [
        f"{minute[0]}000000" for minute in wanted["minute_bars"]
    ]
    for row, minute in zip(found, wanted["minute_bars"], strict=True):
        assert [Decimal(row[each]) for each in columns] == list(map(Decimal, minute[1:8]))
        assert int(row["trades"]) == minute[8]
    assert [row["grade"] for row in found][1:] == [*["1.0000"] * (len(found) - 2), ""]
    assert 0.7 < float(found[0]["grade"]) < 0.8  # the recording begins inside its first minute


@pytest.mark.parametrize(
    ("span", "ids"),
    [
        (["--from", str(START_NS + 10**9)], [2, 3]),
        (["--to", str(START_NS + 10**9)], [1]),
        (["--from", "2023-11-14T22:13:01Z"], [2, 3]),
        (["--from", "2023-11-14T22:13:01", "--to", "2023-11-14T22:13:02.000000000Z"], [2]),
        (["--from", "2023-11-15T00:13:02+02:00"], [3]),
        (["--to", "2023-11-14"], []),
        (["--from", "2024-01-01"], []),
    ],
    ids=str,
)
def test_a_span_is_half_open_and_in_either_form(home, run, span, ids):
    stored(home, trades((0, 10, 1, 1), (1, 10, 1, 1), (2, 10, 1, 1)))
    code, out, _ = run("export", "trades", "--instrument", BTC, "--out", "-", *span)
    assert code == 0
    assert [int(row["trade_id"]) for row in rows_of(out)] == ids


def test_nothing_in_the_span_is_a_table_with_its_header(tmp_path, home, run):
    stored(home, trades((0, 10, 1, 1)))
    _, out, _ = run("export", "bars", "--instrument", BTC, "--out", "-", "--from", "2024-01-01")
    assert out == COLUMNS + "\n"
    path = tmp_path / "x.parquet"
    run("export", "trades", "--instrument", BTC, "--out", path, "--from", "2024-01-01")
    assert pd.read_parquet(path).empty


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "required: COMMAND"),
        (("fly",), "invalid choice"),
        (("import",), "required: FILE"),
        (("import", "x.csv", "--instrument", "BTC"), "write venue.kind.symbol"),
        (("import", "x.csv", "--source", "../up"), "not the name of a source"),
        (("import", "x.csv", "--contract-value", "0"), "above zero was expected"),
        (("export", "bars", "--out", "-"), "required: --instrument"),
        (("export", "fish", "--instrument", BTC, "--out", "-"), "invalid choice"),
        (("export", "bars", "--instrument", BTC, "--out", "-"), "nothing is stored of"),
        (("export", "bars", "--instrument", BTC, "--out", "-", "--source", ".."), "not the name"),
        (("export", "bars", "--instrument", BTC, "--out", "-", "--from", "soon"), "not a time"),
        (("export", "bars", "--instrument", BTC, "--out", "-", "--from", "2026-13-01"), "not a ti"),
        (("export", "bars", "--instrument", BTC, "--out", "-", "--timeframe", "7m"), "invalid ch"),
    ],
    ids=str,
)
def test_a_command_that_cannot_be_is_one_sentence_and_code_2(run, arguments, words):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("out", ["x.xlsx", "x", "no/such/folder/x.csv"])
def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path, home, run, out):
    stored(home, trades((0, 10, 1, 1)))
    code, _, err = run("export", "bars", "--instrument", BTC, "--out", tmp_path / out)
    assert code == 2
    assert err.count("\n") == 1
    assert not (tmp_path / out).exists()
    assert [each.name for each in tmp_path.iterdir()] == ["workspace"]


def test_an_instrument_of_two_sources_needs_one_named(home, run):
    stored(home, trades((0, 10, 1, 1)), source="live")
    stored(home, trades((0, 20, 1, 1)), source="simulated")
    code, _, err = run("export", "trades", "--instrument", BTC, "--out", "-")
    assert code == 2
    assert "is stored from live, simulated; choose one with --source" in err
    code, out, _ = run(
        "export", "trades", "--instrument", BTC, "--out", "-", "--source", "simulated"
    )
    assert (code, rows_of(out)[0]["price"]) == (0, "2.0")


def test_a_workspace_that_another_process_records_to_says_so(tmp_path, home, run):
    holder = Store(home / "recordings")
    assert holder.writable
    code, _, err = run("import", write(tmp_path, "BTCUSDT-aggTrades-2024-06-01.csv"))
    holder.close()
    assert code == 2
    assert "in use by another Tapescope" in err


def test_the_commands_run_as_a_program(tmp_path, home):
    path = write(tmp_path, "BTCUSDT-aggTrades-2024-06-01.csv")
    how = {
        "cwd": ROOT,
        "capture_output": True,
        "text": True,
    }
    done = subprocess.run([sys.executable, "-m", "data", "import", str(path)], check=False, **how)
    assert (done.returncode, done.stderr) == (0, "")
    ask = ["export", "bars", "--instrument", BTC, "--out", "-"]
    done = subprocess.run([sys.executable, "-m", "data", *ask], check=False, **how)
    assert done.stdout.startswith(COLUMNS)
    assert (home / "recordings" / "import").is_dir()


def test_a_stored_file_that_cannot_be_read_is_named_by_an_export(tmp_path, home, run):
    run("import", write(tmp_path, "BTCUSDT-aggTrades-2024-06-01.csv"))
    stored(home, trades((0, 10, 1, 1)), source="import")
    (path,) = (home / "recordings").rglob("*.parquet")
    body = bytearray(path.read_bytes())
    body[60] ^= 0xFF
    path.write_bytes(body)
    code, out, err = run("export", "trades", "--instrument", BTC, "--out", "-")
    assert code == 0
    assert [int(row["trade_id"]) for row in rows_of(out)] == [1]
    assert f"left out: {path.name}" in err


def test_a_disk_that_takes_nothing_is_one_sentence(tmp_path, home, run):
    (home / "recordings").mkdir(parents=True)
    (home / "recordings" / "import").write_text("a file where a folder should be")
    code, out, err = run("import", write(tmp_path, "BTCUSDT-aggTrades-2024-06-01.csv"))
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
