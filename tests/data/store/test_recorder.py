import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from core.domain.arrays import empty_trades
from core.domain.events import Channel, Gap, TradeBlock
from core.domain.units import NS_PER_DAY, NS_PER_HOUR
from data.store.layouts import LAYOUTS
from data.store.recorder import Recorder, RecorderState
from data.store.store import Store
from tests.support.recording import LISTED
from tests.support.rows import MESSAGE, SIDE_CHANNELS, book, event, message, random_rows
from tests.support.trades import START_NS, instrument, random_trades
from tests.support.waiting import until

FOREVER = 2**62


@pytest.fixture
def started(store):
    recorders = []

    def started(**options):
        recorders.append(Recorder(store, "live", **options))
        recorders[-1].start()
        return recorders[-1]

    yield started
    for each in recorders:
        each.stop()


def read(root, listed=None):
    listed = listed or instrument()
    blocks = Store(root).read_trades("live", listed.id, 0, FOREVER)
    return np.concatenate([empty_trades(), *blocks])


def adds_up(status):
    parts = status.acknowledged + status.waiting + status.lost + status.refused
    return status.received == parts


def blocks(rows, size=100, listed=None):
    for start in range(0, rows.size, size):
        yield TradeBlock(listed or instrument(), "aggTrade", rows[start : start + size])


def test_what_the_engine_accepted_is_on_the_disk_soon_and_acknowledged(store, started):
    recorder = started()
    rows = random_trades(np.random.default_rng(1), 2_000)
    for block in blocks(rows):
        recorder(block)
    until(lambda: read(store.root).size == 2_000, within_s=2, what="every row to be readable")
    until(lambda: recorder.status().acknowledged == 2_000, within_s=3)
    assert np.array_equal(read(store.root), rows)
    assert recorder.status().state is RecorderState.RECORDING
    assert adds_up(recorder.status())


def test_gaps_are_stored_in_the_same_order(store, started):
    recorder = started()
    gap = Gap(instrument().id, 1, 2, "the connection was lost")
    recorder(gap)
    until(lambda: store.gaps("live", instrument().id) == [gap])


def test_what_is_queued_is_stored_at_the_end(store):
    recorder = Recorder(store, "live")
    rows = random_trades(np.random.default_rng(2), 5_000)
    for block in blocks(rows):
        recorder(block)
    recorder.start()
    before_s = time.monotonic()
    recorder.stop()
    assert time.monotonic() - before_s < 2
    assert recorder.status().acknowledged == 5_000
    assert recorder.status().state is RecorderState.ENDED
    assert np.array_equal(read(store.root), rows)


def test_rows_beyond_the_queue_are_a_counted_gap(store):
    recorder = Recorder(store, "live", max_queued_bytes=40_000)
    rows = random_trades(np.random.default_rng(3), 3_000)
    for block in blocks(rows):
        recorder(block)
    assert recorder.status().lost == 2_000
    recorder.start()
    until(lambda: store.gaps("live", instrument().id))
    recorder.stop()
    (gap,) = store.gaps("live", instrument().id)
    lost = rows[1_000:]
    assert (gap.from_ns, gap.to_ns) == (
        int(lost["ts_event_ns"][0]),
        int(lost["ts_event_ns"][-1]) + 1,
    )
    assert "2000 trades" in gap.reason
    assert np.array_equal(read(store.root), rows[:1_000])
    assert adds_up(recorder.status())


def test_every_channel_is_stored_and_counted_in_rows(store, started):
    recorder = started()
    rng = np.random.default_rng(8)
    kept = {channel: random_rows(rng, channel, 60) for channel in SIDE_CHANNELS}
    for channel, rows in kept.items():
        recorder(event(channel, rows))
    recorder(TradeBlock(instrument(), "aggTrade", random_trades(rng, 60)))
    until(lambda: recorder.status().acknowledged == 60 * (4 + MESSAGE))
    assert adds_up(recorder.status())
    for channel, rows in kept.items():
        assert stored(store, channel).tobytes() == rows.tobytes()


def stored(store, channel):
    blocks = store.read("live", instrument().id, channel, (0, FOREVER))
    return np.concatenate(list(blocks) or [LAYOUTS[channel].empty()])


def test_without_books_their_rows_are_passed_over(store):
    recorder = Recorder(store, "live", books=False)
    recorder(event(Channel.BOOK, book(START_NS, {99: 1}, {101: 1})))
    recorder(Gap(instrument().id, 1, 2, "lost", Channel.BOOK))
    recorder(event(Channel.QUOTES, random_rows(np.random.default_rng(9), Channel.QUOTES, 5)))
    recorder.start()
    recorder.stop()
    assert recorder.status().received == recorder.status().acknowledged == 5
    assert [each.channel for each in store.recordings()] == [Channel.QUOTES]
    assert store.gaps("live", instrument().id) == []


def test_a_recorded_book_is_written_whole_now_and_then_and_that_is_not_counted(store):
    recorder = Recorder(store, "live")
    recorder(event(Channel.BOOK, book(START_NS, {99: 1, 98: 2}, {101: 1})))
    later_ns = START_NS + NS_PER_HOUR
    recorder(event(Channel.BOOK, message(later_ns, [(-1, 102, 7)], update_id=2)))
    recorder.start()
    recorder.stop()
    assert recorder.status().acknowledged == recorder.status().received == 4
    rows = stored(store, Channel.BOOK)
    whole = rows[3:6]
    assert set(whole["ts_recv_ns"].tolist()) == {later_ns}
    assert set(whole["price_ticks"].tolist()) == {98, 99, 101}
    assert whole["flags"].tolist() == [3, 2, 2]
    assert rows[6:]["price_ticks"].tolist() == [102]


def test_lost_messages_of_a_book_are_a_gap_of_the_book_and_no_checkpoint_hides_them(store):
    recorder = Recorder(store, "live", max_queued_bytes=200)
    recorder(event(Channel.BOOK, book(START_NS, {99: 1}, {101: 1})))
    lost = message(START_NS + 5, [(1, 90 + i, 1) for i in range(5)])
    recorder(event(Channel.BOOK, lost))
    recorder(event(Channel.BOOK, message(START_NS + 6, [(1, 97, 1)])))
    later_ns = START_NS + NS_PER_HOUR
    recorder(event(Channel.BOOK, message(later_ns, [(1, 96, 1)])))
    assert recorder.status().lost == 5
    recorder.start()
    until(lambda: store.gaps("live", instrument().id))
    recorder.stop()
    (gap,) = store.gaps("live", instrument().id)
    assert gap.channel is Channel.BOOK
    assert (gap.from_ns, gap.to_ns) == (START_NS + 5, START_NS + 6)
    assert "5 levels of the book" in gap.reason
    assert stored(store, Channel.BOOK)["price_ticks"].tolist() == [99, 101, 97, 96]
    assert adds_up(recorder.status())


def test_an_instrument_that_cannot_be_stored_does_not_stop_the_others(started):
    recorder = started()
    rows = random_trades(np.random.default_rng(4), 200)
    recorder(TradeBlock(instrument("binance.perp.NUL"), "aggTrade", rows))
    recorder(TradeBlock(instrument(), "aggTrade", rows))
    until(lambda: recorder.status().acknowledged == 200)
    assert recorder.status().refused == 200
    assert adds_up(recorder.status())


def open_segments():
    """(file handle, path) of every segment that this process has open."""
    for handle in Path("/proc/self/fd").iterdir():
        try:
            path = handle.readlink()
        except OSError:
            continue
        if path.suffix == ".arrow":
            yield int(handle.name), path


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("channel", [Channel.TRADES, Channel.BOOK])
def test_a_full_disk_stops_recording_loudly_and_it_resumes_in_a_new_segment(
    store, started, channel
):
    recorder = started()
    rng = np.random.default_rng(5)
    if channel is Channel.TRADES:
        rows = random_trades(rng, 3_000)
    else:
        rows = random_rows(rng, channel, 3_000 // MESSAGE)
    day_ns = (time.time_ns() // NS_PER_DAY + 1) * NS_PER_DAY
    for column in ("ts_event_ns", "ts_recv_ns"):
        rows[column] += day_ns - START_NS + NS_PER_HOUR

    def record(part):
        block = TradeBlock(instrument(), "aggTrade", part)
        recorder(block if channel is Channel.TRADES else event(channel, part))

    record(rows[:999])
    until(lambda: recorder.status().acknowledged == 999)
    full = os.open("/dev/full", os.O_WRONLY)
    ((handle, _),) = open_segments()
    os.dup2(full, handle)
    os.close(full)
    record(rows[999:1_998])
    status = until(lambda: stopped(recorder))
    assert "No space left on device" in status.reason
    assert status.acknowledged == 999
    record(rows[1_998:])
    until(lambda: recorder.status().acknowledged == 3_000)
    assert recorder.status().state is RecorderState.RECORDING
    assert recorder.status().lost == 0
    assert stored(store, channel).tobytes() == rows.tobytes()
    assert len(list(store.root.rglob(f"{channel.value}-*"))) == 2


def stopped(recorder):
    status = recorder.status()
    return status if status.state is RecorderState.STOPPED else None


_LIMITED = """
import resource, signal, sys
from pathlib import Path
import numpy as np
from core.domain.events import TradeBlock
from core.domain.units import NS_PER_DAY, NS_PER_HOUR
from data.store.recorder import Recorder, RecorderState
from data.store.store import Store
from tests.support.trades import instrument, random_trades
from tests.support.waiting import until
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
store = Store(Path(sys.argv[1]))
recorder = Recorder(store, "live", max_queued_bytes=60_000)
recorder.start()
rows = random_trades(np.random.default_rng(6), 3_000)
for start in range(0, 1_000, 100):
    recorder(TradeBlock(instrument(), "aggTrade", rows[start : start + 100]))
until(lambda: recorder.status().state is RecorderState.STOPPED)
print(recorder.status().reason)
for start in range(1_000, 3_000, 100):
    recorder(TradeBlock(instrument(), "aggTrade", rows[start : start + 100]))
lost = recorder.status().lost
assert lost == 500, recorder.status()
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
until(lambda: recorder.status().acknowledged == 2_500)
assert recorder.status().state is RecorderState.RECORDING
recorder.stop()
store.close()
"""


def test_a_file_size_limit_stops_recording_and_what_did_not_fit_is_a_gap(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(tmp_path)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Recording has stopped: File too large" in done.stdout
    rows = random_trades(np.random.default_rng(6), 3_000)
    store = Store(tmp_path)
    assert store.repair() == []
    assert np.array_equal(read(tmp_path), rows[:2_500])
    (gap,) = store.gaps("live", instrument().id)
    assert gap.from_ns == int(rows["ts_event_ns"][2_500])
    assert gap.to_ns == int(rows["ts_event_ns"][-1]) + 1
    store.close()


def test_of_two_processes_one_records_and_the_other_says_that_it_does_not(store, started):
    rows = random_trades(np.random.default_rng(7), 100)
    recorder = started()
    recorder(TradeBlock(instrument(), "aggTrade", rows))
    until(lambda: recorder.status().acknowledged == 100)
    other = _SECOND
    done = subprocess.run(
        [sys.executable, "-c", other, str(store.root)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "read-only" in done.stdout
    assert "another Tapescope" in done.stdout
    assert "100 100" in done.stdout
    assert np.array_equal(read(store.root), rows)


_SECOND = """
import sys
from pathlib import Path
import numpy as np
from core.domain.events import TradeBlock
from core.domain.units import NS_PER_DAY, NS_PER_HOUR
from data.store.recorder import Recorder, RecorderState
from data.store.store import Store
from tests.support.trades import instrument, random_trades
from tests.support.waiting import until
store = Store(Path(sys.argv[1]))
recorder = Recorder(store, "live")
recorder.start()
recorder(TradeBlock(instrument(), "aggTrade", random_trades(np.random.default_rng(8), 100)))
until(lambda: recorder.status().state is RecorderState.READ_ONLY)
status = recorder.status()
blocks = store.read_trades("live", instrument().id, 0, 2**62)
print(status.state, status.reason, status.lost, sum(block.size for block in blocks))
recorder.stop()
store.close()
"""


def test_ctrl_c_stores_everything_within_two_seconds(tmp_path):
    root = tmp_path / "recordings"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.recording", "until-interrupted", str(root)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout.readline() == "recording\n"
        until(lambda: read(root, LISTED[0]).size > 500, within_s=20)
        before_s = time.monotonic()
        process.send_signal(2)
        submitted = [int(each) for each in process.stdout.readline().split()]
        assert process.wait(10) == 0
        assert time.monotonic() - before_s < 2
    for listed, count in zip(LISTED, submitted, strict=True):
        assert read(root, listed)["trade_id"].tolist() == list(range(count))


def test_the_limit_on_file_size_of_this_process_is_as_it_was():
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
