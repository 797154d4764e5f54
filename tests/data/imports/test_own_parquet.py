"""Our own Parquet: read back as it was written; bombs and lies end in one sentence."""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.domain.arrays import TRADE_DTYPE
from core.domain.errors import RecordingError
from core.domain.instrument import InstrumentId
from data.imports.own_parquet import ParquetReading
from data.imports.tables import Wish
from data.store.facts import Facts
from data.store.parquet import write_parquet
from data.store.segment import facts_metadata
from tests.support import archives as a
from tests.support.trades import instrument, random_trades

FACTS = Facts.of("live", instrument(), "aggTrade")


def table(rows, **changes):
    columns = {name: np.ascontiguousarray(rows[name]) for name in TRADE_DTYPE.names} | changes
    return pa.table(columns).replace_schema_metadata(facts_metadata(FACTS))


def test_a_compacted_recording_is_imported_as_it_is(tmp_path):
    rows = random_trades(np.random.default_rng(3), 70_000)
    write_parquet(tmp_path / "x.parquet", rows, FACTS)
    found, tally = a.imported(tmp_path / "x.parquet")
    ((key, kept),) = found.items()
    assert key == (instrument(), "aggTrade")
    np.testing.assert_array_equal(kept, rows)
    assert (tally.kept, tally.refused) == (70_000, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"price_ticks": 0},
        {"price_ticks": -5},
        {"size_lots": 0},
        {"size_lots": 2**54},
        {"aggressor": 3},
        {"ts_event_ns": 5},
        {"ts_recv_ns": -1},
    ],
    ids=str,
)
def test_a_row_that_is_no_trade_is_refused_and_the_others_are_kept(tmp_path, change):
    rows = random_trades(np.random.default_rng(3), 9)
    for name, value in change.items():
        rows[name][4] = value
    write_parquet(tmp_path / "x.parquet", rows, FACTS)
    found, tally = a.imported(tmp_path / "x.parquet")
    assert (tally.kept, tally.refused, tally.listed[0].line) == (8, 1, 5)
    np.testing.assert_array_equal(next(iter(found.values())), np.delete(rows, 4))


def test_columns_that_are_not_ours_are_never_touched(tmp_path):
    rows = random_trades(np.random.default_rng(3), 5_000)
    huge = pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(5_000, np.int8)), pa.array(["x" * 2**20])
    )
    pq.write_table(table(rows, note=huge), tmp_path / "x.parquet", compression="zstd")
    assert a.imported(tmp_path / "x.parquet")[1].kept == 5_000


def test_a_file_that_needs_more_memory_than_a_file_may_is_left(tmp_path):
    rows = np.zeros(30_000_000, np.int64)  # one page of 240 MB in a file of a few kB
    columns = {name: pa.array(np.zeros(rows.size, TRADE_DTYPE[name])) for name in TRADE_DTYPE.names}
    bomb = pa.table(columns).replace_schema_metadata(facts_metadata(FACTS))
    path = tmp_path / "x.parquet"
    pq.write_table(
        bomb,
        path,
        compression="zstd",
        use_dictionary=False,
        data_page_size=2**30,
        max_rows_per_page=rows.size,
        write_batch_size=rows.size,
        row_group_size=rows.size,
    )
    assert path.stat().st_size < 2**20
    reading = ParquetReading(path, Wish(), max_memory=900 * 2**20)
    with pytest.raises(RecordingError, match="more memory than a file may"):
        list(reading.blocks())
    reading.close()


def test_a_file_that_takes_too_long_is_left(tmp_path):
    write_parquet(tmp_path / "x.parquet", random_trades(np.random.default_rng(3), 99), FACTS)
    reading = ParquetReading(tmp_path / "x.parquet", Wish(), deadline_s=0.0)
    with pytest.raises(RecordingError, match="takes too long"):
        list(reading.blocks())
    reading.close()


@pytest.mark.parametrize(
    "bad",
    [
        lambda good: good.drop_columns(["fills"]),
        lambda good: good.set_column(0, "ts_event_ns", pa.array([1.5] * good.num_rows)),
        lambda good: good.replace_schema_metadata({}),
        lambda good: good.replace_schema_metadata({b"tapescope": b'{"source":1}'}),
    ],
    ids=["a column is missing", "a column is of another type", "no facts", "wrong facts"],
)
def test_a_file_that_is_not_ours_is_refused(tmp_path, bad):
    pq.write_table(bad(table(random_trades(np.random.default_rng(3), 9))), tmp_path / "x.parquet")
    with pytest.raises(RecordingError, match="none of Tapescope's Parquet files"):
        a.imported(tmp_path / "x.parquet")


def test_a_file_of_another_instrument_than_is_wanted_is_refused(tmp_path):
    write_parquet(tmp_path / "x.parquet", random_trades(np.random.default_rng(3), 9), FACTS)
    with pytest.raises(RecordingError, match=r"holds binance\.perp\.BTCUSDT, not okx"):
        ParquetReading(tmp_path / "x.parquet", Wish(InstrumentId.parse("okx.spot.X-Y")))


@pytest.mark.parametrize("place", [0.05, 0.3, 0.6, 0.9, 0.97, 0.999])
def test_a_flipped_bit_never_gives_a_wrong_row(tmp_path, place):
    rows = random_trades(np.random.default_rng(3), 5_000)
    path = tmp_path / "x.parquet"
    write_parquet(path, rows, FACTS)
    body = bytearray(path.read_bytes())
    body[int(len(body) * place)] ^= 4
    path.write_bytes(body)
    try:
        found, _ = a.imported(path)
    except RecordingError:
        return
    assert all((kept == rows[: kept.size]).all() for kept in found.values())


def test_prices_are_exact_beyond_a_float(tmp_path):
    fine = instrument(tick="0.00000001", step="0.00000001")
    rows = random_trades(np.random.default_rng(3), 3)
    rows["size_lots"] = 2**53 - 1
    write_parquet(tmp_path / "x.parquet", rows, Facts.of("live", fine, "aggTrade"))
    ((grid, _), kept), *_ = a.imported(tmp_path / "x.parquet")[0].items()
    assert int(kept["size_lots"][0]) * grid.lot_size == Decimal("90071992.54740991")
