"""A live tick of everything the chart can show, with hours of market behind it."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from data.views.explorer import ExplorerSpec
from pages.layers.registry import LAYERS
from pages.layers.shown import shown
from pages.shell.feeds import Feeds
from pages.shell.spec import ChartSpec
from tests.bench.figure import Figure
from tests.support.long_past import PERP, LongPast

HOURS = (1, 4, 24)
TICKS = 200
SPEC = ChartSpec(ExplorerSpec((PERP.id,), "1m", 300), shown(LAYERS, LAYERS, {}))


def figures() -> Iterator[Figure]:
    """Milliseconds from a tenth of a second of trades to the bytes of a frame of everything."""
    for hours in HOURS:
        with TemporaryDirectory() as home:
            past = LongPast(Path(home), hours=hours)
            feed = Feeds(past.run)(SPEC)
            settle(past, feed)
            spent = [tick_ms(past, feed) for _ in range(TICKS)]
            size = len(feed.frame(0))
            past.run.stop()
        yield Figure(f"layers_tick_{hours}h", median(spent), "ms")
        yield Figure(f"layers_tick_{hours}h_worst", max(spent), "ms")
        yield Figure(f"layers_frame_{hours}h", size / 1_000, "kB")


def settle(past, feed, *, ticks=50):
    """Draw until the past is read, and a while more."""
    while b"reading the past" in feed.frame(1):
        pass
    for _ in range(ticks):
        tick_ms(past, feed)


def tick_ms(past, feed):
    past.tick()
    started = perf_counter()
    feed.frame(1)
    return 1_000 * (perf_counter() - started)
