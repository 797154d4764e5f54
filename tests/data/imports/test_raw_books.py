"""Books of raw recordings: kept by the venue's rule on their way into the store."""

import json
from decimal import Decimal

import numpy as np
import pytest

from core.domain.events import Channel
from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_MS, NS_PER_S
from data.__main__ import main
from data.imports.into_store import import_file
from data.imports.tables import Wish
from data.store.past_book import book_at
from data.store.raw_log import RawLogWriter
from data.store.store import Store
from data.venues.registry import MARKETS
from tests.support.recordings import expected, recording

HFTBACKTEST = "nkaz001__hftbacktest/examples"
PERP = MARKETS["binance", "perp"]
BTC = PERP.facts.defaults[0]
BYBIT = MARKETS["bybit", "perp"]
START_NS = 1_795_010_400 * NS_PER_S
FOREVER = 2**62


@pytest.mark.parametrize(
    ("files", "name", "answers"),
    [
        (["usdm/btcusdt_20240808.gz"], "binance.perp.BTCUSDT", "open__usdm_btcusdt_20240808.json"),
        (
            ["spot/btcusdt_20240808.gz", "spot/btcusdt_20240809.gz"],
            "binance.spot.BTCUSDT",
            "open__spot_btcusdt_20240808-09.json",
        ),
    ],
)
@pytest.mark.timeout(180)
def test_an_imported_recording_gives_the_books_that_others_computed(
    tmp_path, monkeypatch, capsys, files, name, answers
):
    monkeypatch.setenv("TAPESCOPE_HOME", str(tmp_path))
    paths = [str(recording(f"{HFTBACKTEST}/{each}")) for each in files]
    wanted = expected(answers)["book"]
    assert main(["import", *paths]) == 0
    assert "levels of books" in capsys.readouterr().out
    out = tmp_path / "book.csv"
    assert main(["export", "book", "--instrument", name, "--out", str(out)]) == 0
    lines = [line.split(",") for line in out.read_text().splitlines()[1:]]
    for side, levels in (("bid", wanted["top5_bids"]), ("ask", wanted["top5_asks"])):
        found = [(Decimal(p), Decimal(q)) for s, p, q in lines if s == side]
        assert found == [(Decimal(p), Decimal(q)) for p, q in levels]
    store = Store(tmp_path / "recordings")
    listed = store.grid("import", InstrumentId.parse(name), Channel.BOOK)
    newest_ns = store.last_ns("import", listed.id, Channel.BOOK)
    book = book_at(store, "import", listed, newest_ns)
    assert book.update_id == wanted["last_u"]
    counts = tuple(len(side) for side in book.top(100_000))
    assert counts == (wanted["bid_levels"], wanted["ask_levels"])
    assert store.gaps("import", listed.id, Channel.BOOK) == []


def push(kind, update_id, bids, asks, seq):
    return json.dumps(
        {
            "topic": f"orderbook.200.{BTC.id.symbol}",
            "type": kind,
            "ts": START_NS // NS_PER_MS,
            "cts": START_NS // NS_PER_MS,
            "data": {"s": BTC.id.symbol, "b": bids, "a": asks, "u": update_id, "seq": seq},
        },
        separators=(",", ":"),
    ).encode()


def written(path, frames):
    writer = RawLogWriter(path)
    for at_ms, payload in frames:
        facts = BYBIT.facts
        writer.write(START_NS + at_ms * NS_PER_MS, facts.venue, facts.kind, payload)
    writer.close()
    return path


def test_a_book_that_is_lost_is_a_gap_until_its_next_snapshot(tmp_path):
    path = written(
        tmp_path / "bybit.log",
        [
            (0, push("delta", 1, [["97000.0", "9"]], [], 1)),
            (10, push("snapshot", 2, [["97000.0", "1.5"]], [["97000.1", "2"]], 2)),
            (20, push("delta", 3, [["96999.9", "1"]], [], 3)),
            (30, push("delta", 5, [["96999.8", "1"]], [], 5)),
            (40, push("delta", 6, [["96999.7", "1"]], [], 6)),
            (50, push("snapshot", 9, [["97001.0", "3"]], [["97001.1", "4"]], 9)),
            (60, push("delta", 11, [["97000.9", "1"]], [], 11)),
        ],
    )
    store = Store(tmp_path / "recordings")
    imported = import_file(path, Wish(), store, source="import")
    assert imported.tally.others == {Channel.BOOK: 5}
    assert imported.tally.kept == 0
    assert "5 levels of books" in imported.sentence()
    listed = InstrumentId.parse("bybit.perp.BTCUSDT")
    rows = np.concatenate(list(store.read("import", listed, Channel.BOOK, (0, FOREVER))))
    at_ms = (rows["ts_recv_ns"] - START_NS) // NS_PER_MS
    assert at_ms.tolist() == [10, 10, 20, 50, 50]
    spans = [
        ((gap.from_ns - START_NS) // NS_PER_MS, (gap.to_ns - START_NS) // NS_PER_MS)
        for gap in store.gaps("import", listed, Channel.BOOK)
    ]
    assert spans == [(20, 50), (50, 60)]
    store.close()


def test_quotes_are_kept_ten_a_second(tmp_path):
    path = tmp_path / "binance.log"
    writer = RawLogWriter(path)
    for number in range(100):
        at_ns = START_NS + number * 10 * NS_PER_MS
        frame = {
            "e": "bookTicker",
            "u": number,
            "s": "BTCUSDT",
            "b": "97000.00",
            "B": str(number + 1),
            "a": "97000.10",
            "A": "2.0",
            "T": at_ns // NS_PER_MS,
            "E": at_ns // NS_PER_MS,
        }
        writer.write(at_ns, PERP.facts.venue, PERP.facts.kind, json.dumps(frame).encode())
    writer.close()
    store = Store(tmp_path / "recordings")
    imported = import_file(path, Wish(), store, source="import")
    rows = np.concatenate(list(store.read("import", BTC.id, Channel.QUOTES, (0, FOREVER))))
    assert rows["update_id"].tolist() == [9 + 10 * n for n in range(9)]
    assert imported.tally.others == {Channel.QUOTES: 9}
    store.close()
