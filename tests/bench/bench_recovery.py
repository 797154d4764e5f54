"""From a fault to the first fresh message: trades and books of three venues over real sockets.

Every fault is taken as the first in a while (the back-off grows otherwise); the rest of the timing
is the product's. Trades and changes of the book come every STEP_S.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from threading import Event, Thread
from time import monotonic, sleep

import numpy as np

from core.domain.events import Channel, Trades
from data.feeds.deck import Timing
from data.feeds.health import State
from data.venues.registry import MARKETS
from tests.bench.figure import Figure
from tests.exchange.server import Exchange
from tests.support.feed import Trader
from tests.support.live import LiveRun, fill, stir
from tests.support.waiting import until

KEYS = [("binance", "perp"), ("okx", "perp"), ("bybit", "perp")]
TURNS = 6
STEP_S = 0.01
PAUSE_S = 2.2
"""Between two turns: snapshots are asked for no faster than the venues allow in the long run."""
FORGIVING = Timing(stable_s=0.0)


def figures() -> Iterator[Figure]:
    """Cut connections in three ways, and lose a change of each book."""
    listed = {key: MARKETS[key].facts.defaults[0] for key in KEYS}
    with Exchange() as exchange:
        for each in listed.values():
            fill(exchange, each)
        with (
            LiveRun(exchange, *listed.values(), timing=FORGIVING) as run,
            _market(exchange, listed.values()),
        ):
            for each in listed.values():
                _live(run, each)
            for how in ("rst", "fin", "close"):
                yield from _cut(run, listed, how)
            yield from _gap(run, listed)


def _cut(run, listed, how) -> Iterator[Figure]:
    trades, books = [], []
    for _ in range(TURNS):
        sleep(PAUSE_S)
        for key, each in listed.items():
            said, seen, began_s = len(run.health.said), len(run.events), monotonic()
            run.exchange.cut(how, venue=key[0])
            run.reaches(each, State.STALE, channel=Channel.TRADES, after=said)
            run.reaches(each, State.STALE, after=said)
            back = until(lambda each=each, seen=seen: _after_loss(run, each, seen), within_s=20)
            trades.append(back - began_s)
            books.append(_back_s(run, each, said) - began_s)
    yield from _percentiles(f"recovery_{how}_trades", trades)
    yield from _percentiles(f"recovery_{how}_books", books)


def _gap(run, listed) -> Iterator[Figure]:
    waits = []
    for _ in range(TURNS):
        sleep(PAUSE_S)
        for each in listed.values():
            said = len(run.health.said)
            run.exchange.faults.spoil(str(each.id), "drop")
            lost = run.reaches(each, State.STALE, after=said, within_s=20)
            waits.append(_back_s(run, each, said) - lost.at_s)
    yield from _percentiles("recovery_lost_update_books", waits)


def _back_s(run, listed, said):
    """When the book was LIVE again after it was STALE."""
    stale = run.reaches(listed, State.STALE, after=said)
    after = run.health.said.index(stale)
    return run.reaches(listed, State.LIVE, after=after, within_s=20).at_s


def _after_loss(run, listed, seen):
    """When the first trade came that the new connection brought; None = not yet."""
    lost = run.channel(listed, Channel.TRADES)
    if lost.state is not State.LIVE:
        return None
    times = [
        at_s
        for event, at_s in run.events[seen:]
        if isinstance(event, Trades) and event.instrument.id == listed.id
    ]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    return times[gaps.index(max(gaps)) + 1] if gaps else None


@contextmanager
def _market(exchange, listed):
    """Trade, and change every book, until the end."""
    ended = Event()
    traders = [Trader(exchange, each) for each in listed]

    def go_on():
        while not ended.is_set():
            for each, trader in zip(listed, traders, strict=True):
                trader.trade()
                stir(exchange.books[each.id])
            sleep(STEP_S)

    thread = Thread(target=go_on, daemon=True)
    thread.start()
    yield
    ended.set()
    thread.join()


def _live(run, listed):
    for channel in (Channel.TRADES, Channel.BOOK):
        until(
            lambda channel=channel: run.state(listed, channel) is State.LIVE,
            within_s=30,
            what=f"{listed.id} {channel} live",
        )


def _percentiles(name, waits_s) -> Iterator[Figure]:
    p50, p95 = np.percentile(waits_s, [50, 95])
    yield Figure(f"{name}_p50", float(p50) * 1e3, "ms")
    yield Figure(f"{name}_p95", float(p95) * 1e3, "ms")
