"""What trades on the local exchange: one tape per instrument, shared by sockets and REST."""

from threading import Lock

import numpy as np

from core.calc.bars import time_bars
from core.domain.arrays import TRADE_DTYPE
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_MS
from data.venues.registry import MARKETS

FIRST_ID = 1_000


class Tape:
    """The trades of one instrument, ids contiguous from ``first_id``."""

    def __init__(self, listed):
        self.listed = listed
        self.first_id = FIRST_ID
        self._lock = Lock()
        self._parts = []
        self._next_id = FIRST_ID
        self._whole = np.zeros(0, TRADE_DTYPE)

    def begin_at(self, trade_id):
        """Number the first trade so; before there is any."""
        assert not self._parts
        self.first_id = self._next_id = trade_id

    def add(self, ts_event_ns, price_ticks, size_lots, aggressor):
        """Append trades given as equal-long sequences in order of time; return their rows."""
        rows = np.zeros(len(ts_event_ns), TRADE_DTYPE)
        # Venues tell milliseconds.
        rows["ts_event_ns"] = np.asarray(ts_event_ns) // NS_PER_MS * NS_PER_MS
        rows["price_ticks"], rows["size_lots"] = price_ticks, size_lots
        rows["aggressor"], rows["fills"] = aggressor, 1
        with self._lock:
            rows["trade_id"] = self._next_id + np.arange(len(rows))
            self._next_id += len(rows)
            self._parts.append(rows)
        return rows

    def rows(self):
        """Every trade so far, TRADE_DTYPE[n]."""
        with self._lock:
            if self._parts:
                self._whole = np.concatenate([self._whole, *self._parts])
                self._parts = []
            return self._whole

    def newest(self, limit):
        return self.rows()[-limit:]

    def page_before(self, trade_id, limit):
        """Up to ``limit`` trades with ids just below ``trade_id``."""
        end = trade_id - self.first_id
        rows = self.rows()
        return rows[max(end - limit, 0) : max(min(end, rows.size), 0)]

    def page_from(self, trade_id, limit):
        """Up to ``limit`` trades from ``trade_id`` on."""
        start = max(trade_id - self.first_id, 0)
        return self.rows()[start : start + limit]

    def bars(self, timeframe, *, end_ms, limit):
        """The last ``limit`` candles that open before ``end_ms``."""
        bars = time_bars(self.rows(), step_ns=TIMEFRAMES_NS[timeframe])
        return bars[bars["open_ns"] < end_ms * NS_PER_MS][-limit:]


class Tapes:
    """All instruments listed on the local exchange: the defaults of every market."""

    def __init__(self):
        self._tapes = {
            listed.id: Tape(listed) for m in MARKETS.values() for listed in m.facts.defaults
        }

    def __iter__(self):
        return iter(self._tapes.values())

    def get(self, venue, kind, symbol):
        """The tape of a symbol, or None when it is not listed."""
        for tape in self._tapes.values():
            found = tape.listed.id
            if (found.venue, found.kind, found.symbol) == (venue, kind, symbol):
                return tape
        return None

    def of(self, venue, kind):
        return [t for t in self if (t.listed.id.venue, t.listed.id.kind) == (venue, kind)]
