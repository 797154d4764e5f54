import csv
from decimal import Decimal

import numpy as np
import pyarrow.parquet as pq
import pytest

from core.domain.arrays import LEVEL_DTYPE, LevelFlag
from core.domain.errors import RecordingError
from core.domain.events import Channel, Rows
from core.domain.instrument import InstrumentId, MarketKind, Venue
from core.domain.units import NS_PER_S
from data.imports.tables import Wish
from data.store.store import Store
from pages.shell.recordings_files import ExportWish, export_name, write_export
from pages.shell.recordings_import import import_one
from tests.support.archives import ARCHIVES
from tests.support.trades import START_NS, instrument, trades

BTC = instrument()
SPAN = (START_NS, START_NS + 120 * NS_PER_S)


@pytest.fixture
def full(store):
    rows = trades((0, 1000, 5, 1), (10, 1020, 7, 1), (70, 990, 4, -1), (119, 1001, 1, 1))
    store.append("live", BTC, "aggTrade", rows)
    store.sync()
    return store


def wish(kind="trades", suffix="csv", span_ns=SPAN, **changes):
    facts = {"source": "live", "instrument_id": BTC.id, "kind": kind, "timeframe": "1m"}
    return ExportWish(**(facts | changes), span_ns=span_ns, suffix=suffix)


def test_exported_trades_are_those_stored(full, tmp_path):
    exported = write_export(full, wish(), tmp_path / "exports")
    with exported.path.open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["ts_event_ns"], row["price"], row["size"], row["side"]) for row in rows] == [
        (str(START_NS), "100.0", "0.005", "buy"),
        (str(START_NS + 10 * NS_PER_S), "102.0", "0.007", "buy"),
        (str(START_NS + 70 * NS_PER_S), "99.0", "0.004", "sell"),
        (str(START_NS + 119 * NS_PER_S), "100.1", "0.001", "buy"),
    ]
    assert (exported.rows, exported.bytes) == (4, exported.path.stat().st_size)


def test_only_the_chosen_span_is_exported(full, tmp_path):
    span_ns = START_NS + 10 * NS_PER_S, START_NS + 119 * NS_PER_S
    assert write_export(full, wish(span_ns=span_ns), tmp_path).rows == 2


def test_bars_are_exported_as_parquet(full, tmp_path):
    exported = write_export(full, wish("bars", "parquet"), tmp_path)
    table = pq.read_table(exported.path).to_pydict()
    assert table["open_ns"] == [START_NS, START_NS + 60 * NS_PER_S]
    assert table["high"] == [Decimal("102.0"), Decimal("100.1")]


def test_a_book_is_exported_as_it_was_at_the_end_of_the_span(full, tmp_path):
    for second, lots in ((1, 5), (60, 6)):
        rows = np.zeros(2, LEVEL_DTYPE)
        rows["ts_event_ns"] = rows["ts_recv_ns"] = START_NS + second * NS_PER_S
        rows["update_id"], rows["depth"] = second, 100
        rows["price_ticks"], rows["size_lots"], rows["side"] = (999, 1001), (lots, 9), (1, -1)
        rows["flags"] = LevelFlag.SNAPSHOT
        rows["flags"][0] |= LevelFlag.FIRST
        full.append_rows("live", Rows(BTC, Channel.BOOK, "depth", rows))
    full.sync()
    span_ns = START_NS, START_NS + 30 * NS_PER_S
    exported = write_export(full, wish("book", span_ns=span_ns), tmp_path)
    assert exported.path.read_text() == ("side,price,size\nbid,99.9,0.005\nask,100.1,0.009\n")


def test_what_is_exported_can_be_imported_and_is_the_same(full, tmp_path):
    exported = write_export(full, wish(suffix="parquet"), tmp_path)
    other = Store(tmp_path / "others")
    report = import_one(exported.path, Wish(), other, source="import")
    assert not report.failed
    (again,) = other.read_trades("import", BTC.id, *SPAN)
    (first,) = full.read_trades("live", BTC.id, *SPAN)
    assert again.tolist() == first.tolist()
    other.close()


def test_a_symbol_never_leaves_the_folder():
    found = InstrumentId(Venue.OKX, MarketKind.SPOT, "../..:X")
    name = export_name(wish(instrument_id=found))
    assert "/" not in name
    assert ":" not in name
    assert name.startswith("trades_live_okx.spot.")


def test_nothing_stored_is_a_sentence(store, tmp_path):
    with pytest.raises(RecordingError, match="nothing is stored of"):
        write_export(store, wish(), tmp_path)


def test_a_folder_that_cannot_be_made_is_a_sentence(full, tmp_path):
    (tmp_path / "exports").write_text("a file")
    with pytest.raises(RecordingError, match="cannot be written"):
        write_export(full, wish(), tmp_path / "exports")


def put(folder, name, text):
    path = folder / name
    path.write_text(text)
    return path


def test_an_import_reports_kept_refused_and_what_is_stored_twice(store, tmp_path):
    name = "BTCUSDT-aggTrades-2024-06-01.csv"
    path = put(tmp_path, name, ARCHIVES[name] + "not,a,row\n")
    first = import_one(path, Wish(InstrumentId.parse("binance.perp.BTCUSDT")), store, source="x")
    kept = sum(each.rows for each in store.recordings("x"))
    assert f"{kept} rows kept, 1 refused" in first.words
    assert "twice" not in first.words
    assert any("line" in line for line in first.refused)
    again = import_one(path, Wish(InstrumentId.parse("binance.perp.BTCUSDT")), store, source="x")
    assert f"{kept} trades of these days are stored twice and read once." in again.words


def test_an_imported_day_is_not_growing_afterwards(store, tmp_path):
    name = "BTCUSDT-aggTrades-2024-06-01.csv"
    wished = Wish(InstrumentId.parse("binance.perp.BTCUSDT"))
    import_one(put(tmp_path, name, ARCHIVES[name]), wished, store, source="import")
    assert not any(each.growing for each in store.recordings("import"))


@pytest.mark.parametrize(
    ("content", "words"),
    [("", "empty"), ("\x00\x01\x02", ""), ("a,b,c\n1,2,3\n", "")],
)
def test_a_bad_file_is_a_sentence_not_a_fault(store, tmp_path, content, words):
    report = import_one(put(tmp_path, "x.csv", content), Wish(), store, source="import")
    assert report.failed
    assert words in report.words
    assert report.words.endswith(".")


def test_a_file_that_is_not_there_is_a_sentence(store, tmp_path):
    report = import_one(tmp_path / "no.csv", Wish(), store, source="import")
    assert report.failed
    assert report.words == "no.csv is no file that can be read; check the path."


def test_a_second_tapescope_may_not_import_and_says_so(full, tmp_path):
    name = "BTCUSDT-aggTrades-2024-06-01.csv"
    other = Store(full.root)
    wished = Wish(InstrumentId.parse("binance.perp.BTCUSDT"))
    report = import_one(put(tmp_path, name, ARCHIVES[name]), wished, other, source="import")
    assert report.failed
    assert "another Tapescope" in report.words
