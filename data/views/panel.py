"""Panel: what answers one question of a board again and again."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

from core.domain.instrument import Instrument, InstrumentId
from data.engine import Engine
from data.views.moment import Moment

Want: TypeAlias = tuple[InstrumentId, str, int]
"""An instrument, a timeframe, and how many of its candles are needed."""


def wanted(
    instruments: Sequence[InstrumentId], timeframe: str = "1m", count: int = 1
) -> tuple[Want, ...]:
    """Return that so many candles of these are needed; they were chosen from what is on offer."""
    return tuple((each, timeframe, count) for each in instruments)


class PanelQuery(Protocol):
    """Answers one question; what has settled is computed once, while the engine's epoch stays."""

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return what it needs of the source, of the instruments on offer."""
        ...

    def view(self, engine: Engine, moment: Moment) -> Any | None:
        """Return the newest answer, a frozen result; None while nothing is known.

        What is not live at this moment is told as such, and never summed in.
        """
        ...


class PanelSpec(Protocol):
    """A question; equal ones share their query, so it is frozen and hashable."""

    def query(self) -> PanelQuery:
        """Return a new query that answers it."""
        ...

    def __hash__(self) -> int:
        """Return the same for equal questions."""
        ...
