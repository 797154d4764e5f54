from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from data.runtime import runtime, stop_runtime
from data.store.raw_log import RawLogWriter
from data.venues.registry import MARKETS
from pages.shell.running import stop_publisher
from tests.support.frames import trade_frames
from tests.support.recordings import ROOT
from tests.support.trades import START_NS, random_trades
from tests.support.waiting import until


@pytest.fixture
def app(monkeypatch, tmp_path):
    """The product's inner script over a recording of ten minutes, played very slowly."""
    perp = MARKETS["binance", "perp"]
    rows = random_trades(np.random.default_rng(1), 400, span_s=600)
    writer = RawLogWriter(tmp_path / "a.log")
    frames = trade_frames(perp, perp.facts.defaults[0], rows)
    for at, frame in zip(rows["ts_recv_ns"].tolist(), frames, strict=True):
        writer.write(at, "binance", "perp", frame)
    writer.close()
    monkeypatch.setenv("TAPESCOPE_REPLAY", str(tmp_path / "a.log"))
    monkeypatch.setenv("TAPESCOPE_SPEED", "0.001")
    monkeypatch.setenv("TAPESCOPE_HOME", str(tmp_path))
    until(lambda: runtime().source.name == "replay")
    yield AppTest.from_file(str(ROOT / "pages" / "shell" / "main.py"), default_timeout=20).run()
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
