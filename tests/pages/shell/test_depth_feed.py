"""Frames of the heat map, decoded as the browser does."""

from math import inf

import numpy as np
import pytest

from core.domain.events import BookBegins, BookEnds, Channel
from core.domain.units import NS_PER_S
from data.feeds.health import State
from data.views.depth import COLUMNS, ROWS, DepthSpec
from pages.shell.feeds import Feeds
from pages.shell.spec import DepthMapSpec
from tests.support.book_events import BTC, START_NS, delta, snapshot
from tests.support.depth_books import ASKS, BIDS
from tests.support.market import StillSource, still_runtime
from tests.support.rows import event as rows_of
from tests.support.rows import message
from tests.support.trades import START_NS as TRADED_NS
from tests.support.trades import trades
from tests.support.waiting import until
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


def played(run, *rows):
    """Play what was recorded of the instrument: trades, and these levels of its book."""
    run.store.append("live", BTC, "aggTrade", trades((0, 20_001, 5, 1), (60, 20_002, 5, 1)))
    for each in rows:
        run.store.append_rows("live", rows_of(Channel.BOOK, each, BTC))
    run.store.seal()
    run.play("live", (BTC.id,), TRADED_NS, TRADED_NS + 120 * NS_PER_S)


def test_a_recording_without_a_book_says_so_and_what_can_be_done(run):
    played(run)
    assert frame(run)["text"] == (
        "This recording has no order book of BTCUSDT Binance perp. Choose another instrument in "
        "the sidebar, or play one with books: Recordings says which days have them."
    )


def test_the_book_of_a_recording_is_waited_for_until_its_end(run):
    played(run, message(TRADED_NS + 30 * NS_PER_S, [(1, 98, 7)], update_id=2))
    assert frame(run)["text"] == "Waiting for the order book of BTCUSDT Binance perp."
    run.source.set_speed(inf)
    until(lambda: run.source.finished)
    assert run.engine.settle()
    assert frame(run)["text"].startswith(
        "The order book of BTCUSDT Binance perp is never whole in this recording. Choose another"
    )


def test_a_book_that_the_venue_refuses_says_why_none_comes(run):
    run.source.name = "live"
    reason = "Binance refuses this address."
    run.health.set_state(BTC.id, Channel.BOOK, State.REJECTED, now_ns=START_NS, reason=reason)
    assert frame(run)["text"] == (
        "No order book of BTCUSDT Binance perp comes: Binance refuses this address. Choose "
        "another instrument in the sidebar."
    )


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
