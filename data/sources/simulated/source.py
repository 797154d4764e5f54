"""The simulated market as a source: six hours of history at once, then on in time.

Books have no history, but for the best quotes: they begin with a snapshot at the start.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Final

from core.domain.events import Klines, Listed, MarketEvent
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_S, Ns
from data.buffers.keeper import Request
from data.clock import monotonic_s, wall_ns
from data.sources.simulated.happened import Drawn
from data.sources.simulated.market import History, SimulatedMarket
from data.sources.simulated.outlet import Outlet

MAX_SPEED: Final = 1_000.0

_LATE_S: Final = 5.0
"""After so much real time without us, as when the machine slept, books say less on the way."""
_FAST: Final = 5.0
_STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
_TICK_S: Final = 0.05
_FIRST_PAGE_S: Final = 1.0
_BREATH_S: Final = 0.03
_AHEAD_NS: Final[Ns] = NS_PER_S
"""The next minute is generated this long before it begins."""


class SimulatedSource:
    """Runs a SimulatedMarket in time; see ``data.sources.source.Source``.

    Attributes:
        market: what is run.
        speed: market time per real time.
    """

    name = "simulated"

    def __init__(self, *, seed: int = 7, speed: float = 1.0, start_ns: Ns | None = None) -> None:
        """Make the source.

        Args:
            seed: >= 0; the same seed and start give the same market, to the byte.
            speed: > 0; more than 1000 (or ``inf``) runs at 1000.
            start_ns: the market's clock at the start; None = the wall clock.

        Raises:
            ValueError: ``seed`` or ``speed`` is out of range.
        """
        if seed < 0 or not speed > 0:
            msg = f"seed must be at least 0 and speed above 0, was {seed} and {speed}"
            raise ValueError(msg)
        self._start_ns = wall_ns() if start_ns is None else start_ns
        self.speed = min(speed, MAX_SPEED)
        self.market = SimulatedMarket(seed=seed, start_ns=self._start_ns)
        stamp = datetime.fromtimestamp(self._start_ns // NS_PER_S, tz=UTC)
        self.run_id = f"simulated-{seed}-{stamp:%Y%m%dT%H%M%S}"
        self._seed = seed
        self._started_s: float | None = None
        self._stopping = Event()
        self._thread: Thread | None = None
        self._every_bins = every_bins(self.speed)
        self._outlets: list[Outlet] = []

    def start(self, submit: Callable[[MarketEvent], None]) -> None:
        """Begin: instruments at once, their history within seconds, then trades as they happen.

        Raises:
            RuntimeError: it was started before.
        """
        if self._thread is not None:
            msg = f"{self.run_id} was started before; make a new source"
            raise RuntimeError(msg)
        self._started_s = monotonic_s()
        self._thread = Thread(target=self._run, args=(submit,), name="simulated", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what is due and not submitted yet is lost."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def now_ns(self) -> Ns:
        """Return the market's clock; it stands still until the start."""
        if self._started_s is None:
            return self._start_ns
        return self._start_ns + int((monotonic_s() - self._started_s) * self.speed * NS_PER_S)

    def instruments(self) -> tuple[Instrument, ...]:
        """Return all instruments; all are followed from the start."""
        return self.market.instruments

    def notes(self) -> tuple[str, ...]:
        """Return what the trader should know."""
        return (f"Simulated market (seed {self._seed}): every price is made up.",)

    def want(self, instrument_id: InstrumentId, timeframe: str, bars: int) -> None:
        """Do nothing: everything there is comes by itself."""

    def ask(self, instrument_id: InstrumentId, request: Request) -> None:
        """Do nothing: its books lose nothing."""

    def _run(self, submit: Callable[[MarketEvent], None]) -> None:
        for instrument in self.market.instruments:
            submit(Listed(instrument))
        for past in self.market.history():
            self._submit_history(past, submit)
            # The first page is being made at the same time, from the first history: leave it room.
            first = len(self._outlets) == 1
            if self._stopping.wait(_FIRST_PAGE_S if first else _BREATH_S):
                return
        while not self._stopping.wait(_TICK_S):
            self._go_on(self.now_ns(), submit)

    def _submit_history(self, past: History, submit: Callable[[MarketEvent], None]) -> None:
        ladder = self.market.ladder(past.instrument.id, every_bins=self._every_bins)
        outlet = Outlet(past.instrument, ladder)
        self._outlets.append(outlet)
        outlet.add(Drawn(past.trades, past.tickers, past.liquidations))
        outlet.begin(past.quotes, self._start_ns)
        for event in outlet.due(self._start_ns):
            submit(event)
        for timeframe, bars in past.klines.items():
            submit(Klines(past.instrument, timeframe, bars))

    def _go_on(self, now_ns: Ns, submit: Callable[[MarketEvent], None]) -> None:
        """Submit what has reached us by ``now_ns``."""
        while now_ns >= self.market.generated_to_ns - _AHEAD_NS:
            if self._stopping.is_set():
                return
            self._advance(now_ns)
            self._hand_out(now_ns, submit)
        for outlet in self._outlets:
            outlet.write_book(now_ns, known_to_ns=self.market.generated_to_ns)
        self._hand_out(now_ns, submit)

    def _hand_out(self, now_ns: Ns, submit: Callable[[MarketEvent], None]) -> None:
        for outlet in self._outlets:
            for event in outlet.due(now_ns):
                submit(event)

    def _advance(self, now_ns: Ns) -> None:
        known_to_ns = self.market.generated_to_ns
        late = now_ns - known_to_ns > _LATE_S * self.speed * NS_PER_S
        _, drawn = self.market.advance()
        for outlet, rows in zip(self._outlets, drawn, strict=True):
            outlet.finish_book(known_to_ns, late=late)
            outlet.add(rows)


def every_bins(speed: float) -> int:
    """Return the bins from a message of a book to the next: books cost the same at any speed.

    Each message of a market that runs several times as fast changes most of the book: there are a
    fifth as many then.
    """
    wanted = speed if speed <= _FAST else _FAST * speed
    return next(step for step in _STEPS if step >= wanted)
