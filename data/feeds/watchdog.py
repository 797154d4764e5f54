"""The data watchdog of one connection: a silent topic is suspect, and REST says whose fault it is.

Heartbeats and pongs do not count as data. Well before the silence is long enough to be blamed,
REST is asked for the newest trade. A trade that the socket never brought convicts the socket; none
means that nobody traded.
"""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from enum import Enum
from typing import Final

from core.domain.errors import TapescopeError
from data.feeds.topics import Quiet, Standing

ASK_AT: Final = 0.7
"""Part of the silence after which REST is asked."""
GIVE_UP_AT: Final = 1.3
"""Part of the silence after which REST's answer is no longer waited for."""


class Verdict(Enum):
    """What a silence means."""

    COMPLETE = "complete"
    """REST has no trade that we lack."""
    UNPROVEN = "unproven"
    """Nobody traded since the topic was first suspected; what was before is not known."""
    BLAMED = "blamed"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was decided about one topic.

    Attributes:
        words: one clause for the trader.
    """

    topic: str
    verdict: Verdict
    words: str


def overdue(quiet: Quiet, *, silence_s: float | None, ack_s: float, awaited: str) -> Finding | None:
    """Look at the silence of a topic that REST need not be asked about; None = nothing to say.

    Args:
        silence_s: silent for longer is suspect; None = it may be silent for ever.
        ack_s: a request must be answered within this time.
        awaited: what it brings, in the trader's words.
    """
    if quiet.standing is Standing.SENT:
        if quiet.silent_s < ack_s:
            return None
        return Finding(quiet.topic, Verdict.BLAMED, _unanswered(ack_s))
    if silence_s is None or quiet.silent_s < silence_s * quiet.patience:
        return None
    words = f"no {awaited} came for {quiet.silent_s:.0f} s"
    if quiet.standing is Standing.ACKED:
        words = f"the subscription was acknowledged, but {words}"
    return Finding(quiet.topic, Verdict.BLAMED, words)


def _unanswered(ack_s: float) -> str:
    return f"the subscription was not answered in {ack_s:.0f} s"


class Watchdog:
    """Looks at silences of trades. ``ask`` must return at once."""

    def __init__(
        self,
        *,
        silence_s: float,
        ack_s: float,
        ask: Callable[[str], Future[int]],
        has: Callable[[str, int], bool],
    ) -> None:
        """Make one for one connection.

        Args:
            silence_s: a topic silent for longer is suspect.
            ack_s: a request must be answered within this time.
            ask: starts to ask REST for the id of a topic's newest trade; 0 = it has none.
            has: whether the trade of this id was received on the topic.
        """
        self._silence_s = silence_s
        self._ack_s = ack_s
        self._ask = ask
        self._has = has
        self._asked: dict[str, Future[int]] = {}
        # Of topics that brought nothing yet: REST's newest trade when they were first suspected.
        # It may be older than the subscription, so only a newer one convicts.
        self._baseline: dict[str, int] = {}

    def look(self, quiet: Quiet) -> Finding | None:
        """Look at one topic's silence; None = nothing to say yet."""
        if quiet.standing is Standing.SENT:
            if quiet.silent_s < self._ack_s:
                return None
            return self._blame(quiet, _unanswered(self._ack_s))
        if quiet.silent_s < ASK_AT * self._limit_s(quiet):
            self._asked.pop(quiet.topic, None)
            return None
        answer = self._asked.get(quiet.topic)
        if answer is None:
            self._asked[quiet.topic] = self._ask(quiet.topic)
            return None
        return self._judge(quiet, answer) if answer.done() else self._wait(quiet)

    def _limit_s(self, quiet: Quiet) -> float:
        return self._silence_s * quiet.patience

    def _wait(self, quiet: Quiet) -> Finding | None:
        """REST has not answered yet."""
        if quiet.silent_s < GIVE_UP_AT * self._limit_s(quiet):
            return None
        return self._blame(quiet, f"no trade came for {quiet.silent_s:.0f} s and REST is silent")

    def _judge(self, quiet: Quiet, answer: Future[int]) -> Finding | None:
        """Decide with REST's answer at hand."""
        if answer.cancelled():  # everything is being stopped
            return None
        error = answer.exception()
        if error is not None and not isinstance(error, TapescopeError):
            raise error
        if error is None:
            newest = answer.result()
            if newest == 0 or self._has(quiet.topic, newest):
                return self._excuse(quiet, Verdict.COMPLETE)
        if quiet.silent_s < self._limit_s(quiet):
            return None
        if error is not None:
            words = f"no trade came for {quiet.silent_s:.0f} s and REST cannot be asked: {error}"
            return self._blame(quiet, words)
        if quiet.standing is Standing.ACKED:
            return self._judge_untried(quiet, newest)
        words = f"no trade came for {quiet.silent_s:.0f} s while REST shows newer ones"
        return self._blame(quiet, words)

    def _judge_untried(self, quiet: Quiet, newest: int) -> Finding | None:
        """Decide about a topic that was acknowledged and brought nothing yet."""
        baseline = self._baseline.get(quiet.topic)
        if baseline is None:
            self._baseline[quiet.topic] = newest
            self._asked[quiet.topic] = self._ask(quiet.topic)
            return None
        if newest == baseline:
            return self._excuse(quiet, Verdict.UNPROVEN)
        words = (
            "the subscription was acknowledged, but no trade came for "
            f"{quiet.silent_s:.0f} s while REST shows newer ones"
        )
        return self._blame(quiet, words)

    def _blame(self, quiet: Quiet, words: str) -> Finding:
        self._asked.pop(quiet.topic, None)
        return Finding(quiet.topic, Verdict.BLAMED, words)

    def _excuse(self, quiet: Quiet, verdict: Verdict) -> Finding:
        self._asked.pop(quiet.topic, None)
        words = f"nobody has traded for {quiet.silent_s:.0f} s; REST agrees"
        return Finding(quiet.topic, verdict, words)
