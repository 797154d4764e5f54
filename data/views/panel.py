"""Panel: what answers one question of a board again and again."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeAlias

from core.domain.instrument import Instrument, InstrumentId
from data.engine import Engine
from data.views.moment import Moment

Want: TypeAlias = tuple[InstrumentId, str, int]
"""An instrument, a timeframe, and how many of its candles are needed."""


def wanted(
    listed: Sequence[Instrument],
    instruments: Iterable[InstrumentId],
    *,
    timeframe: str = "1m",
    count: int = 0,
) -> list[Want]:
    """Return what is needed of the source so that these instruments are followed.

    Args:
        listed: on offer; what is not among them cannot be had.
        instruments: each once, in any order.
        count: of candles; 0 = none, their channels alone.
    """
    on_offer = {each.id for each in listed}
    return [(each, timeframe, count) for each in dict.fromkeys(instruments) if each in on_offer]


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
