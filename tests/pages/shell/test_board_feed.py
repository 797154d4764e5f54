from dataclasses import dataclass

import pytest

from core.domain.events import Channel
from core.domain.units import NS_PER_S
from data.feeds.health import State
from pages.figures.node import node
from pages.shell.board_feed import BoardFeed, PanelAnswers, moment_of
from pages.shell.feeds import Feeds
from pages.shell.spec import BoardSpec
from tests.support.market import StillSource, still_runtime
from tests.support.trades import START_NS, instrument, trades
from tests.support.wire import decode

BTC = instrument("binance.perp.BTCUSDT", tick="0.1", step="0.001")
TAPE = trades((0, 1000, 5, 1), (3, 1020, 7, 1))
MADE = []


@dataclass(frozen=True)
class Count:
    fault: type[Exception] | None = None

    def query(self):
        MADE.append(self)
        return Counting(self.fault)


class Counting:
    def __init__(self, fault):
        self.fault, self.asked = fault, 0

    def wants(self, listed):
        return [(each.id, "1m", 60) for each in listed]

    def view(self, engine, moment):
        if self.fault:
            raise self.fault("no such thing")
        self.asked += 1
        return self.asked, len(engine.tape(BTC.id).trades), moment.now_ns


@dataclass(frozen=True)
class Told:
    count: Count = Count()

    def questions(self):
        return {"count": self.count}

    def draw(self, scene):
        asked = scene.found.get("count")
        return [node("b", "", f"{asked}" if asked else "nothing"), node("p", "", "end")]


@pytest.fixture
def run(tmp_path):
    source = StillSource([BTC], now_ns=START_NS + 5 * NS_PER_S)
    run = still_runtime(tmp_path, source, [(BTC, TAPE)])
    MADE.clear()
    yield run
    run.stop()


def test_a_board_asks_its_questions_and_draws_the_answers(run):
    message = decode(Feeds(run)(BoardSpec(Told())).frame(3))
    assert (message["kind"], message["seq"], message["source"]) == ("board", 3, "simulated")
    assert message["nodes"][0][2] == f"(1, 2, {START_NS + 5 * NS_PER_S})"
    assert message["recv_ns"] == str(int(TAPE["ts_recv_ns"][-1]))
    assert run.source.wanted == [(BTC.id, "1m", 60)]


def test_boards_with_one_question_ask_it_once_a_tick(run):
    answers = PanelAnswers(run)
    first, second = (BoardFeed(Told(), run, answers).frame(1) for _ in range(2))
    assert decode(first)["nodes"] == decode(second)["nodes"]
    assert len(MADE) == 1


def test_a_question_that_cannot_be_answered_says_why_and_the_board_stays(run):
    message = decode(BoardFeed(Told(Count(ValueError)), run, PanelAnswers(run)).frame(1))
    assert [each[2] for each in message["nodes"]] == ["count: no such thing", "nothing", "end"]


def test_a_fault_of_ours_is_logged_once_and_told(run, caplog):
    feed = BoardFeed(Told(Count(RuntimeError)), run, PanelAnswers(run))
    for seq in (1, 2):
        said = decode(feed.frame(seq))["nodes"][0][2]
    assert said == "count: could not be answered; the log of the server says why"
    assert len(caplog.records) == 1


def test_without_a_market_a_board_says_what_it_waits_for(tmp_path):
    run = still_runtime(tmp_path, StillSource(notes=["Asking the exchanges."]))
    message = decode(BoardFeed(Told(), run, PanelAnswers(run)).frame(1))
    assert (message["kind"], message["text"]) == ("empty", "Asking the exchanges.")
    run.stop()


def test_in_a_market_of_the_past_what_stopped_coming_is_off_since_then(run):
    assert moment_of(run).off == {}
    run.source.now = START_NS + 14 * NS_PER_S
    gone = moment_of(run).off_of(BTC.id, Channel.TRADES)
    assert (gone.state, gone.since_ns) == ("quiet", int(TAPE["ts_recv_ns"][-1]))


def test_in_the_live_market_health_tells_what_is_off(run):
    run.source.name = "live"
    health = run.health
    health.set_state(BTC.id, Channel.BOOK, State.STALE, now_ns=START_NS, reason="Nothing came.")
    moment = moment_of(run)
    assert moment.off_of(BTC.id, Channel.BOOK).reason == "Nothing came."
    assert moment.off_of(BTC.id, Channel.TRADES) is None
