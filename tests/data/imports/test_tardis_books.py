"""Tardis's books: runs of a snapshot and rows of one arrival become messages."""

import gzip

import numpy as np
import pytest

from core.domain.arrays import LevelFlag
from core.domain.errors import RecordingError
from core.domain.events import NO_ID, Channel
from core.domain.instrument import InstrumentId
from data.imports.into_store import import_file
from data.imports.tables import Wish
from data.store.past_book import book_at
from data.store.store import Store

HEADER = "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount\n"
LINES = """\
binance-futures,BTCUSDT,1585699200100000,1585699200200000,false,bid,6420.00,1.000
binance-futures,BTCUSDT,1585699201000000,1585699201100000,true,bid,6421.50,2.000
binance-futures,BTCUSDT,1585699201000000,1585699201100000,true,bid,6421.00,0.500
binance-futures,BTCUSDT,1585699201000000,1585699201100001,true,ask,6422.00,1.250
binance-futures,BTCUSDT,1585699202000000,1585699202100000,false,bid,6421.50,0
binance-futures,BTCUSDT,1585699202000000,1585699202100000,false,ask,6421.90,0.100
binance-futures,BTCUSDT,1585699202000000,1585699203100000,false,ask,6421.90,0.000
"""
PERP = InstrumentId.parse("binance.perp.BTCUSDT")
US = 1_000
FOREVER = 2**62
FIRST, SNAPSHOT = LevelFlag.FIRST, LevelFlag.SNAPSHOT


def put(store, tmp_path, text, wish=None):
    path = tmp_path / "binance-futures_incremental_book_L2_2020-04-01_BTCUSDT.csv.gz"
    path.write_bytes(gzip.compress((HEADER + text).encode()))
    imported = import_file(path, wish or Wish(), store, source="import")
    return imported, rows_of(store)


def rows_of(store):
    return np.concatenate(list(store.read("import", PERP, Channel.BOOK, (0, FOREVER))))


def test_rows_become_messages(store, tmp_path):
    imported, rows = put(store, tmp_path, LINES)
    s = 1585699200 * 10**9
    first, second = s + 200_000_000, s + 1_100_000_000
    assert [tuple(row) for row in rows.tolist()] == [
        (s + 100_000_000, first, NO_ID, 1000, 64200, 1, FIRST, 0),
        (s + 1_000_000_000, second, NO_ID, 2000, 64215, 1, FIRST | SNAPSHOT, 1),
        (s + 1_000_000_000, second, NO_ID, 500, 64210, 1, SNAPSHOT, 1),
        (s + 1_000_000_000, second, NO_ID, 1250, 64220, -1, SNAPSHOT, 1),
        (s + 2_000_000_000, s + 2_100_000_000, NO_ID, 0, 64215, 1, FIRST, 0),
        (s + 2_000_000_000, s + 2_100_000_000, NO_ID, 100, 64219, -1, 0, 0),
        (s + 2_000_000_000, s + 3_100_000_000, NO_ID, 0, 64219, -1, FIRST, 0),
    ]
    assert imported.title == "Tardis book"
    assert imported.tally.others == {Channel.BOOK: 7}
    listed = store.grid("import", PERP, Channel.BOOK)
    assert book_at(store, "import", listed, s + 2_100_000_000).top(5) == (
        [(64210, 500)],
        [(64219, 100), (64220, 1250)],
    )
    with pytest.raises(RecordingError, match="none was recorded whole"):
        book_at(store, "import", listed, first)


def test_messages_are_the_same_wherever_the_pieces_of_a_file_end(store, tmp_path, monkeypatch):
    rng = np.random.default_rng(1)
    lines, at_us = [], 1585699200000000
    for number in range(400):
        is_snapshot = number % 50 == 0
        at_us += 1000
        lines += [
            f"binance-futures,BTCUSDT,{at_us},{at_us},{str(is_snapshot).lower()},"
            f"{rng.choice(['bid', 'ask'])},{6000 + rng.integers(0, 99)}.1,{rng.integers(0, 9)}.001"
            for _ in range(rng.integers(1, 6))
        ]
    text = "\n".join(lines) + "\n"
    _, whole = put(store, tmp_path, text)
    assert int((whole["flags"] & FIRST != 0).sum()) == 400
    monkeypatch.setattr("data.imports.spool._CHUNK", 7)
    other = Store(tmp_path / "other")
    _, chopped = put(other, tmp_path, text)
    other.close()
    assert np.array_equal(chopped, whole)


def test_bad_rows_are_counted_and_listed_and_the_rest_is_kept(store, tmp_path):
    bad = """\
binance-futures,BTCUSDT,1585699204000000,1585699204100000,maybe,bid,6421.50,1
binance-futures,BTCUSDT,1585699204000000,1585699204100000,false,buy,6421.50,1
binance-futures,BTCUSDT,1585699204000000,1585699204100000,false,bid,0,1
binance-futures,BTCUSDT,1585699204000000,1585699204100000,false,bid,6421.50,-1
binance-futures,BTCUSDT,1585699204000000,1585699204100000,false,bid
"""
    imported, rows = put(store, tmp_path, LINES + bad)
    assert rows.size == 7
    assert imported.tally.refused == 5
    assert [each.line for each in imported.tally.listed] == [9, 10, 11, 12, 13]


def test_the_same_file_twice_is_read_once(store, tmp_path):
    _, once = put(store, tmp_path, LINES)
    store.seal()
    _, twice = put(store, tmp_path, LINES)
    assert np.array_equal(once, twice)


def test_a_symbol_that_is_not_wanted_is_refused(store, tmp_path):
    other = LINES.replace("BTCUSDT", "ETHUSDT")
    imported, rows = put(store, tmp_path, LINES + other, Wish(PERP))
    assert rows.size == 7
    assert imported.tally.refused == 7
