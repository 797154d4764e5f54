"""What happens on three instruments of three venues, hour after hour: trades, books, contracts."""

from random import Random

from core.domain.instrument import MarketKind
from data.venues.registry import MARKETS
from tests.exchange.books import ASK, BID
from tests.support.virtual_time import NS

NAMES = ("binance.perp.BTCUSDT", "okx.perp.BTC-USDT-SWAP", "bybit.spot.BTCUSDT")
LISTED = {
    str(each.id): each
    for market in MARKETS.values()
    for each in market.facts.defaults
    if str(each.id) in NAMES
}
DEPTH = 30
BOOK_S = 4.0
"""Below the silence of a book that is suspect."""
CONTRACT_S = 14.0
EIGHT_HOURS_MS = 8 * 3_600_000


class VirtualMarket:
    """Moves the venues by the clock.

    Attributes:
        funding: instrument -> [(when it is paid, in ns, and its rate)] as the venues said it.
        liquidated: instrument -> when somebody was, in ns.
        is_open: while it is not, nothing happens.
    """

    def __init__(self, hub, venues, *, trade_s, busy=1, seed=1):
        """Make one.

        Args:
            trade_s: between two trades of an instrument.
            busy: how many times as fast books move as they must.
        """
        self.hub = hub
        self.venues = venues
        self.funding = {}
        self.liquidated = {}
        self.is_open = True
        self._rng = Random(seed)
        self._mid = dict.fromkeys(NAMES, 900_000)
        for at, name in enumerate(NAMES):
            listed = LISTED[name]
            self._fill(name, venues.books[listed.id])
            first_s = 1 + at / len(NAMES)
            self._every(trade_s, self._trade, name, first_s)
            self._every(BOOK_S / busy, self._move, name, first_s)
            if listed.id.kind is MarketKind.PERP:
                self._tell(name)
                self._every(CONTRACT_S / busy, self._tell, name, first_s)
                self._every(600.0, self._liquidate, name, first_s)

    def _every(self, seconds, happen, name, first_s):
        self.hub.every(seconds, lambda: happen(name) if self.is_open else None, first_s=first_s)

    def stir(self, name):
        """Move a book twice within a second, besides its usual pace."""
        self._move(name)
        self.hub.at(self.hub.now_ns + NS, lambda: self._move(name))

    def _fill(self, name, book):
        for away in range(1, DEPTH + 1):
            book.change(BID, self._mid[name] - away, 10 + away)
            book.change(ASK, self._mid[name] + away, 10 + away)
        book.push(ts_ns=self.hub.now_ns)

    def _trade(self, name):
        random = self._rng.random
        side = 1 if random() < 0.5 else -1
        self.venues.trade(LISTED[name], self._mid[name] + side, 1 + int(random() * 900), side)

    def _move(self, name):
        """Change the best sizes and one deeper; now and then the price moves by a tick."""
        random, mid = self._rng.random, self._mid[name]
        book = self.venues.books[LISTED[name].id]
        if random() < 0.2:
            step = 1 if random() < 0.5 else -1
            gone, fresh = (ASK, BID) if step > 0 else (BID, ASK)
            book.change(gone, mid + step, 0)
            book.change(gone, mid + step * (DEPTH + 1), 5)
            book.change(fresh, mid, 5)
            book.change(fresh, mid - step * DEPTH, 0)
            mid = self._mid[name] = mid + step
        for side, sign in ((BID, -1), (ASK, 1)):
            book.change(side, mid + sign, 1 + int(random() * 900))
            book.change(side, mid + sign * (2 + int(random() * (DEPTH - 2))), int(random() * 900))
        book.push(ts_ns=self.hub.now_ns)

    def _tell(self, name):
        now_ns = self.hub.now_ns
        contract = self.venues.contracts[LISTED[name].id]
        next_ms = (now_ns // 1_000_000 // EIGHT_HOURS_MS + 1) * EIGHT_HOURS_MS
        if contract.next_funding_ms != next_ms or name not in self.funding:
            rate = round(0.0001 + self._rng.random() * 1e-4, 8)
            self.funding.setdefault(name, []).append((next_ms * 1_000_000, rate))
            contract.change(next_funding_ms=next_ms, funding_rate=rate)
        noise = self._rng.random()
        contract.change(
            mark=round(90_000 + noise, 4),
            index=round(90_000 - noise, 4),
            funding_rate=contract.funding_rate,
            open_interest=round(5_000 + noise, 3),
        )
        contract.push(ts_ns=now_ns)

    def _liquidate(self, name):
        listed = LISTED[name]
        now_ms = self.hub.now_ns // 1_000_000
        self.liquidated.setdefault(name, []).append(now_ms * 1_000_000)
        position = "long" if self._rng.random() < 0.5 else "short"
        facts = (position, self._mid[name], 1 + int(self._rng.random() * 900), now_ms)
        self.venues.pushing.liquidation(listed, *facts)


def fixed_past(venues, start_ns):
    """Let open interest have a past that does not ask what time it is."""
    for contract in venues.contracts:
        contract.past = [(start_ns // 1_000_000 - 300_000, 5_000.0)]
