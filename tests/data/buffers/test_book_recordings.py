"""Books kept from what other people recorded, against numbers that were computed without us."""

import gzip
import json
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from core.domain.events import BestQuote, BookDelta, BookSnapshot
from core.domain.instrument import Instrument, InstrumentId
from data.buffers.keeper import BookKeeper
from data.venues.registry import market_of
from data.venues.sync import FetchSnapshot, Lost, Phase
from tests.support.recordings import expected, recording

HFTBACKTEST = "nkaz001__hftbacktest/examples"
CRYPTOFEED = "bmoscon__cryptofeed/sample_data"
XRP = "nautechsystems__nautilus_trader/tests/test_data/bybit/xrpusdt-ob500.data.zip"


def listed(name, tick, step):
    return Instrument(InstrumentId.parse(name), "X", "USDT", Decimal(tick), Decimal(step))


@dataclass
class Kept:
    """A book kept from frames, and what was seen on the way."""

    instrument: Instrument
    best: dict = field(default_factory=dict)
    quotes: dict = field(default_factory=dict)
    requests: list = field(default_factory=list)
    compared: int = 0
    equal: int = 0

    def __post_init__(self):
        self.market = market_of(self.instrument.id)
        self.keeper = BookKeeper(self.market.book_sync())
        self.symbols = {self.instrument.id.symbol: self.instrument}

    def take(self, recv_ns, raw):
        for event in self.market.parse_all(raw, ts_recv_ns=recv_ns, instruments=self.symbols):
            if isinstance(event, BestQuote):
                self.quotes[event.update_id] = (event.bid, event.ask)
                self.compare(event.update_id)
            elif isinstance(event, BookDelta | BookSnapshot):
                self.note(self.keeper.take(event, now_ns=recv_ns))

    def answer(self, recv_ns, body):
        snapshot = self.market.parse_book(body, self.instrument, ts_recv_ns=recv_ns)
        self.note(self.keeper.take(snapshot, now_ns=recv_ns))

    def note(self, requests):
        self.requests += requests
        if self.keeper.phase is Phase.LIVE:
            bids, asks = self.keeper.book.top(1)
            self.best[self.keeper.book.last_id] = (bids[0], asks[0])
            self.compare(self.keeper.book.last_id)

    def compare(self, update_id):
        """Either may come first; an id that both name is compared once."""
        if update_id in self.best and update_id in self.quotes:
            self.compared += 1
            self.equal += self.best.pop(update_id) == self.quotes.pop(update_id)


def hftbacktest(kept, *names):
    for name in names:
        with gzip.open(recording(f"{HFTBACKTEST}/{name}")) as lines:
            for line in lines:
                stamp, _, raw = line.rstrip(b"\n").partition(b" ")
                if raw.startswith(b'{"lastUpdateId"'):
                    kept.answer(int(stamp), json.loads(raw))
                else:
                    kept.take(int(stamp), raw)


@pytest.mark.parametrize(
    ("files", "name", "grid", "answers"),
    [
        (
            ("usdm/btcusdt_20240808.gz",),
            "binance.perp.BTCUSDT",
            ("0.1", "0.001"),
            "open__usdm_btcusdt_20240808.json",
        ),
        (
            ("spot/btcusdt_20240808.gz", "spot/btcusdt_20240809.gz"),
            "binance.spot.BTCUSDT",
            ("0.01", "0.00001"),
            "open__spot_btcusdt_20240808-09.json",
        ),
    ],
)
def test_the_books_that_others_computed_are_reproduced(files, name, grid, answers):
    kept, wanted = Kept(listed(name, *grid)), expected(answers)["book"]
    hftbacktest(kept, *files)
    keeper, book = kept.keeper, kept.keeper.book
    assert keeper.phase is Phase.LIVE
    assert keeper.dropped == wanted["dropped_before_sync"]
    assert keeper.applied == wanted["applied"]
    assert keeper.lost == wanted["gaps"] == 0
    assert keeper.crossed == wanted["crossed"]
    assert book.last_id == wanted["last_u"]
    bids, asks = book.levels()
    assert (len(bids), len(asks)) == (wanted["bid_levels"], wanted["ask_levels"])
    top = [
        [(kept.instrument.price_grid.units(p), kept.instrument.size_grid.units(q)) for p, q in side]
        for side in (wanted["top5_bids"], wanted["top5_asks"])
    ]
    assert list(book.top(5)) == top
    assert kept.compared == wanted["bookticker_same_u_compared"]
    assert kept.equal == wanted["bookticker_equal"] == kept.compared


def test_the_perpetuals_prices_leave_the_snapshot_and_a_wider_one_is_asked_for():
    kept = Kept(listed("binance.perp.BTCUSDT", "0.1", "0.001"))
    hftbacktest(kept, "usdm/btcusdt_20240808.gz")
    assert {type(each) for each in kept.requests} == {FetchSnapshot}
    view = kept.keeper.book.view(1)
    # The snapshot reached from 61653.40 to 61976.20; the recording ends at 61659.70.
    assert (view.known_from_ticks, view.known_to_ticks) == (616_534, 619_762)
    assert kept.requests[1].reason == "the range of the book"


def test_a_recording_without_a_snapshot_never_becomes_a_book():
    kept = Kept(listed("binance.spot.BTCUSDT", "0.01", "0.00001"))
    hftbacktest(kept, "spot/btcusdt_20240809.gz")
    assert kept.keeper.phase is Phase.SYNCING
    assert kept.keeper.applied == 0
    assert kept.best == {}


def lines_of(name):
    for line in recording(f"{CRYPTOFEED}/{name}").read_bytes().splitlines():
        stamp, _, raw = line.partition(b": ")
        if raw and not line.startswith(b"wss://"):
            yield int(Decimal(stamp.decode()) * 10**9), raw


def answers_of(name):
    """(symbol, time, body) of the depth snapshots of a session."""
    for line in recording(f"{CRYPTOFEED}/{name}").read_text(encoding="utf-8").splitlines():
        asked, _, answer = line.partition(" -> ")
        if "depth?symbol=" in asked and answer:
            stamp, _, body = answer.partition(": ")
            symbol = asked.partition("symbol=")[2].partition("&")[0]
            yield symbol, int(Decimal(stamp) * 10**9), json.loads(body)


GRIDS = {
    "NKNUSDT": ("0.0001", "1"),
    "BLZETH": ("0.00000001", "1"),
    "LRCBTC": ("0.00000001", "1"),
    "RUNEEUR": ("0.001", "0.1"),
    "SUSHIUSDT": ("0.001", "1"),
    "AKROUSDT": ("0.00001", "1"),
    "KEEPUSDT": ("0.0001", "1"),
    "CTKUSDT": ("0.00001", "1"),
}


@pytest.mark.parametrize(
    ("log", "kind", "session", "least"),
    [
        ("BINANCE_FUTURES.ws.1.0", "perp", "BINANCE_FUTURES.http.0.0", 40),
        ("BINANCE.ws.1.0", "spot", "BINANCE.http.0.0", 5),
    ],
)
def test_thin_books_of_2021_sync_with_their_own_snapshots(log, kind, session, least):
    bodies = sorted(answers_of(session), key=lambda each: each[1])
    books = {
        symbol: Kept(listed(f"binance.{kind}.{symbol}", *GRIDS[symbol])) for symbol, _, _ in bodies
    }
    for recv_ns, raw in lines_of(log):
        while bodies and bodies[0][1] <= recv_ns:
            symbol, at_ns, body = bodies.pop(0)
            books[symbol].answer(at_ns, body)
        for symbol, kept in books.items():
            if f'"s":"{symbol}"'.encode() in raw:
                kept.take(recv_ns, raw)
    live = [kept for kept in books.values() if kept.keeper.phase is Phase.LIVE]
    assert len(live) >= 3
    assert all(kept.keeper.lost == kept.keeper.crossed == 0 for kept in books.values())
    assert all(kept.equal == kept.compared for kept in books.values())
    assert sum(kept.compared for kept in books.values()) >= least


@pytest.mark.parametrize(
    ("name", "tick", "messages"),
    [
        ("okx.spot.BTC-USDT", "0.1", 98),
        ("okx.perp.UNI-USD-SWAP", "0.001", 93),
        ("okx.perp.BTC-USD-220527", "0.1", 99),
    ],
)
def test_every_checksum_of_okx_in_2022_is_that_of_our_book(name, tick, messages):
    step = "0.00000001" if "spot" in name else "1"
    kept = Kept(listed(name, tick, step))
    seen = 0
    for recv_ns, raw in lines_of("OKX.ws.1.0"):
        if b'"books"' in raw and kept.instrument.id.symbol.encode() in raw and b'"data"' in raw:
            kept.take(recv_ns, raw)
            seen += 1
            assert kept.keeper.phase is Phase.LIVE
    assert seen == messages
    assert kept.keeper.applied == messages - 1
    assert kept.keeper.lost == 0


def test_a_level_changed_by_one_lot_fails_the_checksum():
    kept = Kept(listed("okx.perp.BTC-USD-220527", "0.1", "1"))
    for recv_ns, raw in lines_of("OKX.ws.1.0"):
        if b'"books"' in raw and b"BTC-USD-220527" in raw and b'"data"' in raw:
            kept.take(recv_ns, raw.replace(b'"bids":[["30233.6","3"', b'"bids":[["30233.6","4"'))
            break
    assert isinstance(kept.requests[0], Lost)
    assert kept.keeper.phase is Phase.STALE


def test_the_long_book_of_bybit_counts_without_a_hole_and_keeps_its_depth():
    kept = Kept(listed("bybit.perp.XRPUSDT", "0.0001", "1"))
    with zipfile.ZipFile(recording(XRP)) as packed:
        raws = packed.read(packed.namelist()[0]).splitlines()
    ids = []
    for at, raw in enumerate(raws):
        kept.take(1 + at, raw)
        assert kept.keeper.phase is Phase.LIVE
        assert [len(side) for side in kept.keeper.book.levels()] == [500, 500]
        ids.append(kept.keeper.book.last_id)
    assert ids == list(range(20_254_869, 20_254_869 + 50))
    assert (kept.keeper.applied, kept.keeper.lost, kept.keeper.crossed) == (49, 0, 0)
    view = kept.keeper.book.view(500)
    assert (view.bid_ticks[0], view.ask_ticks[0]) == (max(view.bid_ticks), min(view.ask_ticks))
    assert (view.known_from_ticks, view.known_to_ticks) == (view.bid_ticks[-1], view.ask_ticks[-1])
