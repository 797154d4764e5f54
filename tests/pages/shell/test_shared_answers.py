import pytest

from pages.shell import shared_answers
from pages.shell.shared_answers import SharedAnswers


class Counting:
    """Answers with how often it was asked."""

    def __init__(self, key):
        self.key, self.asked = key, 0

    def ask(self):
        self.asked += 1
        return f"{self.key} {self.asked}"


@pytest.fixture
def clock(monkeypatch):
    at_s = [100.0]
    monkeypatch.setattr(shared_answers, "monotonic_s", lambda: at_s[0])
    return at_s


@pytest.fixture
def shared():
    return SharedAnswers(Counting, most=2)


def test_within_a_tick_all_are_told_the_same(clock, shared):
    assert shared.answer("a", Counting.ask) == "a 1"
    clock[0] += 0.04
    assert shared.answer("a", Counting.ask) == "a 1"
    assert shared.answer("b", Counting.ask) == "b 1"
    clock[0] += 0.02
    assert shared.answer("a", Counting.ask) == "a 2"


@pytest.mark.usefixtures("clock")
def test_what_was_said_at_another_marker_is_not_told_again(shared):
    said = [shared.answer("a", Counting.ask, at=each) for each in (1, 1, 2)]
    assert said == ["a 1", "a 1", "a 2"]


@pytest.mark.usefixtures("clock")
def test_of_too_many_the_one_asked_longest_ago_is_forgotten_with_its_answer(shared):
    said = [shared.answer(each, Counting.ask, at=at) for at, each in enumerate("abab")]
    assert said == ["a 1", "b 1", "a 2", "b 2"]
    a, b = shared.query("a"), shared.query("b")
    shared.query("a")
    shared.query("c")
    assert shared.query("a") is a
    assert shared.query("b") is not b
    assert shared.answer("b", Counting.ask, at=3) == "b 1"


@pytest.mark.usefixtures("clock")
def test_a_question_that_could_not_be_answered_is_asked_again(shared):
    with pytest.raises(AttributeError):
        shared.answer("a", lambda query: query.nothing)
    assert shared.answer("a", Counting.ask) == "a 1"
