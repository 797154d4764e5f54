import logging
import sys
from dataclasses import replace

import numpy as np
import pytest

from core.domain.errors import RecordingError
from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_DAY
from data import runtime as runtime_module
from data.runtime import Runtime, runtime, stop_runtime
from data.settings import load_settings
from data.store.paths import day_name
from data.store.raw_log import RawLogWriter
from data.venues.registry import MARKETS
from tests.exchange.server import Exchange
from tests.support.frames import trade_frames
from tests.support.trades import START_NS, instrument, random_trades
from tests.support.waiting import until

BTC = InstrumentId.parse("binance.perp.BTCUSDT")


@pytest.fixture
def run(tmp_path):
    started = []

    def run(**environ):
        environ = {"TAPESCOPE_HOME": str(tmp_path), **environ}
        started.append(Runtime(load_settings(environ, project=tmp_path)))
        started[-1].start()
        return started[-1]

    yield run
    for each in started:
        each.stop()


def nowhere():
    """Endpoints at which nobody listens."""
    with Exchange() as exchange:
        return exchange.environment()


def chosen(market):
    until(lambda: market.source.name != "starting", within_s=12, what="a source")
    return market.source.name


def test_auto_takes_live_when_a_venue_answers(run):
    with Exchange() as exchange:
        market = run(**exchange.environment())
        assert chosen(market) == "live"
        market.stop()


def test_auto_takes_the_simulated_market_with_each_venues_reason_when_none_answers(run):
    market = run(**nowhere())
    assert chosen(market) == "simulated"
    until(lambda: market.engine.tape(BTC) and len(market.engine.tape(BTC).trades), within_s=20)
    text = " ".join(market.notes())
    for venue, kind in MARKETS:
        assert f"{venue} {kind}" in text


def test_trying_again_replaces_the_market_and_its_buffers(run):
    market = run(TAPESCOPE_SOURCE="simulated")
    until(lambda: market.engine.tape(BTC) and len(market.engine.tape(BTC).trades), within_s=20)
    with Exchange() as exchange:
        market.settings = load_settings(exchange.environment(), project=market.settings.home)
        market.retry_live()
        until(lambda: market.source.name == "live", within_s=12)
        assert market.engine.settle()
        assert market.engine.epoch == 2
        tape = market.engine.tape(BTC)
        assert tape is None or len(tape.trades) == 0
        market.stop()


def test_a_failed_try_leaves_the_market_as_it_is_and_says_why(run):
    market = run(**nowhere())
    assert chosen(market) == "simulated"
    source = market.source
    market.retry_live()
    until(lambda: not market.choosing, within_s=12)
    assert market.source is source
    assert "binance perp" in " ".join(market.notes())


def test_a_recording_is_played(run, tmp_path):
    perp = MARKETS["binance", "perp"]
    rows = random_trades(np.random.default_rng(1), 50, span_s=5)
    writer = RawLogWriter(tmp_path / "a.log")
    for frame in trade_frames(perp, perp.facts.defaults[0], rows):
        writer.write(int(rows["ts_recv_ns"][0]), "binance", "perp", frame)
    writer.close()
    market = run(TAPESCOPE_REPLAY=str(tmp_path / "a.log"), TAPESCOPE_SPEED="inf")
    assert chosen(market) == "replay"
    until(lambda: market.engine.trades_kept == 50)


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"TAPESCOPE_REPLAY": "nowhere.gz"}, "cannot be opened"),
        ({"TAPESCOPE_SOURCE": "replay"}, "TAPESCOPE_REPLAY"),
    ],
)
def test_a_recording_that_cannot_be_played_is_a_sentence(run, environ, words):
    market = run(**environ)
    until(lambda: words in " ".join(market.notes()))
    assert market.source.name == "idle"


def test_the_process_has_one_runtime_even_when_its_module_is_loaded_again(monkeypatch, tmp_path):
    monkeypatch.setenv("TAPESCOPE_SOURCE", "simulated")
    monkeypatch.setenv("TAPESCOPE_HOME", str(tmp_path))
    try:
        first = runtime()
        monkeypatch.delitem(sys.modules, "data.runtime")
        import data.runtime as again

        assert again is not runtime_module
        assert again.runtime() is first
    finally:
        stop_runtime()


def test_a_settings_file_that_is_wrong_is_named_and_the_defaults_hold(monkeypatch, tmp_path):
    (tmp_path / "settings.toml").write_text("colour = 1\n")
    monkeypatch.setenv("TAPESCOPE_HOME", str(tmp_path))
    found = runtime_module.from_environment()
    assert "colour" in " ".join(found.notes())
    assert found.settings.source == "auto"


def test_a_warning_about_the_settings_stays_when_the_venues_are_asked_again(tmp_path):
    settings = load_settings({**nowhere(), "TAPESCOPE_HOME": str(tmp_path)}, project=tmp_path)
    market = Runtime(settings, notes=("Defaults are in use.",))
    market.start()
    assert chosen(market) == "simulated"
    market.retry_live()
    until(lambda: not market.choosing, within_s=12)
    assert market.notes()[0] == "Defaults are in use."
    assert sum("binance perp" in note for note in market.notes()) == 1
    market.stop()


def test_a_fault_while_a_market_is_chosen_is_said_and_not_waited_for(tmp_path, caplog):
    market = Runtime(replace(load_settings({}, project=tmp_path), source="simulated", seed=-1))
    with caplog.at_level(logging.CRITICAL):
        market.start()
        until(lambda: market.source.name == "idle")
    assert "could not be started" in " ".join(market.notes())
    market.stop()


def stored(market, rows):
    """A day of the store, and its span."""
    listed = instrument(str(BTC))
    market.store.append("live", listed, "aggTrade", rows)
    market.store.seal()
    return START_NS // NS_PER_DAY * NS_PER_DAY, (START_NS // NS_PER_DAY + 1) * NS_PER_DAY


def test_a_recorded_day_is_played_in_the_place_of_the_market_which_comes_back(run):
    market = run(TAPESCOPE_SOURCE="simulated")
    assert chosen(market) == "simulated"
    rows = random_trades(np.random.default_rng(1), 500, span_s=2)
    market.play("live", [BTC], *stored(market, rows))
    assert market.source.name == "replay"
    assert market.source.run_id.startswith("replay-live-")
    until(lambda: market.source.finished, within_s=10, what="the end of the recording")
    assert market.engine.settle()
    assert market.engine.ids() == (BTC,), "nothing of the simulated market is left"
    assert np.array_equal(market.engine.tape(BTC).trades.window(0, 2**62), rows)
    market.stop_playing()
    until(lambda: market.source.name == "simulated", within_s=10, what="the market")


def test_a_day_that_was_not_recorded_leaves_the_market_as_it_is(run):
    market = run(TAPESCOPE_SOURCE="simulated")
    assert chosen(market) == "simulated"
    with pytest.raises(RecordingError, match=r"binance\.perp\.BTCUSDT"):
        market.play("live", [BTC], 0, NS_PER_DAY)
    assert market.source.name == "simulated"


def test_a_day_of_our_own_recordings_is_named_in_the_environment(run, tmp_path):
    rows = random_trades(np.random.default_rng(1), 50, span_s=2)
    maker = Runtime(load_settings({"TAPESCOPE_HOME": str(tmp_path)}, project=tmp_path))
    from_ns, _ = stored(maker, rows)
    maker.store.close()
    name = f"store:live/{BTC}/{day_name(from_ns)}"
    market = run(TAPESCOPE_REPLAY=name, TAPESCOPE_SPEED="inf")
    assert chosen(market) == "replay"
    until(lambda: market.source.finished, within_s=10, what="the end of the recording")
    assert market.engine.settle()
    assert len(market.engine.tape(BTC).trades) == 50
