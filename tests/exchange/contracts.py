"""What is said of the perpetuals on the local exchange: mark, index, funding, open interest."""

import time
from decimal import Decimal
from threading import Lock

from core.domain.instrument import MarketKind
from data.venues.registry import MARKETS

HOUR_MS = 3_600_000
_DEPTH_OF_PAST = 500
_STEP_MS = 300_000


class Contract:
    """One perpetual.

    Attributes:
        mark, index: quote coins.
        funding_rate: of one interval, a fraction.
        interval_h: between two fundings.
        next_funding_ms: when the rate is paid next.
        open_interest: base coins, one side of the contracts.
        past: (ms, base coins) of past open interest, oldest first; None = made up from the present.
        following: liquidations so far, for the numbers of frames.
    """

    FIELDS = ("mark", "index", "funding_rate", "interval_h", "next_funding_ms", "open_interest")

    def __init__(self, listed, send):
        self.listed = listed
        self.mark = self.index = 100.0
        self.funding_rate = 0.0001
        self.interval_h = 8
        now_ms = time.time_ns() // 1_000_000
        self.next_funding_ms = (now_ms // (8 * HOUR_MS) + 1) * 8 * HOUR_MS
        self.open_interest = 5_000.0
        self.past = None
        self.ts_ms = now_ms
        self._send = send
        self._lock = Lock()
        self._changed = set()

    def change(self, **fields):
        """Set some of FIELDS; nobody hears of it before ``push``."""
        with self._lock:
            for name, value in fields.items():
                assert name in self.FIELDS
                setattr(self, name, value.item() if hasattr(value, "item") else value)
                self._changed.add(name)

    def push(self, *, ts_ns=None):
        """Send what changed since the last push (Binance: all that its one stream tells)."""
        with self._lock:
            changed, self._changed = self._changed, set()
        self.ts_ms = (ts_ns or time.time_ns()) // 1_000_000
        self._send("contract", self, changed)

    def open_interest_past(self, limit):
        """The newest ``limit`` of (ms, base coins), five minutes apart, oldest first."""
        past = self.past
        if past is None:
            last_ms = time.time_ns() // 1_000_000 // _STEP_MS * _STEP_MS
            past = [
                (last_ms - back * _STEP_MS, self.open_interest * (1 + (back * 7 % 11 - 5) / 1_000))
                for back in range(_DEPTH_OF_PAST)
            ][::-1]
        return past[-limit:]


class Contracts:
    """Every listed perpetual."""

    def __init__(self, send):
        self._contracts = {
            each.id: Contract(each, send)
            for market in MARKETS.values()
            for each in market.facts.defaults
            if each.id.kind is MarketKind.PERP
        }

    def __iter__(self):
        return iter(self._contracts.values())

    def __getitem__(self, instrument_id):
        return self._contracts[instrument_id]

    def get(self, venue, symbol):
        """The perpetual of a symbol, or None when it is not listed."""
        for found, contract in self._contracts.items():
            if (found.venue, found.symbol) == (venue, symbol):
                return contract
        return None


def plain(value, decimals=None):
    """A number as the decimal text that it was written as, or with so many decimals."""
    return f"{Decimal(repr(value)):f}" if decimals is None else f"{value:.{decimals}f}"
