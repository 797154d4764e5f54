"""A random walk that trades on the local exchange, with a seed, at any rate."""

import time
from threading import Event, Thread

import numpy as np

from core.domain.units import NS_PER_S

_START_PRICE = {"BTC": 97_000, "ETH": 3_400, "SOL": 190}


class Walk:
    """Makes the trades of one instrument."""

    def __init__(self, listed, seed):
        self.listed = listed
        self._rng = np.random.default_rng(seed)
        self._ticks = round(_START_PRICE[listed.base] / float(listed.tick_size))

    def trades(self, ts_event_ns):
        """(times, ticks, lots, aggressor) of one trade at each of the times."""
        count = len(ts_event_ns)
        side = self._rng.choice([-1, 1], count)
        ticks = self._ticks + np.cumsum(self._rng.integers(-2, 3, count))
        self._ticks = int(ticks[-1]) if count else self._ticks
        lots = self._rng.integers(1, 2_000, count)
        return ts_event_ns, ticks, lots, side


class Generator:
    """Trades every listed instrument (or some) until it is stopped."""

    def __init__(self, exchange, *, rate, seed=1, only=None):
        tapes = [t for t in exchange.tapes if only is None or str(t.listed.id) in only]
        self._walks = [Walk(tape.listed, seed + i) for i, tape in enumerate(tapes)]
        self._exchange = exchange
        self._rate = rate
        self._stop = Event()
        self._thread = Thread(target=self._run, name="generator", daemon=True)

    def fill_history(self, *, hours, per_s=1.0):
        """Put trades before now onto the tapes; nothing is pushed."""
        now_ns = time.time_ns()
        count = int(hours * 3600 * per_s)
        times = now_ns - np.linspace(hours * 3600 * NS_PER_S, NS_PER_S, count).astype(np.int64)
        for walk in self._walks:
            found = walk.listed.id
            tape = self._exchange.tapes.get(found.venue, found.kind, found.symbol)
            tape.add(*walk.trades(times))

    def start(self):
        self._thread.start()
        return self

    def stop(self):
        self._stop.set()
        self._thread.join()

    def _run(self):
        """Each instrument gets an equal share of ``rate`` trades a second."""
        each, owed, last = self._rate / len(self._walks), 0.0, time.monotonic()
        while not self._stop.wait(0.02):
            now = time.monotonic()
            owed += (now - last) * each
            last = now
            count, owed = int(owed), owed - int(owed)
            if count:
                times = np.full(count, time.time_ns())
                for walk in self._walks:
                    self._exchange.trade(walk.listed, *walk.trades(times))
