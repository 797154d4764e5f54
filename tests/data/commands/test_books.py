"""`python -m data export book`: exact, as of a moment, and refused where messages are missing."""

import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.domain.events import Channel, Gap
from core.domain.units import NS_PER_S
from data.__main__ import main
from data.store.store import Store
from tests.support.rows import book, event, message
from tests.support.trades import START_NS, instrument, trades

BTC = "binance.perp.BTCUSDT"
BACK_NS = START_NS + 60 * NS_PER_S


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Export the book of a workspace with one recorded; (exit code, output, complaint)."""
    monkeypatch.setenv("TAPESCOPE_HOME", str(tmp_path))
    store = Store(tmp_path / "recordings")
    whole = book(START_NS, {618_001: 1, 618_000: 1_500}, {618_002: 250, 618_010: 2})
    parts = [
        whole,
        message(START_NS + NS_PER_S, [(1, 618_001, 0), (-1, 618_003, 7)]),
        book(BACK_NS, {1: 1}, {3: 1}),
    ]
    for part in parts:
        store.append_rows("live", event(Channel.BOOK, part))
    lost_ns = START_NS + 30 * NS_PER_S
    store.append_gap("live", Gap(instrument().id, lost_ns, BACK_NS, "ids lack", Channel.BOOK))
    store.append("live", instrument("okx.spot.BTC-USDT"), "trades", trades((1, 9, 3, 1)))
    store.close()

    def run_it(*arguments, name=BTC):
        try:
            code = main(["export", "book", "--instrument", name, *map(str, arguments)])
        except SystemExit as left:
            code = left.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return run_it


def test_the_newest_book_is_the_default(run, tmp_path):
    code, out, _ = run("--out", tmp_path / "b.csv")
    assert code == 0
    assert "2 levels of the book of binance.perp.BTCUSDT from live" in out
    assert (tmp_path / "b.csv").read_text() == "side,price,size\nbid,0.1,0.001\nask,0.3,0.001\n"


def test_a_book_of_the_past_is_exact_and_best_first(run):
    code, out, _ = run("--at", START_NS, "--out", "-")
    assert code == 0
    assert out.splitlines() == [
        "side,price,size",
        "bid,61800.1,0.001",
        "bid,61800.0,1.500",
        "ask,61800.2,0.250",
        "ask,61801.0,0.002",
    ]
    _, out, _ = run("--at", START_NS + 2 * NS_PER_S, "--levels", 1, "--out", "-")
    assert out.splitlines()[1:] == ["bid,61800.0,1.500", "ask,61800.2,0.250"]


def test_parquet_says_what_it_is(run, tmp_path):
    assert run("--out", tmp_path / "b.parquet")[0] == 0
    assert pd.read_parquet(tmp_path / "b.parquet")["side"].tolist() == ["bid", "ask"]
    told = pq.read_schema(tmp_path / "b.parquet").metadata[b"tapescope"]
    assert b'"holds":"book"' in told


def test_a_lost_book_is_refused_and_says_since_when(run, tmp_path):
    code, out, err = run("--at", START_NS + 40 * NS_PER_S, "--out", tmp_path / "b.csv")
    assert (code, out) == (2, "")
    assert "it was lost at 2023-11-14T22:13:30Z (ids lack)" in err
    assert not (tmp_path / "b.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "name", "words"),
    [
        (("--at", START_NS - 1), BTC, "none was recorded whole"),
        ((), "okx.spot.BTC-USDT", "no book is stored of okx.spot.BTC-USDT"),
        (("--source", "import"), BTC, "from import"),
        (("--source", "../x"), BTC, "not the name of a source"),
        (("--levels", "0"), BTC, "from 1 to 10000"),
        (("--levels", "x"), BTC, "from 1 to 10000"),
    ],
)
def test_what_cannot_be_is_one_sentence(run, arguments, name, words):
    code, out, err = run(*arguments, "--out", "-", name=name)
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1
