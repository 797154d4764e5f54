"""Files that were cut, damaged or half written: the good part is read, the rest is set aside."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.errors import RecordingError
from core.domain.events import Channel
from data.store.compact import mend
from data.store.layouts import LAYOUTS
from data.store.segment import read_segment
from data.store.store import Store
from tests.support.rows import MESSAGE, event, random_rows
from tests.support.trades import instrument, random_trades

FOREVER = 2**62
BATCHES = (3, 1, 4, 2)
"""Trades, or messages of a book."""


def holds(rows):
    """What rows are, by their layout."""
    return next(channel for channel, each in LAYOUTS.items() if each.dtype == rows.dtype)


def put(store, rows):
    if holds(rows) is Channel.TRADES:
        store.append("live", instrument(), "aggTrade", rows)
    else:
        store.append_rows("live", event(holds(rows), rows))


def unit(rows):
    """Rows of a trade, or of a message."""
    return MESSAGE if holds(rows) is Channel.BOOK else 1


def read(root, like):
    blocks = Store(root).read("live", instrument().id, holds(like), (0, FOREVER))
    return np.concatenate([like[:0], *blocks])


def recording(root, rows, sizes=BATCHES):
    """A store of one segment that was never closed; returns the segment."""
    store = Store(root)
    start = 0
    for size in sizes:
        end = start + size * unit(rows)
        put(store, rows[start:end])
        store.sync()
        start = end
    store.close()
    (path,) = root.rglob("*.arrow")
    return path


def ends_of(rows):
    """How many rows there are after each batch, and before the first."""
    return [0, *np.cumsum(BATCHES) * unit(rows)]


@pytest.fixture
def memory():
    """A folder on a disk that is fast to sync, where there is one."""
    fast = Path("/dev/shm")
    with TemporaryDirectory(dir=fast if fast.is_dir() else None) as folder:
        yield Path(folder)


def repaired(root):
    store = Store(root)
    sentences = store.repair()
    store.close()
    return sentences


@pytest.fixture(scope="module", params=[Channel.TRADES, Channel.BOOK])
def rows(request):
    rng = np.random.default_rng(1)
    if request.param is Channel.TRADES:
        return random_trades(rng, sum(BATCHES), span_s=5)
    return random_rows(rng, request.param, sum(BATCHES), span_s=5)


@pytest.fixture(scope="module")
def whole(tmp_path_factory, rows):
    """(a segment, after how many bytes each of its batches ends)."""
    path = recording(tmp_path_factory.mktemp("whole"), rows)
    data, ends, size = path.read_bytes(), [], 0
    for cut in range(len(data) + 1):
        path.write_bytes(data[:cut])
        try:
            found = read_segment(path).rows.size
        except RecordingError:
            continue
        if found > size:
            ends.append(cut)
            size = found
    path.write_bytes(data)
    return path, ends


def test_a_segment_cut_at_any_byte_gives_its_whole_batches_and_keeps_the_tail(memory, whole, rows):
    path, ends = whole
    data = path.read_bytes()
    assert len(ends) == len(BATCHES)
    counts = ends_of(rows)
    torn = memory / path.relative_to(path.parents[5])
    torn.parent.mkdir(parents=True)
    for cut in range(len(data) + 1):
        torn.write_bytes(data[:cut])
        kept = sum(end <= cut for end in ends)
        good = ends[kept - 1] if kept else 0
        expected = rows[: counts[kept]]
        assert np.array_equal(read(memory, rows), expected), cut
        assert mend(memory, torn) == bool(kept)
        assert np.array_equal(read(memory, rows), expected), cut
        aside = list(memory.glob("quarantine/live~*"))
        if kept:
            assert torn.read_bytes() == data[:good]
            assert [each.read_bytes() for each in aside] == ([data[good:cut]] if cut > good else [])
        else:
            assert not torn.exists()
            assert all(each.read_bytes() == data[:cut] for each in aside)
        for each in aside:
            each.unlink()


@settings(max_examples=150, deadline=None)
@given(where=st.integers(0, 10**9), bit=st.integers(0, 7), length=st.integers(1, 40))
def test_damage_anywhere_never_gives_a_wrong_row(tmp_path_factory, whole, rows, where, bit, length):
    path, ends = whole
    data = bytearray(path.read_bytes())
    where %= len(data)
    for index in range(where, min(where + length, len(data))):
        data[index] ^= 1 << bit
    root = tmp_path_factory.mktemp("damaged")
    damaged = root / path.relative_to(path.parents[5])
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(bytes(data))
    found = read(root, rows)
    before = sum(end <= where for end in ends)
    assert found.size >= ends_of(rows)[before] or where < ends[0]
    assert np.array_equal(found, rows[: found.size])
    repaired(root)
    assert np.array_equal(read(root, rows), found)


def test_a_tail_of_zeros_is_cut(tmp_path, rows):
    path = recording(tmp_path, rows)
    with path.open("ab") as file:
        file.write(bytes(5_000))
    assert np.array_equal(read(tmp_path, rows), rows)
    assert len(repaired(tmp_path)) == 1
    assert np.array_equal(read(tmp_path, rows), rows)


def test_after_a_repair_recording_goes_on_and_everything_is_compacted(tmp_path, rows):
    path = recording(tmp_path, rows)
    path.write_bytes(path.read_bytes()[:-7])
    store = Store(tmp_path)
    assert "damaged" in store.repair()[0]
    more = rows[8 * unit(rows) :].copy()
    more["ts_event_ns"] += 10**9
    more["ts_recv_ns"] += 10**9
    put(store, more)
    store.seal()
    expected = np.concatenate([rows[: 8 * unit(rows)], more])
    assert np.array_equal(read(tmp_path, rows), expected)
    assert not list(tmp_path.glob("live/**/*.arrow"))
    store.close()


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "other parquet"])
def test_one_bad_file_never_hides_the_others(tmp_path, rows, damage):
    store, bad = three_files(tmp_path, rows)
    data = bad.read_bytes()
    bad.write_bytes(
        {
            "empty": b"",
            "text": b"not a recording" * 100,
            "cut": data[: len(data) // 2],
            "other parquet": other_parquet(tmp_path),
        }[damage]
    )
    size = 3 * unit(rows)
    expected = np.concatenate([rows[:size], rows[2 * size : 3 * size]])
    assert np.array_equal(read(tmp_path, rows), expected)
    found = np.concatenate(list(store.read("live", instrument().id, holds(rows), (0, FOREVER))))
    assert np.array_equal(found, expected)
    (problem,) = store.recordings()[0].problems
    assert bad.name in problem
    store.close()


def test_a_flipped_bit_in_a_compacted_file_never_gives_a_wrong_row(memory, rows):
    store, bad = three_files(memory, rows)
    data = bad.read_bytes()
    size = 3 * unit(rows)
    expected = np.concatenate([rows[:size], rows[2 * size : 3 * size]])
    for where in range(0, len(data), 7):
        flipped = bytearray(data)
        flipped[where] ^= 1 << (where % 8)
        bad.write_bytes(bytes(flipped))
        assert np.array_equal(read(memory, rows), expected), where
    bad.write_bytes(data)
    assert np.array_equal(read(memory, rows), rows[: 3 * size])
    store.close()


def three_files(folder, rows):
    """A store of three compacted files of one day, and the second of them."""
    store = Store(folder)
    size = 3 * unit(rows)
    for start in (0, size, 2 * size):
        put(store, rows[start : start + size])
        store.seal()
    return store, sorted(folder.rglob("*.parquet"))[1]


def other_parquet(folder):
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / "other.parquet"
    pq.write_table(pa.table({"a": [1, 2]}), path)
    return path.read_bytes()


def test_a_lost_or_damaged_manifest_loses_nothing(tmp_path, rows):
    store = Store(tmp_path)
    half = 5 * unit(rows)
    for start in (0, half):
        put(store, rows[start : start + half])
        store.seal()
    before = store.recordings()
    store.close()
    (manifest,) = tmp_path.rglob("manifest.jsonl")
    lines = manifest.read_bytes().splitlines()
    manifest.write_bytes(b"\n".join([lines[0][:40], lines[1]]))
    assert Store(tmp_path).recordings() == before
    manifest.unlink()
    assert Store(tmp_path).recordings() == before
    assert np.array_equal(read(tmp_path, rows), rows)


def test_a_crash_between_the_compacted_file_and_the_end_of_its_segment_repeats_nothing(
    tmp_path, rows
):
    path = recording(tmp_path, rows)
    data = path.read_bytes()
    store = Store(tmp_path)
    store.repair()
    store.seal()
    store.close()
    path.write_bytes(data)
    assert np.array_equal(read(tmp_path, rows), rows)
    assert repaired(tmp_path) == []
    assert not path.exists()
    assert np.array_equal(read(tmp_path, rows), rows)


def test_a_half_compacted_file_is_forgotten_and_the_segment_counts(tmp_path, rows):
    path = recording(tmp_path, rows)
    path.with_suffix(".parquet.tmp").write_bytes(b"PAR1 half")
    assert repaired(tmp_path) == []
    assert [each.suffix for each in tmp_path.rglob("*-0.*")] == [".arrow"]
    assert np.array_equal(read(tmp_path, rows), rows)


def test_a_bad_compacted_file_is_set_aside_where_its_segment_is_still_there(tmp_path, rows):
    path = recording(tmp_path, rows)
    path.with_suffix(".parquet").write_bytes(b"PAR1 torn")
    assert len(repaired(tmp_path)) == 1
    assert np.array_equal(read(tmp_path, rows), rows)
    assert list(tmp_path.glob("quarantine/*.parquet"))
