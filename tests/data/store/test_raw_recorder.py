"""Raw frames: kept as they came, bounded in memory, and played again."""

import pytest

from core.domain.instrument import MarketKind, Venue
from core.domain.units import NS_PER_DAY
from data.clock import monotonic_s
from data.store import paths
from data.store.raw_log import RawLog
from data.store.raw_recorder import RawRecorder
from data.store.store import Store
from tests.support.trades import START_NS, instrument, trades
from tests.support.waiting import until

BINANCE = Venue.BINANCE, MarketKind.PERP
OKX = Venue.OKX, MarketKind.SPOT


@pytest.fixture
def recorder(tmp_path):
    recorder = RawRecorder(tmp_path, max_queued_bytes=1_000)
    yield recorder
    recorder.stop()


def logs(root):
    return sorted(each.relative_to(root / "raw").as_posix() for each in root.rglob("*.log.gz"))


def frames(root, name):
    found = RawLog(root / "raw" / name)
    return [
        (each.ts_recv_ns, each.venue, each.kind, each.payload, each.asked)
        for each in found.frames(answers=True)
    ]


def test_frames_are_read_back_by_market_and_day_with_the_answers_between(tmp_path, recorder):
    day = paths.day_name(START_NS)
    later_ns = START_NS + NS_PER_DAY
    recorder.frame(*BINANCE, b'{"a":1}', START_NS)
    recorder.frame(*BINANCE, b'{\n"lastUpdateId":1}', START_NS + 1, asked="BTCUSDT")
    recorder.frame(*OKX, b'{"b":2}', START_NS + 2)
    recorder.frame(*BINANCE, b'{"c":3}', later_ns)
    recorder.start()
    until(lambda: recorder.status().written == 4)
    recorder.stop()
    names = [f"{day}/binance-perp-0.log.gz", f"{day}/okx-spot-0.log.gz"]
    names.append(f"{paths.day_name(later_ns)}/binance-perp-0.log.gz")
    assert logs(tmp_path) == names
    assert frames(tmp_path, names[0]) == [
        (START_NS, *BINANCE, b'{"a":1}', ""),
        (START_NS + 1, *BINANCE, b'{ "lastUpdateId":1}', "BTCUSDT"),
    ]
    assert frames(tmp_path, names[1]) == [(START_NS + 2, *OKX, b'{"b":2}', "")]
    assert frames(tmp_path, names[2]) == [(later_ns, *BINANCE, b'{"c":3}', "")]
    without = [each.payload for each in RawLog(tmp_path / "raw" / names[0]).frames()]
    assert without == [b'{"a":1}']


def test_what_was_flushed_is_read_though_the_file_was_never_ended(tmp_path, recorder):
    recorder.frame(*BINANCE, b"{}", START_NS)
    recorder.start()
    until(lambda: recorder.status().written == 1)
    (name,) = logs(tmp_path)
    assert len(frames(tmp_path, name)) == 1


def test_a_second_run_begins_a_file_of_its_own(tmp_path):
    for _ in range(2):
        recorder = RawRecorder(tmp_path)
        recorder.frame(*BINANCE, b"{}", START_NS)
        recorder.start()
        recorder.stop()
    assert [name.rpartition("/")[2] for name in logs(tmp_path)] == [
        "binance-perp-0.log.gz",
        "binance-perp-1.log.gz",
    ]


def test_frames_beyond_the_queue_are_lost_and_counted(recorder):
    for _ in range(15):
        recorder.frame(*BINANCE, b"x" * 100, START_NS)
    assert recorder.status().lost == 5
    recorder.start()
    recorder.stop()
    status = recorder.status()
    assert (status.received, status.written, status.waiting, status.lost) == (15, 10, 0, 5)


def test_a_place_that_cannot_be_written_is_said_and_it_goes_on_when_it_can(tmp_path, monkeypatch):
    monkeypatch.setattr("data.store.raw_recorder.RETRY_S", 0.1)
    (tmp_path / "raw").write_text("a file is in the way")
    recorder = check_says_so(tmp_path)
    (tmp_path / "raw").unlink()
    until(lambda: recorder.status().written == 1)
    assert recorder.status().reason == ""
    recorder.stop()


def check_says_so(root):
    recorder = RawRecorder(root)
    recorder.frame(*BINANCE, b"{}", START_NS)
    recorder.start()
    status = until(lambda: recorder.status() if recorder.status().reason else None)
    assert "Frames are not kept" in status.reason
    assert (status.received, status.waiting, status.lost) == (1, 1, 0)
    return recorder


def test_taking_a_frame_never_waits_for_the_disk(tmp_path):
    recorder = RawRecorder(tmp_path)
    before_s = monotonic_s()
    for number in range(20_000):
        recorder.frame(*BINANCE, b"x" * 500, START_NS + number)
    assert monotonic_s() - before_s < 1
    assert recorder.status().lost == 0


def test_raw_frames_count_and_go_first_of_their_day(tmp_path):
    store = Store(tmp_path)
    store.append("live", instrument(), "aggTrade", trades((1, 100, 5, 1)))
    store.seal()
    now_ns = START_NS + 2 * NS_PER_DAY
    raw = tmp_path / "raw" / paths.day_name(START_NS)
    raw.mkdir(parents=True)
    (raw / "binance-perp-0.log.gz").write_bytes(b"x" * 10_000)
    (kept,) = store.recordings()
    store.retain("live", days=None, size_bytes=kept.bytes + 5_000, now_ns=now_ns)
    assert not raw.exists()
    assert store.recordings() == [kept]
    assert store.sources() == ["live"]
    raw.mkdir()
    store.retain("live", days=0, size_bytes=None, now_ns=now_ns)
    assert not raw.exists()
    store.close()
