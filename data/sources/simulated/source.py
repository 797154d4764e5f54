"""The simulated market as a source: six hours of history at once, then on in time."""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Final

import numpy as np

from core.domain.arrays import IntArray, TradeArray, empty_trades
from core.domain.events import Klines, Listed, MarketEvent, TradeBlock
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_S, Ns
from data.clock import monotonic_s, wall_ns
from data.sources.simulated.market import History, SimulatedMarket

MAX_SPEED: Final = 1_000.0
CHANNEL: Final = "simulated"

_NEVER: Final[Ns] = 2**62
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
        self._queues: list[_Queue] = []

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

    def _run(self, submit: Callable[[MarketEvent], None]) -> None:
        for instrument in self.market.instruments:
            submit(Listed(instrument))
        for past in self.market.history():
            self._submit_history(past, submit)
            # The first page is being made at the same time, from the first history: leave it room.
            first = len(self._queues) == 1
            if self._stopping.wait(_FIRST_PAGE_S if first else _BREATH_S):
                return
        while not self._stopping.wait(_TICK_S):
            now_ns = self.now_ns()
            while now_ns >= self.market.generated_to_ns - _AHEAD_NS:
                self._advance()
            for queue in self._queues:
                if queue.next_ns <= now_ns:
                    submit(queue.due(now_ns))

    def _submit_history(self, past: History, submit: Callable[[MarketEvent], None]) -> None:
        queue = _Queue(past.instrument)
        self._queues.append(queue)
        queue.add(past.trades)
        submit(queue.due(self._start_ns))
        for timeframe, bars in past.klines.items():
            submit(Klines(past.instrument, timeframe, bars))

    def _advance(self) -> None:
        _, drawn = self.market.advance()
        for queue, trades in zip(self._queues, drawn, strict=True):
            queue.add(trades)


class _Queue:
    """Trades of one instrument that have been generated and have not reached us yet.

    Attributes:
        next_ns: when the next one reaches us.
    """

    def __init__(self, instrument: Instrument) -> None:
        self.next_ns: Ns = _NEVER
        self._instrument = instrument
        self._rows = empty_trades()
        self._recv_ns: IntArray = np.zeros(0, np.int64)

    def add(self, rows: TradeArray) -> None:
        """Queue what was generated after the rows that are here."""
        self._rows = np.concatenate([self._rows, rows])
        self._arrived(0)

    def due(self, now_ns: Ns) -> TradeBlock:
        """Return, and forget, what has reached us by ``now_ns``."""
        count = int(np.searchsorted(self._recv_ns, now_ns, side="right"))
        block = TradeBlock(self._instrument, CHANNEL, self._rows[:count].copy())
        self._arrived(count)
        return block

    def _arrived(self, count: int) -> None:
        self._rows = self._rows[count:]
        self._recv_ns = np.ascontiguousarray(self._rows["ts_recv_ns"])
        self.next_ns = int(self._recv_ns[0]) if self._recv_ns.size else _NEVER
