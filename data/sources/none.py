"""No source: the venues are still being asked, or a recording could not be opened."""

from collections.abc import Callable

from core.domain.events import MarketEvent
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import Ns
from data.buffers.keeper import Request
from data.clock import wall_ns


class NoSource:
    """Stands in where there is no market, with a sentence that says why.

    Attributes:
        name: ``starting`` while one is being chosen, ``idle`` when none will come by itself.
    """

    def __init__(self, name: str, words: str) -> None:
        self.name = self.run_id = name
        self._words = words

    def start(self, submit: Callable[[MarketEvent], None]) -> None:
        """Do nothing: there is no market yet."""

    def stop(self) -> None:
        """Do nothing."""

    def now_ns(self) -> Ns:
        """Return the wall clock."""
        return wall_ns()

    def instruments(self) -> tuple[Instrument, ...]:
        """Return nothing: no venue has answered yet."""
        return ()

    def notes(self) -> tuple[str, ...]:
        """Return what is being waited for, or what went wrong."""
        return (self._words,)

    def want(self, instrument_id: InstrumentId, timeframe: str, bars: int) -> None:
        """Do nothing: the source that follows is asked again."""

    def ask(self, instrument_id: InstrumentId, request: Request) -> None:
        """Do nothing: there is no book."""
