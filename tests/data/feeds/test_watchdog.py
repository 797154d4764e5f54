from concurrent.futures import Future

import pytest

from core.domain.errors import VenueDown
from data.feeds.topics import Quiet, Standing
from data.feeds.watchdog import Verdict, Watchdog, overdue
from tests.support.feed import at_once

SILENCE_S = 10.0


class Case:
    """One topic, what REST would say of it, and what was received."""

    def __init__(self, *answers, held=()):
        self.answers = list(answers)
        self.held = set(held)
        self.dog = Watchdog(silence_s=SILENCE_S, ack_s=5.0, ask=self.ask, has=self.has)

    def ask(self, topic):
        assert topic == "t"
        answer = self.answers.pop(0)
        return answer if isinstance(answer, Future) else at_once(answer)

    def has(self, _topic, trade_id):
        return trade_id in self.held

    def look(self, silent_s, standing=Standing.LIVE, patience=1):
        return self.dog.look(Quiet("t", standing, silent_s, patience))

    def until(self, last_s, standing=Standing.LIVE):
        """Look five times a second; the first finding and when it came."""
        for tick in range(int(last_s * 5) + 1):
            finding = self.look(tick / 5, standing)
            if finding is not None:
                return finding, tick / 5
        return None, last_s


def test_a_trade_that_only_rest_has_convicts_the_socket_when_the_silence_is_over():
    finding, at_s = Case(7).until(30)
    assert (finding.verdict, at_s) == (Verdict.BLAMED, SILENCE_S)
    assert finding.words == "no trade came for 10 s while REST shows newer ones"


def test_an_illiquid_symbol_is_excused_when_rest_has_nothing_newer():
    finding, at_s = Case(7, held={7}).until(30)
    assert (finding.verdict, finding.words) == (
        Verdict.COMPLETE,
        "nobody has traded for 7 s; REST agrees",
    )
    assert at_s < SILENCE_S


def test_a_market_in_which_nobody_ever_traded_is_excused():
    assert Case(0).until(30, Standing.ACKED)[0].verdict is Verdict.COMPLETE


def test_rest_is_not_asked_while_data_comes():
    assert Case().until(SILENCE_S * 0.69) == (None, SILENCE_S * 0.69)


def test_data_ends_the_suspicion():
    case = Case(7, 7)
    assert case.look(7.5) is None
    assert case.look(0.1) is None
    assert case.look(7.5) is None
    assert case.look(10.5).verdict is Verdict.BLAMED


def test_a_socket_is_blamed_when_rest_does_not_answer_in_time():
    finding, at_s = Case(Future()).until(30)
    assert (finding.verdict, finding.words) == (
        Verdict.BLAMED,
        "no trade came for 13 s and REST is silent",
    )
    assert at_s == pytest.approx(13.0)


def test_a_socket_is_blamed_when_rest_cannot_be_asked():
    finding, at_s = Case(VenueDown("HTTP 502", venue="okx")).until(30)
    assert (finding.verdict, at_s) == (Verdict.BLAMED, SILENCE_S)
    assert finding.words == "no trade came for 10 s and REST cannot be asked: HTTP 502"


def test_an_unanswered_subscription_is_blamed_without_asking_rest():
    finding, at_s = Case().until(30, Standing.SENT)
    assert (finding.verdict, at_s) == (Verdict.BLAMED, 5.0)
    assert finding.words == "the subscription was not answered in 5 s"


def test_an_acknowledged_topic_that_stays_silent_while_others_trade_is_blamed():
    finding, at_s = Case(7, 8).until(30, Standing.ACKED)
    assert finding.verdict is Verdict.BLAMED
    assert finding.words == (
        "the subscription was acknowledged, but no trade came for 10 s while REST shows newer ones"
    )
    assert at_s <= SILENCE_S + 0.4


def test_an_acknowledged_topic_is_not_blamed_for_a_trade_before_its_subscription():
    case = Case(7, 7, 8)
    finding, _ = case.until(30, Standing.ACKED)
    assert finding.verdict is Verdict.UNPROVEN
    finding, _ = case.until(30, Standing.ACKED)
    assert finding.verdict is Verdict.BLAMED


def test_patience_stretches_the_silence():
    case = Case(7)
    assert case.look(13.9, patience=2) is None
    assert case.look(14.1, patience=2) is None
    assert case.look(19.9, patience=2) is None
    assert case.look(20.0, patience=2).verdict is Verdict.BLAMED


def test_a_question_cancelled_at_the_end_says_nothing():
    asked = Future()
    case = Case(asked)
    case.look(8.0)
    asked.cancel()
    assert case.look(30.0) is None


def quiet(silent_s, standing, *, patience=1, silence_s=5.0):
    """What is said of a silent book."""
    finding = overdue(
        Quiet("t", standing, silent_s, patience), silence_s=silence_s, ack_s=3.0, awaited="quote"
    )
    return finding and finding.words


def test_a_side_topic_is_blamed_after_its_silence_without_asking_rest():
    assert quiet(4.9, Standing.LIVE) is None
    assert quiet(5.0, Standing.LIVE) == "no quote came for 5 s"
    words = "the subscription was acknowledged, but no quote came for 6 s"
    assert quiet(6.0, Standing.ACKED) == words


def test_a_side_topic_that_was_silent_before_is_given_more_time():
    assert quiet(9.9, Standing.LIVE, patience=2) is None
    assert quiet(10.0, Standing.LIVE, patience=2) == "no quote came for 10 s"


def test_what_may_be_silent_for_ever_is_blamed_only_for_an_answer_that_is_missing():
    assert quiet(9e9, Standing.LIVE, silence_s=None) is None
    assert quiet(9e9, Standing.ACKED, silence_s=None) is None
    unanswered = "the subscription was not answered in 3 s"
    assert quiet(3.0, Standing.SENT, silence_s=None) == unanswered
