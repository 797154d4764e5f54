from dataclasses import replace
from decimal import Decimal
from hashlib import sha256

import numpy as np
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.arrays import empty_trades
from core.domain.errors import RecordingError
from core.domain.events import Gap
from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_DAY, NS_PER_HOUR
from data.store import paths
from data.store.store import Store
from data.store.tails import MAX_HANDLES
from tests.support.tapes import tapes
from tests.support.trades import START_NS, instrument, random_trades, trades

FOREVER = 2**62


def read(store, source="live", listed=None, from_ns=0, to_ns=FOREVER):
    listed = listed or instrument()
    blocks = list(store.read_trades(source, listed.id, from_ns, to_ns))
    assert all(block.size for block in blocks)
    return np.concatenate([empty_trades(), *blocks])


def chopped(rows, size):
    return [rows[start : start + size] for start in range(0, rows.size, size)]


@pytest.mark.parametrize("end", ["flush", "sync", "seal"])
def test_what_is_appended_is_read_back(store, end):
    rows = random_trades(np.random.default_rng(1), 5_000, span_s=3 * 86_400)
    for part in chopped(rows, 700):
        store.append("live", instrument(), "aggTrade", part)
    getattr(store, end)()
    assert np.array_equal(read(store), rows)
    (stored,) = store.instruments()
    assert stored.source == "live"
    assert stored.instrument == instrument()
    assert stored.rows == sum(day.rows for day in stored.days) == 5_000
    assert stored.first_ns == rows["ts_event_ns"][0]
    assert stored.last_ns == rows["ts_event_ns"][-1]
    assert [day.date for day in stored.days] == sorted(day.date for day in stored.days)
    assert stored.days[0].first_id == 1
    assert stored.days[-1].last_id == 5_000


@settings(max_examples=60, deadline=None)
@given(
    rows=tapes(max_size=60),
    order=st.randoms(use_true_random=False),
    sizes=st.lists(st.integers(1, 20), min_size=1, max_size=8),
    ends=st.lists(st.sampled_from(["flush", "sync", "seal", "nothing"]), max_size=8),
)
def test_any_order_any_cuts_and_repeats_read_back_as_the_sorted_tape(
    tmp_path_factory, rows, order, sizes, ends
):
    store = Store(tmp_path_factory.mktemp("store"))
    given_rows = rows[order.sample(range(rows.size), rows.size)]
    given_rows = np.concatenate([given_rows, given_rows[: rows.size // 3]])
    start = 0
    for index in range(rows.size * 2):
        size = sizes[index % len(sizes)]
        store.append("live", instrument(), "aggTrade", given_rows[start : start + size])
        end = ends[index % len(ends)] if ends else "nothing"
        if end != "nothing":
            getattr(store, end)()
        start += size
    store.flush()
    assert np.array_equal(read(store), rows)
    store.seal()
    assert np.array_equal(read(store), rows)
    low = int(rows["ts_event_ns"][rows.size // 3]) if rows.size else 0
    high = int(rows["ts_event_ns"][rows.size // 2]) if rows.size else 0
    times = rows["ts_event_ns"]
    expected = rows[(times >= low) & (times < high)]
    assert np.array_equal(read(store, from_ns=low, to_ns=high), expected)
    store.close()


def test_trades_of_one_instant_keep_their_order_where_ids_do_not_count(store):
    listed = instrument("bybit.perp.BTCUSDT")
    rows = trades(*((1, 100 + i, 5, 1) for i in range(50)))
    rows["trade_id"] = np.random.default_rng(2).permutation(50)
    for part in chopped(rows, 7):
        store.append("live", listed, "publicTrade", part)
    store.seal()
    assert np.array_equal(read(store, listed=listed), rows)


def test_sources_and_instruments_never_meet(store):
    rows = random_trades(np.random.default_rng(3), 300)
    other = instrument("okx.spot.BTC-USDT")
    store.append("live", instrument(), "aggTrade", rows[:100])
    store.append("live", other, "trades", rows[100:200])
    store.append("import", instrument(), "aggTrade", rows[200:])
    store.seal()
    assert store.sources() == ["import", "live"]
    assert np.array_equal(read(store), rows[:100])
    assert np.array_equal(read(store, listed=other), rows[100:200])
    assert np.array_equal(read(store, source="import"), rows[200:])
    assert len(store.instruments("live")) == 2


def test_a_full_segment_is_compacted_and_the_next_one_begun(store, monkeypatch):
    monkeypatch.setattr("data.store.tail.SEGMENT_ROWS", 1_000)
    rows = random_trades(np.random.default_rng(4), 5_500)
    for part in chopped(rows, 500):
        store.append("live", instrument(), "aggTrade", part)
        store.sync()
    kinds = [path.suffix for path in sorted(store.root.rglob("trades-*"))]
    assert kinds == [".arrow"] * 6
    for _ in range(5):
        store.roll(int(rows["ts_event_ns"][-1]))
    kinds = [path.suffix for path in sorted(store.root.rglob("trades-*"))]
    assert kinds == [".parquet"] * 5 + [".arrow"]
    assert np.array_equal(read(store), rows)


def test_a_day_that_is_over_is_compacted(store):
    rows = random_trades(np.random.default_rng(5), 500)
    store.append("live", instrument(), "aggTrade", rows)
    store.sync()
    now_ns = int(rows["ts_event_ns"][-1]) + NS_PER_DAY + NS_PER_HOUR
    store.roll(now_ns)
    store.append("live", instrument(), "aggTrade", rows[-1:])
    store.roll(now_ns)
    assert [path.suffix for path in store.root.rglob("trades-*")] == [".arrow"]
    store.roll(now_ns)
    assert [path.suffix for path in store.root.rglob("trades-*")] == [".parquet"]
    assert np.array_equal(read(store), rows)


def test_a_reader_goes_on_while_its_segment_is_compacted(store):
    rows = random_trades(np.random.default_rng(6), 200_000, span_s=3 * 86_400)
    store.append("live", instrument(), "aggTrade", rows)
    store.sync()
    blocks = store.read_trades("live", instrument().id, 0, FOREVER)
    first = next(blocks)
    store.seal()
    assert np.array_equal(np.concatenate([first, *blocks]), rows)


def test_rows_of_many_files_are_read_a_few_at_a_time(store):
    rows = random_trades(np.random.default_rng(7), 400_000)
    store.append("live", instrument(), "aggTrade", rows)
    store.seal()
    sizes = [block.size for block in store.read_trades("live", instrument().id, 0, FOREVER)]
    assert sum(sizes) == 400_000
    assert max(sizes) <= 2 * 65_536


def test_a_change_of_steps_is_read_on_one_grid(store):
    coarse, fine = instrument(tick="0.1", step="0.01"), instrument(tick="0.05", step="0.001")
    store.append("live", coarse, "aggTrade", trades((1, 1_000, 3, 1)))
    store.append("live", fine, "aggTrade", trades((2, 2_001, 30, 1)))
    store.seal()
    (stored,) = store.instruments()
    assert stored.versions == (coarse, fine)
    assert stored.instrument.tick_size == Decimal("0.05")
    rows = read(store)
    assert rows["price_ticks"].tolist() == [2_000, 2_001]
    assert rows["size_lots"].tolist() == [30, 30]


def test_what_was_guessed_stays_marked(store):
    guessed = replace(instrument(), inferred=True, contract_value=Decimal("0.01"))
    store.append("import", guessed, "trade", trades((1, 1_000, 3, 1)))
    store.seal()
    assert store.instruments()[0].instrument == guessed


def test_of_two_streams_of_a_day_the_larger_is_read(store):
    store.append("live", instrument(), "trade", trades((1, 1_000, 3, 1)))
    rows = trades((1, 1_000, 3, 1), (2, 1_000, 3, 1))
    store.append("live", instrument(), "aggTrade", rows)
    store.seal()
    assert np.array_equal(read(store), rows)
    assert store.instruments()[0].days[0].channels == ("aggTrade", "trade")


def test_gaps_are_kept_and_clipped_to_their_days(store):
    day_ns = START_NS // NS_PER_DAY * NS_PER_DAY
    gap = Gap(instrument().id, day_ns + NS_PER_HOUR, day_ns + NS_PER_DAY + 1, "asleep")
    store.append("live", instrument(), "aggTrade", trades((1, 1_000, 3, 1)))
    store.append_gap("live", gap)
    store.append_gap("live", gap)
    store.flush()
    assert store.gaps("live", instrument().id) == [gap]
    assert store.instruments()[0].days[0].gaps == (replace(gap, to_ns=day_ns + NS_PER_DAY),)


def test_a_day_or_everything_of_an_instrument_is_deleted(store):
    rows = random_trades(np.random.default_rng(8), 1_000, span_s=2 * 86_400)
    store.append("live", instrument(), "aggTrade", rows)
    store.sync()
    days = [day.date for day in store.instruments()[0].days]
    store.delete("live", instrument().id, days[0])
    assert [day.date for day in store.instruments()[0].days] == days[1:]
    store.append("live", instrument(), "aggTrade", rows[:10])
    store.flush()
    assert store.instruments()[0].days[0].rows == 10
    store.delete("live", instrument().id)
    assert store.instruments() == []
    assert store.sources() == []


def test_few_files_are_open_however_many_instruments_there_are(tmp_path):
    store = Store(tmp_path)
    rows = random_trades(np.random.default_rng(9), 10)
    before = psutil.Process().num_fds()
    listed = [instrument(f"binance.perp.COIN{number}USDT") for number in range(150)]
    for _ in range(3):
        for each in listed:
            store.append("live", each, "aggTrade", rows)
        store.flush()
        opened = psutil.Process().num_fds() - before
        assert opened <= MAX_HANDLES + 2
    assert len(store.instruments()) == 150
    assert all(np.array_equal(read(store, listed=each), rows) for each in listed[:5])
    store.close()


@pytest.mark.parametrize("source", ["", "..", "a/b", "a\\b", "a\0", ".hidden", "x" * 65, "NUL",
                                    "con", "quarantine", "live\n"])  # fmt: skip
def test_a_source_that_is_no_plain_name_is_refused(store, source):
    with pytest.raises(ValueError, match="source"):
        store.append(source, instrument(), "aggTrade", trades((1, 1_000, 3, 1)))


@pytest.mark.parametrize("symbol", ["..", "../../X", ".", "A/B:C", "%2E%2E"[1:3], "-", "A.B"])
def test_no_symbol_leads_out_of_its_folder(store, symbol):
    listed = instrument(f"binance.perp.{symbol}")
    store.append("live", listed, "aggTrade", trades((1, 1_000, 3, 1)))
    store.seal()
    (path,) = store.root.rglob("*.parquet")
    assert path.resolve().is_relative_to(store.root.resolve() / "live" / "binance" / "perp")
    assert len(path.relative_to(store.root).parts) == 6
    assert store.instruments()[0].instrument.id == listed.id


@pytest.mark.parametrize("symbol", ["NUL", "CON", "COM1", "LPT9"])
def test_a_symbol_that_is_a_device_is_refused(store, symbol):
    with pytest.raises(ValueError, match="device"):
        store.append("live", instrument(f"binance.perp.{symbol}"), "aggTrade", trades((1, 9, 3, 1)))


@pytest.mark.parametrize("date", ["..", "2026-1-1", "2026-02-30", "2026-11-21/..", "", "x"])
def test_a_date_that_is_none_is_refused(store, date):
    with pytest.raises(ValueError, match=r"date|day|month"):
        store.delete("live", instrument().id, date)


def test_nothing_is_written_or_deleted_through_a_link(store, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    store.root.mkdir(parents=True)
    (store.root / "live").symlink_to(elsewhere)
    with pytest.raises(ValueError, match="link"):
        store.append("live", instrument(), "aggTrade", trades((1, 1_000, 3, 1)))
    with pytest.raises(ValueError, match="link"):
        store.delete("live", instrument().id)
    assert list(elsewhere.iterdir()) == []
    assert store.sources() == []


def test_a_file_that_is_a_link_is_not_read(store, tmp_path):
    store.append("live", instrument(), "aggTrade", trades((1, 1_000, 3, 1)))
    store.seal()
    (path,) = store.root.rglob("*.parquet")
    path.rename(tmp_path / "elsewhere.parquet")
    path.symlink_to(tmp_path / "elsewhere.parquet")
    assert read(store).size == 0


def test_a_second_store_only_reads_and_says_so(store):
    rows = trades((1, 1_000, 3, 1))
    store.append("live", instrument(), "aggTrade", rows)
    store.flush()
    second = Store(store.root)
    assert not second.writable
    with pytest.raises(RecordingError, match="another Tapescope"):
        second.append("live", instrument(), "aggTrade", rows)
    assert np.array_equal(read(second), rows)
    store.close()
    assert second.writable
    second.close()


def test_an_instrument_that_was_never_stored_has_no_trades(store):
    assert list(store.read_trades("live", InstrumentId.parse("okx.spot.X"), 0, FOREVER)) == []
    assert store.instruments() == []
    assert store.sources() == []


def test_the_oldest_days_go_by_age_and_by_size_and_today_stays(store):
    rows = random_trades(np.random.default_rng(10), 4_000, span_s=6 * 86_400)
    other = instrument("okx.spot.BTC-USDT")
    store.append("live", instrument(), "aggTrade", rows)
    store.append("live", other, "trades", rows)
    store.append("import", instrument(), "aggTrade", rows)
    store.sync()
    imported = store.instruments("import")
    now_ns = int(rows["ts_event_ns"][-1])
    today = paths.day_name(now_ns)

    def dates(listed):
        found = [each for each in store.instruments("live") if each.instrument == listed]
        return [day.date for each in found for day in each.days]

    store.retain("live", days=3, size_bytes=None, now_ns=now_ns)
    assert len(dates(instrument())) == len(dates(other)) == 4
    sizes = sum(each.bytes for each in store.instruments("live"))
    store.retain("live", days=3, size_bytes=sizes - 1, now_ns=now_ns)
    assert len(dates(instrument())) + len(dates(other)) == 7
    store.retain("live", days=0, size_bytes=0, now_ns=now_ns)
    assert dates(instrument()) == dates(other) == [today]
    assert store.instruments("import") == imported
    store.append("live", instrument(), "aggTrade", rows[-1:])
    store.seal()


def test_the_same_trades_read_back_to_the_same_bytes_however_they_were_written(tmp_path):
    rows = random_trades(np.random.default_rng(11), 30_000, span_s=2 * 86_400)
    hashes = set()
    for number, size in enumerate((1_000, 7_777, 30_000)):
        store = Store(tmp_path / str(number))
        for part in chopped(rows, size):
            store.append("live", instrument(), "aggTrade", part)
            store.flush()
        hashes.add(sha256(read(store).tobytes()).hexdigest())
        store.seal()
        store.close()
        for _ in range(2):
            hashes.add(sha256(read(Store(store.root)).tobytes()).hexdigest())
    assert hashes == {sha256(rows.tobytes()).hexdigest()}
