"""Query: what answers one question of a chart again and again."""

from typing import Any, Protocol

from core.domain.events import Channel
from core.domain.instrument import InstrumentId
from core.domain.units import Ns
from data.engine import Engine


class Query(Protocol):
    """Answers one spec; what has settled is computed once.

    It may have ``wanted(listed) -> ids``: which of the instruments on offer it also looks at.
    """

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return what it rests on besides the trades of the chart."""
        ...

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> Any | None:
        """Return the newest answer; None while nothing is known.

        Args:
            from_ns: open of the first bar shown, a multiple of the chart's step.
            now_ns: the source's clock.
        """
        ...


class Spec(Protocol):
    """A question; equal ones share their query, so it is frozen and hashable.

    One that has ``any_window = True`` is answered alike, whatever the first bar shown. It may have
    ``instruments``, markets that it looks at, and ``candles``, (timeframe, how many) of
    the venue's candles of them that it needs where those of the chart are not enough.
    """

    def query(self) -> Query:
        """Return a new query that answers it."""
        ...

    def __hash__(self) -> int:
        """Return the same for equal questions."""
        ...
