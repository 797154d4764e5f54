"""The source before there is one: no market yet, and a sentence that says why."""

from collections.abc import Callable

from core.domain.events import MarketEvent
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import Ns
from data.clock import wall_ns


class StartingSource:
    """Stands in while the venues are being asked, and where a recording cannot be played."""

    name = "starting"
    run_id = "starting"

    def __init__(self, words: str = "Asking the exchanges whether they answer from here.") -> None:
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
