"""The closed candles that prove the trades of each minute, a little after it has closed."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from core.domain.instrument import Instrument
from core.domain.units import NS_PER_MINUTE, NS_PER_S, Ns
from data.sources.chores import Chore, Chores
from data.sources.history import History

AFTER_S: Final = 2.0
"""By then the venue has the minute's candle."""
_BARS: Final = 3
"""One that came late, or was missed, comes with the next; no venue charges more for three."""


class Proof:
    """Asks for the newest closed minutes of what is followed, once a minute."""

    def __init__(
        self,
        history: History,
        chores: Chores,
        *,
        followed: Callable[[], Iterable[Instrument]],
        now_ns: Callable[[], Ns],
        priority: int,
    ) -> None:
        """Make one; the first minute asked for is the one that is open now.

        Args:
            followed: says, each minute, which instruments; any thread.
            priority: of the chores.
        """
        self._history = history
        self._chores = chores
        self._followed = followed
        self._now_ns = now_ns
        self._priority = priority
        self._wait()

    def _wait(self) -> None:
        wait_s = (NS_PER_MINUTE - self._now_ns() % NS_PER_MINUTE) / NS_PER_S + AFTER_S
        self._chores.put(Chore(self._ask, self._priority, name="proof"), after_s=wait_s)

    def _ask(self) -> None:
        """See to the next minute first: one that fails must not be the last."""
        self._wait()
        for each in self._followed():
            run = partial(self._history.klines, each, "1m", _BARS)
            self._chores.put(Chore(run, self._priority, name=f"proof {each.id}"))
