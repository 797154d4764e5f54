"""Books in replays: from the messages that were recorded, by the venue's own rule."""

import json
import zipfile
from hashlib import sha256
from math import inf

import numpy as np
import pytest

from core.domain.arrays import Position
from core.domain.events import BookBegins, BookDelta, BookEnds, BookSnapshot, Listed, Trades
from core.domain.units import NS_PER_MINUTE, NS_PER_MS, NS_PER_S
from data.feeds.health import HealthBoard
from data.sources.replay import ReplaySource
from data.store.raw_log import RawLog, RawLogWriter
from data.venues.registry import MARKETS
from data.venues.sync import FetchSnapshot, Phase
from tests.support.recordings import expected, recording
from tests.support.waiting import until

HFTBACKTEST = "nkaz001__hftbacktest/examples"
CRYPTOFEED = "bmoscon__cryptofeed/sample_data"
XRP = "nautechsystems__nautilus_trader/tests/test_data/bybit/xrpusdt-ob500.data.zip"
PERP = MARKETS["binance", "perp"]
BTC = PERP.facts.defaults[0]
START_NS = 1_795_010_400 * NS_PER_S


@pytest.fixture
def play(engine):
    started = []

    def play(*paths, submit=engine.submit, on_restart=engine.clear):
        source = ReplaySource(paths, speed=inf, health=HealthBoard(), on_restart=on_restart)
        source.start(submit)
        started.append(source)
        until(lambda: source.finished, within_s=90, what="the end of the recording")
        assert engine.settle(30)
        return source

    yield play
    for source in started:
        source.stop()


def delta(first_id, last_id, before_id, *, bid="97000.00", size="1.5", at_ms=0):
    event_ms = START_NS // NS_PER_MS + at_ms
    said = {
        "e": "depthUpdate",
        "E": event_ms,
        "T": event_ms,
        "s": BTC.id.symbol,
        "U": first_id,
        "u": last_id,
        "pu": before_id,
        "b": [[bid, size]],
        "a": [["97000.10", "2.0"]],
    }
    return json.dumps(said, separators=(",", ":")).encode()


def written(path, frames):
    """Write (ms after the start, payload) in our own format."""
    writer = RawLogWriter(path)
    for at_ms, payload in frames:
        writer.write(START_NS + at_ms * NS_PER_MS, PERP.facts.venue, PERP.facts.kind, payload)
    writer.close()
    return path


@pytest.mark.parametrize(
    ("files", "kind", "answers"),
    [
        (["usdm/btcusdt_20240808.gz"], "perp", "open__usdm_btcusdt_20240808.json"),
        (
            ["spot/btcusdt_20240808.gz", "spot/btcusdt_20240809.gz"],
            "spot",
            "open__spot_btcusdt_20240808-09.json",
        ),
    ],
)
def test_the_books_that_others_computed_come_out_of_a_replay(engine, play, files, kind, answers):
    source = play(*(recording(f"{HFTBACKTEST}/{name}") for name in files))
    (listed,) = source.instruments()
    assert str(listed.id) == f"binance.{kind}.BTCUSDT"
    wanted, tape = expected(answers)["book"], engine.tape(listed.id)
    assert tape.book.phase is Phase.LIVE
    assert tape.book.applied == wanted["applied"]
    assert tape.book.lost == 0
    view = tape.book.view(5)
    assert view.last_id == wanted["last_u"]
    for ticks, lots, side in (
        (view.bid_ticks, view.bid_lots, wanted["top5_bids"]),
        (view.ask_ticks, view.ask_lots, wanted["top5_asks"]),
    ):
        told = [(listed.price_grid.units(p), listed.size_grid.units(q)) for p, q in side]
        assert list(zip(ticks.tolist(), lots.tolist(), strict=True)) == told
    assert len(tape.quotes) > 300


def test_answers_that_were_recorded_beside_the_messages_make_the_books_live(engine, play):
    names = ("BINANCE_FUTURES.ws.1.0", "BINANCE_FUTURES.http.0.0")
    source = play(*(recording(f"{CRYPTOFEED}/{name}") for name in names))
    books = {each.base: engine.tape(each.id).book for each in source.instruments()}
    assert sorted(books) == ["AKRO", "CTK", "KEEP", "SUSHI"]
    assert {book.phase for book in books.values()} == {Phase.LIVE}
    assert sum(book.lost for book in books.values()) == 0


def test_a_recording_of_nothing_but_a_book_is_played(engine, play, tmp_path):
    with zipfile.ZipFile(recording(XRP)) as packed:
        raws = packed.read(packed.namelist()[0]).splitlines()
    writer = RawLogWriter(tmp_path / "book.log")
    for at, raw in enumerate(raws):
        writer.write(START_NS + at * NS_PER_MS, "bybit", "perp", raw)
    writer.close()
    source = play(tmp_path / "book.log")
    (listed,) = source.instruments()
    assert (str(listed.id), str(listed.tick_size)) == ("bybit.perp.XRPUSDT", "0.0001")
    book = engine.tape(listed.id).book
    assert (book.phase, book.applied) == (Phase.LIVE, 49)
    assert book.view(1).last_id == 20_254_918
    assert source.trades_played == 0


def test_the_checksums_of_okx_hold_in_a_replay(engine, play):
    source = play(recording(f"{CRYPTOFEED}/OKX.ws.1.0"))
    book = engine.tape(source.instruments()[0].id).book
    assert str(source.instruments()[0].id) == "okx.spot.BTC-USDT"
    assert (book.phase, book.applied, book.lost) == (Phase.LIVE, 97, 0)


def hashes(play, path):
    told = sha256()
    count = 0

    def submit(event):
        nonlocal count
        count += 1
        told.update(repr(event).encode())

    play(path, submit=submit, on_restart=lambda: None)
    return count, told.hexdigest()


def test_two_runs_over_one_recording_submit_the_same_events(play):
    path = recording(f"{CRYPTOFEED}/OKX.ws.1.0")
    one, other = hashes(play, path), hashes(play, path)
    assert one == other
    assert one[0] > 160


def test_books_are_the_same_after_a_jump_back(engine, play):
    source = play(recording(f"{CRYPTOFEED}/OKX.ws.1.0"))
    listed = source.instruments()[0].id
    before = engine.tape(listed).book.view(100)
    source.seek(source.span_ns[0])
    until(lambda: engine.epoch == 1 and source.finished)
    assert engine.settle()
    after = engine.tape(listed).book.view(100)
    assert after.last_id == before.last_id
    assert np.array_equal(after.bid_lots, before.bid_lots)
    assert np.array_equal(after.ask_ticks, before.ask_ticks)


def submitted(play, path):
    events = []
    play(path, submit=events.append, on_restart=lambda: None)
    return events


def test_a_book_begins_before_its_first_message(play, tmp_path):
    events = submitted(play, written(tmp_path / "raw.log", [(0, delta(1, 2, 0))]))
    assert [type(each) for each in events] == [Listed, BookBegins, BookDelta]
    assert play(tmp_path / "raw.log").has_book(events[0].instrument.id)


def test_what_has_only_trades_has_no_book_to_wait_for(play, tmp_path):
    trade = (
        b'{"e":"aggTrade","E":1795010400000,"s":"BTCUSDT","a":7,"p":"97000.0","q":"1","nq":"1",'
        b'"f":1,"l":1,"T":1795010400000,"m":false}'
    )
    path = written(tmp_path / "raw.log", [(0, trade)])
    events = submitted(play, path)
    assert [type(each) for each in events] == [Listed, Trades]
    assert not play(path).has_book(events[0].instrument.id)


def test_a_market_that_is_silent_for_a_minute_loses_its_book_and_begins_anew(play, tmp_path):
    minute_ms = NS_PER_MINUTE // NS_PER_MS
    frames = [
        (0, delta(1, 2, 0)),
        (minute_ms, delta(3, 4, 2, at_ms=minute_ms)),
        (3 * minute_ms, delta(9, 9, 8, at_ms=3 * minute_ms)),
    ]
    events = submitted(play, written(tmp_path / "raw.log", frames))
    kinds = [type(each) for each in events]
    assert kinds == [Listed, BookBegins, BookDelta, BookDelta, BookEnds, BookBegins, BookDelta]
    ends = events[4]
    assert ends.ts_recv_ns == START_NS + 2 * NS_PER_MINUTE
    assert ends.reason == "nothing of this market was recorded for a minute"


def test_only_the_market_that_is_silent_loses_its_book(play, tmp_path):
    bybit = (
        b'{"topic":"orderbook.1000.BTCUSDT","type":"snapshot","ts":1795010400000,"data":{"s":'
        b'"BTCUSDT","b":[["97000.00","1"]],"a":[["97000.10","1"]],"u":1,"seq":1},"cts":1795010400000}'
    )
    path = tmp_path / "raw.log"
    writer = RawLogWriter(path)
    writer.write(START_NS, "bybit", "perp", bybit)
    for second in range(0, 200, 20):
        ids = (second + 1, second + 20, second)
        writer.write(START_NS + second * NS_PER_S, "binance", "perp", delta(*ids))
    writer.close()
    ends = [each for each in submitted(play, path) if isinstance(each, BookEnds)]
    assert [str(each.instrument.id) for each in ends] == ["bybit.perp.BTCUSDT"]


def test_recordings_of_one_time_are_merged_by_arrival(play, tmp_path):
    even = written(tmp_path / "a.log", [(at, delta(at, at, at - 1)) for at in range(2, 10, 2)])
    odd = written(tmp_path / "b.log", [(at, delta(at, at, at - 1)) for at in range(3, 10, 2)])
    events = []
    play(even, odd, submit=events.append, on_restart=lambda: None)
    ids = [each.last_id for each in events if isinstance(each, BookDelta)]
    assert ids == list(range(2, 10))


def test_a_recorded_answer_is_a_snapshot_that_was_asked_for(play):
    path = recording(f"{HFTBACKTEST}/spot/btcusdt_20240808.gz")
    events = submitted(play, path)
    (answer,) = [each for each in events if isinstance(each, BookSnapshot)]
    assert (answer.channel, answer.last_id) == ("rest", 50_093_239_218)
    assert answer.bids[0] == (6_183_763, 378_826)  # 61837.63 and 3.78826 in the file
    assert answer.ts_recv_ns == 1_723_161_254_206_652_067


def test_an_answer_that_cannot_be_read_is_refused(tmp_path):
    path = tmp_path / "raw.log"
    stamp = START_NS
    path.write_bytes(
        b'%d %s\n%d {"lastUpdateId": broken\n'
        % (stamp, b'{"stream":"btcusdt@depth@0ms","data":' + delta(1, 2, 0) + b"}", stamp + 1)
    )
    health = HealthBoard()
    source = ReplaySource([path], speed=inf, health=health, on_restart=lambda: None)
    source.start(lambda _: None)
    until(lambda: source.finished)
    source.stop()
    assert health.refused_total() == 1
    assert health.refused_samples()[0].raw.startswith(b'{"lastUpdateId"')


def test_answers_are_left_out_where_nobody_wants_them():
    log = RawLog(recording(f"{HFTBACKTEST}/spot/btcusdt_20240808.gz"))
    wanted = sum(1 for _ in log.frames(answers=True))
    assert sum(1 for _ in log.frames()) == wanted - 1


def test_nobody_answers_what_a_book_asks_for(play, tmp_path):
    source = play(written(tmp_path / "raw.log", [(0, delta(1, 2, 0))]))
    source.ask(BTC.id, FetchSnapshot("for the test"))


def test_tickers_and_liquidations_that_were_recorded_are_played(engine, play, tmp_path):
    mark = (
        b'{"e":"markPriceUpdate","E":1795010401000,"s":"BTCUSDT","p":"97001.50","ap":"97001.60",'
        b'"i":"97030.25","P":"97000.00","r":"0.00010000","T":1795017600000,"st":1}'
    )
    closed = (
        b'{"e":"forceOrder","E":1795010402000,"o":{"s":"BTCUSDT","S":"SELL","o":"LIMIT","f":"IOC",'
        b'"q":"0.014","p":"96500.00","ap":"96990.10","X":"FILLED","l":"0.014","z":"0.014",'
        b'"T":1795010401990}}'
    )
    frames = [(0, delta(1, 2, 0)), (1_000, mark), (2_000, closed)]
    play(written(tmp_path / "raw.log", frames))
    tape = engine.tape(BTC.id)
    ticker, liquidation = tape.tickers.newest, tape.liquidations.newest
    assert (float(ticker["mark"]), float(ticker["index"])) == (97_001.5, 97_030.25)
    assert float(ticker["funding_rate"]) == 0.0001
    assert int(ticker["next_funding_ns"]) == 1_795_017_600 * NS_PER_S
    assert float(liquidation["price"]) == 96_990.1
    assert int(liquidation["position"]) == Position.LONG
    assert int(liquidation["size_lots"]) == 14
