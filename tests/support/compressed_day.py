"""Days of the whole product on a virtual clock, with their mishaps, and what came of them.

Everything between the socket and the disk is the product's own: runtime, live source, supervisor,
lanes, sockets, sessions, inlets, REST desks, backfill, engine, keepers, recorder and store. Only
the bytes come from elsewhere, and paces that cost time but prove nothing are stretched: how often
the engine looks into its queue, how often rows are flushed and synced.
"""

from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from gc import collect
from random import Random
from threading import active_count
from time import perf_counter
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np
import psutil

from core.domain.arrays import TRADE_DTYPE
from core.domain.events import Channel, Gap, TradeBlock
from core.domain.instrument import Venue
from data.engine import Engine
from data.runtime import Runtime
from data.settings import Settings
from data.store.store import Store
from data.venues.registry import MARKETS
from tests.support.virtual_market import LISTED, NAMES, VirtualMarket, fixed_past
from tests.support.virtual_time import NS, virtual_time
from tests.support.virtual_venues import virtual_venues

HOUR_NS = 3_600 * NS
DAY_NS = 24 * HOUR_NS
START_NS = int(datetime(2026, 3, 1, 11, 55, tzinfo=UTC).timestamp()) * NS
SOURCE = "live"
HELD_NS = 6 * HOUR_NS
"""Of the buffers: a quarter of a day, so that most of the day is trimmed."""
KEEP_DAYS = 2
BINANCE, OKX, BYBIT = NAMES
PAST = next(
    each
    for each in MARKETS[LISTED[BINANCE].id.venue, LISTED[BINANCE].id.kind].facts.defaults
    if str(each.id) != BINANCE
)
"""What was recorded on days before, and is not followed now."""
RESET = "the connection broke (reset by the exchange)"
PACES = {
    "data.engine.BATCH_S": 2.0,
    "data.engine._TRIM_EVERY_S": 5.0,
    "data.store.recorder.FLUSH_S": 60.0,
    "data.store.recorder.SYNC_S": 300.0,
    "data.store.recorder.TIDY_S": 30.0,
}


class Length(NamedTuple):
    """How much passes.

    Attributes:
        trade_s: between two trades of an instrument.
        busy: how many times as fast books and contracts move as they must.
        past_rows: trades that were recorded the day before.
        room_bytes: kept besides those; None = days go by their age alone.
    """

    days: int
    trade_s: float
    busy: float
    past_rows: int
    room_bytes: int | None


class Sample(NamedTuple):
    """What the process was at one hour.

    Attributes:
        rss_mb: without the trades that the venues remember, to be held against what is stored.
        strands: the threads of the product, which live by the virtual clock.
    """

    hour: int
    rss_mb: float
    handles: int
    threads: int
    strands: int


@dataclass
class Days:
    """What came of it.

    Attributes:
        run: the product, ended but readable.
        truth: (instrument, ns) -> (bids, asks) as the venue had them when the book was looked at.
        differed: books that were not live, or not the venue's, when they were looked at.
        told: (instrument, channel) -> rows that the engine told.
        gaps: gaps that the engine told.
        channels: the board at the end.
        status: the recorder's last word.
    """

    run: Any
    venues: Any
    market: Any
    length: Length
    end_ns: int
    samples: list = field(default_factory=list)
    truth: dict = field(default_factory=dict)
    differed: list = field(default_factory=list)
    told: Counter = field(default_factory=Counter)
    gaps: list = field(default_factory=list)
    channels: tuple = ()
    status: Any = None
    took_s: float = 0.0

    @property
    def kept_from_ns(self):
        """The first instant of the days that are kept."""
        return max(START_NS, (self.end_ns // DAY_NS - KEEP_DAYS) * DAY_NS)

    def tell(self, event):
        """Note what the engine accepted; a tap."""
        if isinstance(event, Gap):
            self.gaps.append(event)
            return
        channel = Channel.TRADES if isinstance(event, TradeBlock) else event.channel
        self.told[str(event.instrument.id), channel] += event.rows.size

    def look_at_books(self):
        """Hold every book against the venue's, and remember the venue's."""
        now_ns = self.venues.hub.now_ns
        for name, listed in LISTED.items():
            truth = self.venues.books[listed.id].snapshot()
            held = self.run.engine.tape(listed.id).book
            if str(held.phase) != "live" or sides(held.view(1_000)) != (truth.bids, truth.asks):
                self.differed.append((name, now_ns, str(held.phase), held.reason))
            self.truth[name, now_ns] = truth.bids, truth.asks

    def look_at_process(self, hour):
        """Note what it takes."""
        collect()
        process = psutil.Process()
        strands = len(self.venues.hub.strands)
        remembered = sum(tape.rows().nbytes for tape in self.venues.tapes)
        rss_mb = (process.memory_info().rss - remembered) / 1e6
        self.samples.append(Sample(hour, rss_mb, process.num_fds(), active_count(), strands))


def sides(view):
    """(bids, asks) of a view as lists of (ticks, lots), best first."""
    bids = zip(view.bid_ticks.tolist(), view.bid_lots.tolist(), strict=True)
    asks = zip(view.ask_ticks.tolist(), view.ask_lots.tolist(), strict=True)
    return list(bids), list(asks)


def mishaps(venues, market):
    """(hours after the start of a day, seconds that it lasts, what happens)."""

    def drop(name):
        venues.faults.spoil(name, "drop")
        market.stir(name)

    return (
        (1.1, 30, lambda: venues.cut(Venue.OKX, RESET, out_s=30)),
        (3.1, 1, lambda: drop(BINANCE)),
        (5.1, 1, lambda: drop(BYBIT)),
        (7.1, 1, lambda: drop(OKX)),
        (9.1, 900, lambda: venues.cut(Venue.BYBIT, RESET, out_s=900)),
        (14.1, 60, lambda: venues.announce_restart(Venue.OKX)),
    )


def ends_of_age(days):
    """When the product replaces Binance's connections: a minute before they are a day old."""
    return [START_NS + day * DAY_NS - 60 * NS * day for day in range(1, days + 1)]


def fill_the_past(home, rows):
    """Record two days before the start, one too old to be kept; return their bytes."""
    store, rng = Store(home / "recordings"), np.random.default_rng(3)
    for back, count in ((3, 1_000), (1, rows)):
        made = np.zeros(count, TRADE_DTYPE)
        day_ns = START_NS // DAY_NS * DAY_NS - back * DAY_NS
        made["ts_event_ns"] = made["ts_recv_ns"] = day_ns + np.sort(rng.integers(0, HOUR_NS, count))
        made["trade_id"] = np.arange(count)
        made["price_ticks"] = rng.integers(1, 2**30, count)
        made["size_lots"] = rng.integers(1, 2**60, count)
        made["aggressor"], made["fills"] = 1, 1
        store.append(SOURCE, PAST, "aggTrade", made)
    store.seal()
    size = sum(each.bytes for each in store.recordings(SOURCE))
    store.close()
    return size


@contextmanager
def compressed_days(home, length):
    """Live through the days and a quarter of an hour; give what came of it."""
    began_s = perf_counter()
    past_bytes = fill_the_past(home, length.past_rows)
    room = length.room_bytes
    settings = Settings(
        home=home,
        source=SOURCE,
        instruments=tuple(each.id for each in LISTED.values()),
        retain_days=KEEP_DAYS,
        retain_gb=None if room is None else (past_bytes + room) / 1e9,
    )
    with ExitStack() as stack:
        for name, seconds in PACES.items():
            stack.enter_context(patch(name, seconds))
        hub = stack.enter_context(virtual_time(START_NS))
        venues = stack.enter_context(virtual_venues(hub))
        stack.enter_context(patch("data.feeds.supervisor.Random", lambda: Random(1)))
        fixed_past(venues, START_NS)
        market = VirtualMarket(hub, venues, trade_s=length.trade_s, busy=length.busy)
        run = Runtime(settings)
        run.engine = Engine(max_age_ns=HELD_NS)
        end_ns = START_NS + length.days * DAY_NS + HOUR_NS // 4
        days = Days(run, venues, market, length, end_ns)
        _pass(hub, days)
        days.took_s = perf_counter() - began_s
        yield days
        run.stop()
        assert not hub.strands


def _pass(hub, days):
    run, length = days.run, days.length
    run.start()
    hub.run_until(START_NS + NS // 100)
    run.engine.tap(run.recorder, days.tell)
    for day in range(length.days):
        for hours, _, happen in mishaps(days.venues, days.market):
            hub.at(START_NS + day * DAY_NS + round(hours * HOUR_NS), happen)
    for hour in range(24 * length.days):
        hub.run_until(START_NS + hour * HOUR_NS + HOUR_NS // 2)
        run.engine.settle()
        days.look_at_books()
        days.look_at_process(hour)
    hub.run_until(days.end_ns)
    days.market.is_open = False
    run.engine.settle()
    days.look_at_books()
    days.channels = run.health.snapshot()
    run.source.stop()
    run.engine.settle()
    run.recorder.stop()
    days.status = run.recorder.status()
