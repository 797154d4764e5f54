"""Frames of the heat map, decoded as the browser does."""

import numpy as np
import pytest

from core.domain.events import BookBegins, BookEnds
from core.domain.units import NS_PER_S
from data.views.depth import COLUMNS, ROWS, DepthSpec
from pages.shell.feeds import Feeds
from pages.shell.spec import DepthMapSpec
from tests.support.book_events import BTC, START_NS, delta, snapshot
from tests.support.depth_books import ASKS, BIDS
from tests.support.market import StillSource, still_runtime
from tests.support.trades import trades
from tests.support.wire import decode


@pytest.fixture
def run(tmp_path):
    source = StillSource([BTC], now_ns=START_NS + 2 * NS_PER_S)
    run = still_runtime(tmp_path, source, [(BTC, trades((0, 20_001, 5, 1)))])
    yield run
    run.stop()


def take(run, *events):
    for event in events:
        run.engine.submit(event)
    assert run.engine.settle()


def frame(run):
    return decode(Feeds(run)(DepthMapSpec(DepthSpec(BTC.id))).frame(4))


def test_before_a_book_came_it_is_said_in_words(run):
    message = frame(run)
    assert (message["kind"], message["seq"]) == ("empty", 4)
    assert message["text"] == "Waiting for the order book of BTCUSDT Binance perp."


def test_a_frame_has_every_cell_as_the_book_has_it(run):
    take(run, BookBegins(BTC), delta(10, after=9, at_ms=0))
    take(run, snapshot(10, BIDS, ASKS, at_ms=0), delta(11, after=10, at_ms=500))
    take(run, delta(12, after=11, at_ms=1_500), delta(13, after=12, at_ms=1_900))
    message = frame(run)
    assert (message["kind"], message["columns"], message["rows"]) == ("depth", COLUMNS, ROWS)
    assert message["source"] == "simulated"
    cells = np.asarray(message["codes"], np.uint8).view("<u2").reshape(COLUMNS, ROWS)
    second = round((START_NS / 1e6 - message["from_ms"]) / 1e3)
    row = (20_000 - message["low_ticks"]) // message["row_ticks"]
    lots = 2 ** ((cells[second, row] - 1) / message["per_octave"])
    assert lots == pytest.approx(dict(BIDS)[20_000], rel=4e-4)
    assert (cells[: second - 1] == 65_535).all(), "before the book came"
    assert message["off"] == ""
    assert message["title"] == "BTCUSDT Binance perp"


def test_a_book_that_was_lost_says_so(run):
    take(run, BookBegins(BTC), delta(10, after=9, at_ms=0))
    take(run, snapshot(10, BIDS, ASKS, at_ms=0), delta(11, after=10, at_ms=1_500))
    take(run, BookEnds(BTC, "the connection was lost", START_NS + 2 * NS_PER_S))
    assert frame(run)["off"] == "STALE since 08:00:01 UTC"
