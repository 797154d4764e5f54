import numpy as np
import pytest

from core.domain.arrays import LEVEL_DTYPE, QUOTE_DTYPE, LevelFlag
from core.domain.events import NO_ID, Channel, Listed, Rows, TradeBlock
from core.domain.units import NS_PER_MS, NS_PER_S
from data.clock import wall_ns
from data.engine import MAX_TRADES
from data.store.store import Store
from data.venues.sync import Phase
from data.views.health import HealthQuery, disk_figures
from tests.support.trades import START_NS, instrument, trades

BTC = instrument()


def test_buffers_tell_what_the_engine_holds(tmp_path, engine):
    engine.submit(Listed(BTC))
    engine.submit(TradeBlock(BTC, "trades", trades((0, 1000, 5, 1), (30, 1001, 2, -1))))
    assert engine.settle()
    figures = HealthQuery(Store(tmp_path), "live").figures(engine, now_ns=START_NS)
    (buffer,) = figures.buffers
    assert buffer.instrument_id == BTC.id
    assert (buffer.trades, figures.trades, figures.trades_allowed) == (2, 2, MAX_TRADES)
    assert (buffer.first_ns, buffer.newest_ns) == (START_NS, START_NS + 30 * NS_PER_S)
    assert (figures.queued, figures.faults) == (0, 0)


def test_the_book_tells_its_levels_its_phase_and_where_it_is(tmp_path, engine):
    engine.submit(Listed(BTC))
    engine.submit(
        Rows(BTC, Channel.BOOK, "depth", levels(91, (1, 999, 5), (1, 998, 2), (-1, 1001, 4)))
    )
    assert engine.settle()
    (buffer,) = HealthQuery(Store(tmp_path), "live").figures(engine, now_ns=START_NS).buffers
    assert (buffer.book.phase, buffer.book.reason) == (Phase.LIVE, "")
    assert (buffer.book.bids, buffer.book.asks, buffer.book.last_id) == (2, 1, 91)


def test_a_book_that_never_came_is_syncing_and_empty(tmp_path, engine):
    engine.submit(Listed(BTC))
    assert engine.settle()
    (buffer,) = HealthQuery(Store(tmp_path), "live").figures(engine, now_ns=START_NS).buffers
    assert (buffer.book.phase, buffer.book.bids, buffer.book.last_id) == (Phase.SYNCING, 0, NO_ID)


def test_quotes_are_counted(tmp_path, engine):
    rows = np.zeros(2, QUOTE_DTYPE)
    rows["ts_event_ns"] = START_NS, START_NS + NS_PER_S
    engine.submit(Rows(BTC, Channel.QUOTES, "bookTicker", rows))
    assert engine.settle()
    (buffer,) = HealthQuery(Store(tmp_path), "live").figures(engine, now_ns=START_NS).buffers
    assert (buffer.quotes, buffer.tickers, buffer.liquidations) == (2, 0, 0)


def test_trades_of_before_this_run_say_nothing_of_how_fast_we_write(tmp_path, engine):
    engine.submit(TradeBlock(BTC, "trades", trades((0, 1000, 5, 1))))
    assert engine.settle()
    figures = HealthQuery(Store(tmp_path), "live").figures(engine, now_ns=START_NS)
    assert figures.write_ms is None


def test_the_wait_of_a_trade_is_from_its_receipt_to_its_writing(tmp_path, engine):
    rows = trades((0, 1000, 5, 1), (1, 1000, 5, 1))
    rows["ts_recv_ns"] = wall_ns() - 250 * NS_PER_MS
    rows["ts_recv_ns"][1] += 50 * NS_PER_MS
    engine.submit(TradeBlock(BTC, "trades", rows))
    assert engine.settle()
    quotes = np.zeros(1, QUOTE_DTYPE)
    quotes["ts_event_ns"] = quotes["ts_recv_ns"] = wall_ns()
    engine.submit(Rows(BTC, Channel.QUOTES, "bookTicker", quotes))
    assert engine.settle()
    figures = HealthQuery(Store(tmp_path), "live").figures(engine, now_ns=START_NS)
    assert 200 <= figures.write_ms < 5000


def levels(update_id, *found):
    """A snapshot of (side, ticks, lots)."""
    rows = np.zeros(len(found), LEVEL_DTYPE)
    for index, (side, ticks, lots) in enumerate(found):
        rows[index] = (START_NS, START_NS, update_id, lots, ticks, side, LevelFlag.SNAPSHOT, 100)
    rows["flags"][0] |= LevelFlag.FIRST
    return rows


def stored(folder, *rows):
    store = Store(folder)
    store.append("live", BTC, "trades", trades(*rows))
    store.sync()
    return store


def test_the_pace_is_that_of_today_and_yesterday(tmp_path):
    store = stored(tmp_path, *((second, 1000, 5, 1) for second in range(0, 3600, 60)))
    now_ns = START_NS + 7200 * NS_PER_S
    disk = disk_figures(store, "live", now_ns=now_ns)
    size = sum(day.bytes for each in store.instruments() for day in each.days)
    assert disk.recorded_bytes == size > 0
    assert disk.bytes_per_day == pytest.approx(size * 12)
    assert disk.free_bytes > 0
    store.close()


def test_a_minute_of_recording_is_too_short_for_a_pace(tmp_path):
    store = stored(tmp_path, (0, 1000, 5, 1), (60, 1000, 5, 1))
    disk = disk_figures(store, "live", now_ns=START_NS + 60 * NS_PER_S)
    assert disk.bytes_per_day is None
    store.close()


def test_recordings_of_another_source_do_not_count(tmp_path):
    store = stored(tmp_path, (0, 1000, 5, 1))
    assert disk_figures(store, "import", now_ns=START_NS).recorded_bytes == 0
    store.close()


def test_a_folder_that_is_not_there_yet_has_the_room_of_its_disk(tmp_path):
    disk = disk_figures(Store(tmp_path / "no" / "where"), "live", now_ns=START_NS)
    assert disk.recorded_bytes == 0
    assert disk.free_bytes > 0
    assert not (tmp_path / "no").exists()
