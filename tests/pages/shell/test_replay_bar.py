from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from data.runtime import runtime, stop_runtime
from data.venues.registry import MARKETS
from pages.shell.running import stop_publisher
from tests.support.frames import trade_log
from tests.support.script import main_script
from tests.support.trades import START_NS, random_trades
from tests.support.waiting import until


@pytest.fixture
def app(monkeypatch, tmp_path):
    """The product's inner script over a recording of ten minutes, played very slowly."""
    rows = random_trades(np.random.default_rng(1), 400, span_s=600)
    log = trade_log(tmp_path / "a.log", MARKETS["binance", "perp"], rows)
    monkeypatch.setenv("TAPESCOPE_REPLAY", str(log))
    monkeypatch.setenv("TAPESCOPE_SPEED", "0.001")
    monkeypatch.setenv("TAPESCOPE_HOME", str(tmp_path))
    until(lambda: runtime().source.name == "replay")
    yield main_script().run()
    stop_publisher()
    stop_runtime()


def test_a_recording_can_be_paused_and_played_on(app):
    app.button(key="replay_play").click().run()
    assert runtime().source.paused
    app.button(key="replay_play").click().run()
    assert not runtime().source.paused
    assert not app.exception


def test_the_speed_can_be_chosen(app):
    speed = next(box for box in app.selectbox if box.label == "Speed")
    speed.set_value(50.0).run()
    assert runtime().source.speed == 50
    assert not app.exception


def test_moving_the_slider_goes_there(app):
    place = datetime.fromtimestamp(START_NS // 10**9, UTC).replace(tzinfo=None)
    app.slider(key="replay_place").set_value(place + timedelta(seconds=300)).run()
    until(lambda: runtime().source.now_ns() >= START_NS + 300 * 10**9)
    assert not app.exception
