"""The messages of a simulated book, put together again, are the book that one can ask for."""

import numpy as np
import pytest

from core.domain.arrays import LEVEL_DTYPE, QUOTE_DTYPE, BookSide, LevelFlag
from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_MINUTE, NS_PER_MS, NS_PER_S
from data.sources.simulated import SimulatedMarket
from data.sources.simulated.ladder import depth_of
from data.sources.simulated.schedule import BIN_NS
from tests.support.simulated import WEDNESDAY_NS, past

BTC = InstrumentId.parse("binance.perp.BTCUSDT")
THIN = InstrumentId.parse("okx.spot.BTC-USDT")
WIDE = InstrumentId.parse("binance.perp.SOLUSDT")
EACH = pytest.mark.parametrize("name", [BTC, THIN, WIDE], ids=str)
FIRST_BIN = WEDNESDAY_NS // BIN_NS


@pytest.fixture(scope="module")
def minute():
    """(market, end of its newest minute, that minute's trades by instrument)."""
    market = SimulatedMarket(seed=7, start_ns=WEDNESDAY_NS)
    for _ in market.history():
        pass
    end_ns, drawn = market.advance()
    trades = [each.trades for each in drawn]
    return market, end_ns, {i.id: t for i, t in zip(market.instruments, trades, strict=True)}


def written(market, name, end_bin, *, every_bins=1, batch=10, first_bin=FIRST_BIN):
    """(snapshot, all levels, all quotes)."""
    ladder = market.ladder(name, every_bins=every_bins)
    parts = [ladder.begin(first_bin)]
    while ladder.next_bin < end_bin:
        parts.append(ladder.until(min(ladder.next_bin + batch * every_bins, end_bin)))
    levels, quotes = (np.concatenate(each) for each in zip(*parts, strict=True))
    return parts[0].levels, levels, quotes


def messages(levels):
    return np.split(levels, np.flatnonzero(levels["flags"] & LevelFlag.FIRST)[1:])


def put_together(levels):
    """Yield (bin, bids, asks) after every message, by the plainest way there is."""
    sides = {}
    for rows in messages(levels):
        if rows["flags"][0] & LevelFlag.SNAPSHOT:
            sides = {BookSide.BID: {}, BookSide.ASK: {}}
        for row in rows:
            side = sides[int(row["side"])]
            side.pop(int(row["price_ticks"]), None)
            if row["size_lots"]:
                side[int(row["price_ticks"])] = int(row["size_lots"])
        yield int(rows["update_id"][0]), sides[BookSide.BID], sides[BookSide.ASK]


@EACH
@pytest.mark.parametrize("every_bins", [1, 5, 50])
def test_the_messages_put_together_are_the_book_of_each_moment(minute, name, every_bins):
    market = minute[0]
    snapshot, levels, _ = written(market, name, FIRST_BIN + 300, every_bins=every_bins)
    deep = int(snapshot["depth"][0])
    compared = 0
    for at, bids, asks in put_together(levels):
        if compared % (1 + 10 // every_bins) == 0:
            wanted = market.book(name, deep, ts_ns=at * BIN_NS)
            assert sorted(bids.items(), reverse=True) == [
                tuple(each) for each in wanted[0].tolist()
            ]
            assert sorted(asks.items()) == [tuple(each) for each in wanted[1].tolist()]
        assert max(bids) < min(asks)
        assert len(bids) == len(asks) == deep
        compared += 1
    assert compared > 5


@EACH
def test_a_snapshot_comes_first_and_says_that_the_book_rolls(minute, name):
    snapshot, levels, _ = written(minute[0], name, FIRST_BIN + 50)
    assert levels.dtype == LEVEL_DTYPE
    flags = snapshot["flags"]
    assert flags[0] == LevelFlag.FIRST | LevelFlag.SNAPSHOT | LevelFlag.ROLLS
    assert (flags[1:] == LevelFlag.SNAPSHOT | LevelFlag.ROLLS).all()
    assert (snapshot["depth"] == snapshot.size // 2).all()
    later = levels[snapshot.size :]
    assert not (later["flags"] & LevelFlag.SNAPSHOT).any()
    assert not later["depth"].any()
    assert set(np.unique(later["flags"])) == {0, LevelFlag.FIRST}


@EACH
def test_messages_come_ten_a_second_and_say_only_what_changed(minute, name):
    snapshot, levels, _ = written(minute[0], name, FIRST_BIN + 200)
    parts = messages(levels)
    assert len(parts) == 200
    for rows in parts:
        places = rows["price_ticks"].astype(np.int64) * 4 + rows["side"]
        assert np.unique(places).size == rows.size
        assert np.unique(rows["update_id"]).size == np.unique(rows["ts_recv_ns"]).size == 1
    before = next(put_together(levels[: snapshot.size]))
    held = {BookSide.BID: dict(before[1]), BookSide.ASK: dict(before[2])}
    for rows in parts[1:]:
        for row in rows:
            side, ticks = held[int(row["side"])], int(row["price_ticks"])
            assert side.get(ticks, 0) != row["size_lots"]
            side[ticks] = int(row["size_lots"])
    assert sum(rows.size for rows in parts[1:]) / 199 < 0.2 * snapshot.size


@EACH
def test_what_a_message_says_does_not_depend_on_how_many_are_made_at_once(minute, name):
    one, many = (written(minute[0], name, FIRST_BIN + 90, batch=batch) for batch in (1, 30))
    assert one[1].tobytes() == many[1].tobytes()
    assert one[2].tobytes() == many[2].tobytes()


@EACH
def test_quotes_are_the_best_of_the_book_and_come_only_when_they_change(minute, name):
    _, levels, quotes = written(minute[0], name, FIRST_BIN + 300)
    assert quotes.dtype == QUOTE_DTYPE
    best = {}
    for at, bids, asks in put_together(levels):
        bid, ask = max(bids), min(asks)
        best[at] = (bid, ask, bids[bid], asks[ask])
    told = {}
    for row in quotes[["update_id", "bid_ticks", "ask_ticks", "bid_lots", "ask_lots"]].tolist():
        told[row[0]] = row[1:]
        assert best[row[0]] == row[1:]
    changes = [at for at in best if best[at] != best.get(at - 1)]
    assert list(told) == changes
    assert (np.diff(quotes["ts_recv_ns"]) > 0).all()


@EACH
def test_orders_trade_at_the_touch_of_the_messages(minute, name):
    market, end_ns, trades = minute
    first_bin = (end_ns - NS_PER_MINUTE) // BIN_NS
    _, levels, _ = written(market, name, end_ns // BIN_NS, first_bin=first_bin)
    touch = {at: (max(bids), min(asks)) for at, bids, asks in put_together(levels)}
    rows = trades[name]
    bins = rows["ts_event_ns"] // BIN_NS
    # Later orders of the same tenth of a second may find the best price eaten.
    _, first = np.unique(bins * 2 + (rows["aggressor"] > 0), return_index=True)
    for row in rows[first]:
        bid, ask = touch[int(row["ts_event_ns"]) // BIN_NS]
        assert row["price_ticks"] == (ask if row["aggressor"] > 0 else bid)
    outside = rows["price_ticks"] * rows["aggressor"]
    at_touch = [
        touch[at][int(s > 0)] * s
        for at, s in zip(
            (rows["ts_event_ns"] // BIN_NS).tolist(), rows["aggressor"].tolist(), strict=True
        )
    ]
    assert (outside >= np.array(at_touch)).all()


@EACH
def test_quotes_without_messages_are_the_same(minute, name):
    market = minute[0]
    _, _, quotes = written(market, name, FIRST_BIN + 300)
    bins = np.arange(FIRST_BIN, FIRST_BIN + 300)
    assert market.ladder(name, every_bins=1).quotes(bins).tobytes() == quotes.tobytes()


@EACH
def test_the_past_has_a_quote_in_five_seconds_up_to_the_start(name):
    quotes = past()[1][str(name)].quotes
    stamps = quotes["ts_event_ns"]
    assert stamps[0] == past()[0].schedule.begin_ns
    assert WEDNESDAY_NS - 60 * NS_PER_S < stamps[-1] < WEDNESDAY_NS // BIN_NS * BIN_NS
    assert (stamps % (5 * NS_PER_S) == 0).all()
    assert (quotes["bid_ticks"] < quotes["ask_ticks"]).all()
    assert min(quotes["bid_lots"].min(), quotes["ask_lots"].min()) >= 1
    assert quotes.size > 2_000


def test_messages_reach_us_in_order_a_little_later(minute):
    _, levels, _ = written(minute[0], THIN, FIRST_BIN + 200)
    delay = levels["ts_recv_ns"] - levels["ts_event_ns"]
    assert 21 * NS_PER_MS <= delay.min() <= delay.max() < 30 * NS_PER_MS
    assert (np.diff(levels["ts_recv_ns"]) >= 0).all()


@pytest.mark.parametrize(("cell_bps", "levels"), [(0.01, 1_000), (0.03, 667), (0.5, 100)])
def test_books_reach_twenty_basis_points_within_what_venues_show(cell_bps, levels):
    assert depth_of(cell_bps) == levels


def test_a_book_beyond_what_was_generated_is_refused(minute):
    market, end_ns, _ = minute
    ladder = market.ladder(BTC, every_bins=1)
    with pytest.raises(ValueError, match="where it is not known"):
        ladder.begin((end_ns + NS_PER_S) // BIN_NS)
