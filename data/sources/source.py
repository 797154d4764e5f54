"""What drives the clock: the live market, a recording, or the simulator. All feed one engine."""

from collections.abc import Callable
from typing import Protocol

from core.domain.events import MarketEvent
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import Ns
from data.buffers.keeper import Request


class Source(Protocol):
    """Where market events come from. The events of two sources never meet.

    Attributes:
        name: ``live``, ``simulated`` or ``replay``.
        run_id: unique per run, for example ``simulated-7-20261121T080102``.
    """

    name: str
    run_id: str

    def start(self, submit: Callable[[MarketEvent], None]) -> None:
        """Start threads of its own that call ``submit``; return at once."""
        ...

    def stop(self) -> None:
        """End the threads, within 2 s; nothing is submitted afterwards."""
        ...

    def now_ns(self) -> Ns:
        """Return the source's own time: of a replay, the recorded one."""
        ...

    def instruments(self) -> tuple[Instrument, ...]:
        """Return what can be picked now."""
        ...

    def notes(self) -> tuple[str, ...]:
        """Return sentences for the trader, for example why a venue is missing."""
        ...

    def want(self, instrument_id: InstrumentId, timeframe: str, bars: int) -> None:
        """Make sure that trades and klines of this instrument come; cheap to repeat.

        Args:
            timeframe: a key of TIMEFRAMES_NS.
            bars: how many closed bars of it are to be shown.
        """
        ...

    def ask(self, instrument_id: InstrumentId, request: Request) -> None:
        """Do what a book needs of its venue: a snapshot, or its topic anew. Returns at once.

        What comes of it is submitted: a BookSnapshot, or NoSnapshot where none will come.
        """
        ...
