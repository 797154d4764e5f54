import pytest

from core.domain.events import BookBegins, BookDelta, BookEnds, Channel
from data.feeds.books import BookInlet
from data.feeds.health import HealthBoard, State
from data.venues.streams import Stream
from tests.support.trades import instrument

BTC = instrument()
S = 10**9


class Case:
    """A book's way in whose first connection is open, and what it submitted."""

    def __init__(self):
        self.events, self.health = [], HealthBoard(now_ns=lambda: 9 * S)
        stream = Stream(Channel.BOOK, "book", "/ws", 5.0)
        self.inlet = BookInlet(BTC, [stream], submit=self.events.append, health=self.health)
        self.inlet.switch(1, seamless=False)
        self.inlet.say(State.SYNCING, now_ns=1, reason="connected")

    def begin(self, epoch=1):
        self.inlet.sent("book", epoch=epoch, now_ns=2)
        return self

    def bring(self, number, epoch=1):
        delta = BookDelta(
            instrument=BTC,
            channel="depth",
            ts_event_ns=1_000 * S,
            ts_recv_ns=1_000 * S + 3_000_000,
            first_id=number,
            last_id=number,
            previous_id=None,
            bids=[],
            asks=[],
        )
        self.inlet.accept(delta, epoch=epoch)

    def told(self):
        """B = begins, E = ends, and the numbers of deltas."""
        letters = {BookBegins: "B", BookEnds: "E"}
        return [letters.get(type(each)) or each.last_id for each in self.events]

    def channel(self):
        (found,) = self.health.snapshot()
        return found


@pytest.fixture
def case():
    return Case()


def test_a_book_begins_when_its_subscription_was_sent_and_only_then_brings_anything(case):
    case.bring(1)
    case.begin()
    case.bring(2)
    assert case.told() == ["B", 2]
    assert case.inlet.discarded == 1
    assert (case.channel().messages, case.channel().lag_ms) == (2, 3.0)
    assert (case.channel().state, case.channel().reason) == (
        State.SYNCING,
        "connected; no update of the book yet",
    )


def test_subscribing_again_for_the_keeper_begins_nothing(case):
    case.begin()
    case.inlet.again()
    assert case.inlet.restarts(now_ns=3)
    case.begin()
    assert case.told() == ["B"]


@pytest.mark.parametrize("state", [State.STALE, State.REJECTED, State.HALTED])
def test_what_ends_the_connection_ends_the_book_once_with_its_words(case, state):
    case.begin()
    case.inlet.say(state, now_ns=7, reason="cut; next try in 0.1 s")
    case.inlet.say(state, now_ns=8, reason="cut; next try in 0.2 s")
    case.bring(2)
    assert case.events[1] == BookEnds(BTC, "cut; next try in 0.1 s", 7)
    assert case.told() == ["B", "E"]
    assert case.channel().state is state


def test_the_next_connection_begins_the_book_anew_and_the_old_one_brings_nothing(case):
    case.begin()
    case.inlet.say(State.STALE, now_ns=7, reason="cut")
    case.inlet.switch(2, seamless=False)
    case.begin(epoch=2)
    case.bring(5, epoch=1)
    case.bring(6, epoch=2)
    assert case.told() == ["B", "E", "B", 6]
    assert not case.inlet.restarts(now_ns=9)


def test_a_connection_that_takes_over_subscribes_again_before_the_book_begins(case):
    case.begin()
    case.begin(epoch=2)
    case.bring(5, epoch=2)
    case.inlet.switch(2, seamless=True)
    case.bring(6, epoch=2)
    assert case.told() == ["B", "E"]
    assert case.inlet.restarts(now_ns=9)
    case.begin(epoch=2)
    case.bring(7, epoch=2)
    assert case.told() == ["B", "E", "B", 7]


def test_a_second_connection_that_steps_in_subscribes_again_too(case):
    case.begin()
    case.begin(epoch=2)
    case.inlet.say(State.STALE, now_ns=7, reason="cut")
    case.inlet.switch(2, seamless=False)
    assert case.inlet.restarts(now_ns=9)


def test_a_message_that_may_be_lost_ends_the_book_at_once(case):
    case.begin()
    case.inlet.doubt(epoch=1, now_ns=5, reason="a message could not be read")
    case.inlet.doubt(epoch=1, now_ns=6, reason="a message could not be read")
    case.bring(2)
    assert case.told() == ["B", "E"]
    assert (case.channel().state, case.channel().since_ns) == (State.STALE, 5)
    assert case.inlet.restarts(now_ns=7)
    case.begin()
    assert case.told() == ["B", "E", "B"]


def test_a_doubt_about_another_connection_is_nothing(case):
    case.begin()
    case.inlet.doubt(epoch=2, now_ns=5, reason="a message could not be read")
    assert case.told() == ["B"]
    assert not case.inlet.restarts(now_ns=7)


def test_starting_again_is_paced_and_never_forgotten(case):
    starts = []
    for at_s in range(100):
        case.inlet.again()
        for part in range(4):
            if case.inlet.restarts(now_ns=(at_s * 4 + part) * S // 4):
                starts.append(at_s)
    assert starts[:5] == [0, 1, 2, 3, 4]
    assert len(starts) <= 5 + 100 // 8 + 1
    assert starts[-1] >= 90


def test_a_silent_topic_ends_the_book_until_it_is_subscribed_again(case):
    case.begin()
    case.inlet.say(State.STALE, now_ns=7, reason="no update of the book came", topic="book")
    case.bring(2)
    case.begin()
    case.bring(3)
    assert case.told() == ["B", "E", "B", 3]
    assert case.channel().state is State.SYNCING


def test_what_was_asked_of_a_lost_connection_is_not_asked_of_the_next(case):
    case.begin()
    case.inlet.again()
    case.inlet.say(State.STALE, now_ns=7, reason="cut")
    case.inlet.switch(2, seamless=False)
    case.begin(epoch=2)
    assert not case.inlet.restarts(now_ns=9)
