"""Books over real sockets while the exchange misbehaves: LIVE is true, or it is not said."""

import random
import time
from contextlib import contextmanager
from threading import Lock

import pytest

from core.domain.instrument import Venue
from data.feeds.health import State
from data.venues.registry import MARKETS
from data.venues.sync import Phase
from tests.exchange.books import ASK, BID
from tests.exchange.generator import Generator
from tests.exchange.server import Exchange
from tests.support.live import LiveRun
from tests.support.waiting import until

BTC = [market.facts.defaults[0] for market in MARKETS.values()]
SECONDS = 12
DEEP = 10_000
UNAVAILABLE = {
    "busy": (429, {"Retry-After": "1"}, '{"code":-1003,"msg":"Too many requests"}'),
    "down": (503, {}, ""),
    "page": (200, {"Content-Type": "text/html"}, "<html>maintenance</html>"),
}
DEPTHS = ("/api/v3/depth", "/fapi/v1/depth", "/api/v5/market/books")


class Oracle:
    """Every state that a book of the exchange was in, by the number of its newest update.

    Bybit's numbers are those of a depth, not of the book: there any state counts.
    """

    def __init__(self, book):
        self._book = book
        self._lock = Lock()
        self._states = set()
        self._take_over = book.take_over
        book.take_over = self._watched

    def knows(self, view):
        """Whether the exchange's book was ever what ``view`` is, and under this number."""
        bids = zip(view.bid_ticks.tolist(), view.bid_lots.tolist(), strict=True)
        asks = zip(view.ask_ticks.tolist(), view.ask_lots.tolist(), strict=True)
        with self._lock:
            return self._state(view.last_id, bids, asks) in self._states

    def _watched(self, changed, ts_ms):
        diff = self._take_over(changed, ts_ms)
        told = self._book.told
        with self._lock:
            self._states.add(self._state(diff.last_id, told[BID].items(), told[ASK].items()))
        return diff

    def _state(self, number, bids, asks):
        counted = self._book.listed.id.venue is not Venue.BYBIT
        return number if counted else 0, frozenset(bids), frozenset(asks)


@contextmanager
def market(seed):
    """A living exchange."""
    with Exchange() as exchange:
        only = [str(each.id) for each in BTC]
        generator = Generator(exchange, rate=60, diffs=120, seed=seed, only=only)
        generator.fill_history(hours=0.02)
        generator.start()
        try:
            yield exchange
        finally:
            generator.stop()


def mend(exchange):
    """Let it behave again."""
    exchange.faults.heal()
    for switched in ("rest", "no_snapshot", "too_old"):
        getattr(exchange.faults, switched).clear()


def misbehave(exchange, rng):
    """Do one wrong thing."""
    listed = rng.choice(BTC)
    book, faults = exchange.books[listed.id], exchange.faults
    okx = listed.id.venue is Venue.OKX
    wrongs = [
        lambda: faults.spoil(str(listed.id), rng.choice(["drop", "repeat", "swap", "cut"])),
        lambda: faults.spoil(str(listed.id), "drop", count=rng.randrange(2, 6)),
        book.repush,
        book.restart,
        lambda: exchange.cut(rng.choice(["rst", "fin"]), venue=listed.id.venue),
        lambda: faults.too_old.update({str(listed.id): 2}),
        lambda: faults.no_snapshot.update({str(listed.id)} if okx else ()),
        lambda: faults.rest.update({rng.choice(DEPTHS): rng.choice([*UNAVAILABLE.values()])}),
        faults.rest.clear,
        faults.no_snapshot.clear,
    ]
    rng.choices(wrongs, weights=[6, 2, 2, 1, 1, 2, 1, 1, 2, 2])[0]()


@pytest.mark.timeout(180)
def test_a_live_book_is_always_one_that_the_exchange_had_and_all_are_live_in_the_end():
    seed = random.randrange(2**32)
    words = f"seed {seed}"
    rng = random.Random(seed)
    seen = dict.fromkeys((each.id for each in BTC), 0)
    with market(seed) as exchange:
        oracles = {each.id: Oracle(exchange.books[each.id]) for each in BTC}
        with LiveRun(exchange, *BTC) as run:
            until(lambda: all(run.state(each) is State.LIVE for each in BTC), within_s=20)
            ends_s = time.monotonic() + SECONDS
            while time.monotonic() < ends_s:
                misbehave(exchange, rng)
                for each in BTC:
                    seen[each.id] += is_true(run, each, oracles[each.id], words)
                time.sleep(0.05)
            mend(exchange)
            until(
                lambda: all(is_true(run, each, oracles[each.id], words) for each in BTC),
                within_s=60,
                what=f"live books after everything was mended ({words})",
            )
            lost = sum(run.engine.tape(each.id).book.lost for each in BTC)
    assert lost > 5, words
    assert all(count > 5 for count in seen.values()), (seen, words)


def is_true(run, listed, oracle, words):
    """Whether a book is live; a live one that the exchange never had is an error."""
    book = run.engine.tape(listed.id).book
    before = book.phase
    view = book.view(DEEP)
    if not (before is book.phase is Phase.LIVE):
        return False
    assert oracle.knows(view), f"{listed.id} at {view.last_id} ({words})"
    return True
