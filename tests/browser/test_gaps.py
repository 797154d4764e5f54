"""A recording with a hole in it, in Chromium: the hole is seen, and the page says nothing false."""

import numpy as np
import pytest

from data.venues.registry import MARKETS
from tests.browser.chart import Chart
from tests.support.app import EXPLORER, running
from tests.support.frames import trade_log
from tests.support.trades import random_trades

pytestmark = pytest.mark.browser


@pytest.fixture
def holed(tmp_path):
    rows = random_trades(np.random.default_rng(1), 3_000, span_s=600)
    rows = np.delete(rows, slice(1_000, 1_600))
    log = trade_log(tmp_path / "holed.log", MARKETS["binance", "perp"], rows)
    environment = {"TAPESCOPE_REPLAY": str(log), "TAPESCOPE_SPEED": "inf"}
    with running(EXPLORER, tmp_path, environment) as server:
        yield server


def test_a_hole_in_a_recording_is_shaded_and_named(holed, page):
    chart = Chart(page).open(f"{holed.url}/?timeframe=5s")
    assert chart.data()["source"] == "replay"
    page.wait_for_selector('[data-testid="live-chart"] .shapelayer path')
    assert page.get_by_text("trades missing").count() == 1
