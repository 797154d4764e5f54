from decimal import Decimal
from math import inf
from threading import Event, Thread

import numpy as np
import pytest

from core.calc.bars import time_bars
from core.domain.errors import RecordingError
from core.domain.events import Trades
from core.domain.units import NS_PER_MINUTE, NS_PER_S
from data.clock import monotonic_s
from data.feeds.health import HealthBoard
from data.sources.replay import ReplaySource
from data.store.raw_log import RawLogWriter
from data.venues.registry import MARKETS
from tests.support.frames import trade_frames, trade_log
from tests.support.recordings import expected, recording
from tests.support.trades import random_trades
from tests.support.waiting import until

FOREVER = 2**62
PERP = MARKETS["binance", "perp"]
BTC = PERP.facts.defaults[0]
ROWS = random_trades(np.random.default_rng(1), 300, span_s=30)


@pytest.fixture
def log(tmp_path):
    return trade_log(tmp_path / "own.log", PERP, ROWS)


@pytest.fixture
def play(engine):
    started = []

    def play(*paths, speed=inf, health=None):
        source = ReplaySource(
            paths, speed=speed, health=health or HealthBoard(), on_restart=engine.clear
        )
        source.start(engine.submit)
        started.append(source)
        return source

    yield play
    for source in started:
        source.stop()


def finish(source, engine):
    until(lambda: source.finished, within_s=60, what="the end of the recording")
    assert engine.settle(30)


def held(engine, listed=BTC):
    return engine.tape(listed.id).trades.window(0, FOREVER)


def test_every_trade_comes_out_as_it_went_in(engine, play, log):
    finish(play(log), engine)
    rows = held(engine)
    for name in ("ts_event_ns", "ts_recv_ns", "trade_id", "price_ticks", "size_lots", "aggressor"):
        assert rows[name].tolist() == ROWS[name].tolist()


def test_the_same_recording_twice_gives_the_same_bytes(engine, play, log):
    finish(play(log), engine)
    first = held(engine).tobytes()
    engine.clear()
    finish(play(log, speed=1000), engine)
    assert held(engine).tobytes() == first


def test_speed_is_kept(engine, play, log):
    source = play(log, speed=10)
    until(lambda: source.trades_played > 100)
    source.pause()
    assert engine.settle()
    at_ns = source.now_ns()
    assert held(engine)["ts_recv_ns"][-1] <= at_ns
    assert source.trades_played == int((ROWS["ts_recv_ns"] <= at_ns).sum())
    assert source.paused


def test_a_paused_tape_stands_still_and_goes_on_where_it_was(engine, play, log):
    source = play(log, speed=5)
    until(lambda: source.trades_played > 5)
    source.pause()
    at_ns = source.now_ns()
    assert source.now_ns() == at_ns
    source.set_speed(inf)
    assert source.now_ns() == at_ns
    source.resume()
    finish(source, engine)
    assert len(held(engine)) == 300


@pytest.mark.parametrize("paused", [False, True])
def test_seeking_ahead_plays_what_lies_between(engine, play, log, paused):
    source = play(log, speed=0.001)
    until(lambda: source.trades_played > 0)
    if paused:
        source.pause()
    target = int(ROWS["ts_recv_ns"][200])
    source.seek(target)
    until(lambda: source.trades_played >= 201)
    assert engine.settle()
    assert held(engine)["trade_id"].tolist() == ROWS["trade_id"][:201].tolist()
    assert source.now_ns() >= target


def test_seeking_back_drops_what_lies_after(engine, play, log):
    source = play(log)
    finish(source, engine)
    source.set_speed(0.001)
    source.seek(int(ROWS["ts_recv_ns"][50]))
    until(lambda: engine.epoch == 1 and source.trades_played >= 51)
    assert engine.settle()
    assert held(engine)["trade_id"].tolist() == ROWS["trade_id"][:51].tolist()


def test_a_frame_that_cannot_be_read_is_counted_once_and_kept(engine, play, log):
    body = log.read_bytes().splitlines()
    body.insert(5, b"%d binance.perp {broken" % ROWS["ts_recv_ns"][5])
    log.write_bytes(b"\n".join(body))
    health = HealthBoard()
    source = play(log, health=health)
    finish(source, engine)
    source.seek(0)
    until(lambda: engine.epoch == 1)
    finish(source, engine)
    assert health.refused_total() == 1
    assert health.refused_samples()[0].raw == b"{broken"
    assert len(held(engine)) == 300


def test_a_frame_that_cannot_be_read_is_counted_once_however_early_one_jumps_back(
    engine, play, log
):
    body = log.read_bytes().splitlines()
    body.insert(5, b"%d binance.perp {broken" % ROWS["ts_recv_ns"][5])
    body.insert(250, b"%d binance.perp {broken" % ROWS["ts_recv_ns"][250])
    log.write_bytes(b"\n".join(body))
    health = HealthBoard()
    source = play(log, health=health, speed=0.001)
    source.seek(int(ROWS["ts_recv_ns"][100]))
    until(lambda: source.trades_played >= 101)
    assert health.refused_total() == 1
    source.set_speed(inf)
    source.pause()
    source.seek(0)
    until(lambda: engine.epoch == 1)
    source.resume()
    finish(source, engine)
    assert health.refused_total() == 2


def write(path, market, frames):
    writer = RawLogWriter(path)
    for at, frame in zip(ROWS["ts_recv_ns"].tolist(), frames, strict=False):
        if frame is not None:
            writer.write(at, market.facts.venue, market.facts.kind, frame)
    writer.close()


@pytest.mark.parametrize("key", [("binance", "spot"), ("binance", "perp"), ("okx", "spot")])
def test_trades_that_a_recording_lacks_are_a_gap(engine, play, tmp_path, key):
    market = MARKETS[key]
    listed = market.facts.defaults[0]
    frames = trade_frames(market, listed, ROWS)
    frames[100:110] = [None] * 10
    frames[200] = b"{broken"
    write(tmp_path / "raw.log", market, frames)
    source = play(tmp_path / "raw.log")
    finish(source, engine)
    times = ROWS["ts_event_ns"].tolist()
    gaps = engine.tape(source.instruments()[0].id).gaps
    assert [(each.from_ns, each.to_ns) for each in gaps] == [
        (times[99] // 10**6 * 10**6, times[110] // 10**6 * 10**6),
        (times[199] // 10**6 * 10**6, times[201] // 10**6 * 10**6),
    ]
    assert {each.reason for each in gaps} == {"the numbers of the trades jumped in the recording"}


def test_numbers_that_no_trade_bears_are_no_gap(engine, play, tmp_path):
    frames = trade_frames(PERP, BTC, ROWS)
    price = BTC.price_grid.text(int(ROWS["price_ticks"][50])).encode()
    frames[50] = frames[50].replace(b'"p":"%s"' % price, b'"p":"0"')
    write(tmp_path / "raw.log", PERP, frames)
    finish(play(tmp_path / "raw.log"), engine)
    assert len(held(engine)) == 299
    assert engine.tape(BTC.id).gaps == ()


def test_a_hole_between_two_recordings_is_a_gap(engine, play, tmp_path):
    frames = trade_frames(PERP, BTC, ROWS)
    write(tmp_path / "a.log", PERP, frames[:100])
    write(tmp_path / "b.log", PERP, [None] * 120 + frames[120:])
    finish(play(tmp_path / "a.log", tmp_path / "b.log"), engine)
    assert len(engine.tape(BTC.id).gaps) == 1


def test_a_frame_of_bybit_that_cannot_be_read_is_a_gap(engine, play, tmp_path):
    market = MARKETS["bybit", "perp"]
    frames = trade_frames(market, market.facts.defaults[0], ROWS)
    frames[40] = frames[40][:-20]
    write(tmp_path / "raw.log", market, frames)
    source = play(tmp_path / "raw.log")
    finish(source, engine)
    (gap,) = engine.tape(source.instruments()[0].id).gaps
    assert gap.reason == "a message could not be read in the recording"
    assert gap.from_ns // 10**6 == int(ROWS["ts_event_ns"][39]) // 10**6
    assert gap.to_ns // 10**6 == int(ROWS["ts_event_ns"][41]) // 10**6


class Gate:
    """Takes events, and stands still while it is shut."""

    def __init__(self):
        self.open = Event()
        self.open.set()
        self.trades, self.restarts = 0, 0

    def submit(self, event):
        if isinstance(event, Trades):
            assert self.open.wait(10)
            self.trades += len(event.rows)

    def restart(self):
        self.trades, self.restarts = 0, self.restarts + 1
        self.open.clear()


@pytest.fixture
def caught_up(log):
    """A replay that jumped back to its 200th trade and is held at the first."""
    gate = Gate()
    source = ReplaySource([log], speed=inf, health=HealthBoard(), on_restart=gate.restart)
    source.start(gate.submit)
    until(lambda: source.finished)
    source.set_speed(1000)
    source.seek(int(ROWS["ts_recv_ns"][200]))
    until(lambda: gate.restarts == 1 and source.trades_played == 1)
    yield source, gate
    gate.open.set()
    source.stop()


def after_a_while():
    """Later by more than the recording is long, at that speed."""
    since_s = monotonic_s()
    until(lambda: monotonic_s() > since_s + 0.05)


def test_the_clock_rests_at_the_target_while_a_jump_back_is_caught_up(caught_up):
    source, gate = caught_up
    after_a_while()
    assert source.now_ns() == ROWS["ts_recv_ns"][200]
    gate.open.set()
    until(lambda: source.finished)
    assert gate.trades == 300


def test_a_pause_while_a_jump_back_is_caught_up_holds_at_the_target(caught_up):
    source, gate = caught_up
    source.pause()
    source.resume()
    after_a_while()
    assert source.now_ns() == ROWS["ts_recv_ns"][200]
    source.pause()
    gate.open.set()
    until(lambda: gate.trades == 201)
    after_a_while()
    assert gate.trades == 201
    assert source.now_ns() == ROWS["ts_recv_ns"][200]


def test_another_jump_while_one_is_caught_up_is_followed(caught_up):
    source, gate = caught_up
    source.pause()
    source.seek(int(ROWS["ts_recv_ns"][100]))
    gate.open.set()
    until(lambda: gate.trades == 101)
    after_a_while()
    assert (gate.trades, gate.restarts) == (101, 1)
    assert source.now_ns() == ROWS["ts_recv_ns"][100]


def test_a_stop_while_a_jump_back_is_caught_up_ends_it(caught_up):
    source, gate = caught_up
    stopper = Thread(target=source.stop)
    stopper.start()
    until(lambda: source._stopped)
    gate.open.set()
    stopper.join(5)
    assert not stopper.is_alive()
    assert gate.trades <= 1


def test_a_recording_without_trades_is_refused(tmp_path):
    path = tmp_path / "quiet.log"
    path.write_bytes(b"#tapescope-raw 1\n1 okx.spot pong\n")
    with pytest.raises(RecordingError, match="no trade and no book"):
        ReplaySource([path], health=HealthBoard(), on_restart=lambda: None)


@pytest.mark.parametrize("speed", [0, -1, float("nan"), 1e9])
def test_a_speed_out_of_range_is_refused(log, speed):
    with pytest.raises(ValueError, match="speed"):
        ReplaySource([log], speed=speed, health=HealthBoard(), on_restart=lambda: None)


def test_stopping_does_not_wait_for_the_recording(play, log):
    source = play(log, speed=0.001)
    source.stop()
    assert not source.finished


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
def test_the_minute_bars_of_real_recordings_are_reproduced_exactly(
    engine, play, files, kind, answers
):
    paths = [recording(f"nkaz001__hftbacktest/examples/{name}") for name in files]
    source = play(*paths)
    finish(source, engine)
    answer = expected(answers)
    listed = source.instruments()[0]
    assert str(listed.id) == f"binance.{kind}.BTCUSDT"
    rows = held(engine, listed)
    assert len(rows) == answer["trades"]["count"]
    assert engine.tape(listed.id).gaps == ()
    bars = time_bars(rows, step_ns=NS_PER_MINUTE)
    table = [
        [
            int(bar["open_ns"]) // (NS_PER_S // 1000),
            *(Decimal(int(bar[f"{n}_ticks"])) * listed.tick_size for n in OHLC),
            *(lots * listed.lot_size for lots in (total(bar), buy(bar), total(bar) - buy(bar))),
            int(bar["trades"]),
        ]
        for bar in bars
    ]
    wanted = [[r[0], *map(Decimal, r[1:8]), r[8]] for r in answer["minute_bars"]]
    assert table == wanted


OHLC = ("open", "high", "low", "close")


def buy(bar):
    return int(bar["buy_lots"])


def total(bar):
    return int(bar["buy_lots"] + bar["sell_lots"] + bar["unknown_lots"])
