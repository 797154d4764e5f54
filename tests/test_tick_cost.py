"""One live tick of everything switched on costs no more after a day than after an hour."""

import sys
from statistics import median
from time import perf_counter

import pytest

from data.views.explorer import ExplorerSpec
from pages.layers.registry import LAYERS
from pages.layers.shown import shown
from pages.shell.feeds import Feeds
from pages.shell.spec import ChartSpec
from tests.support.long_past import PERP, LongPast

# An hour of bars, so that both draw the same: only what lies behind them differs.
SPEC = ChartSpec(ExplorerSpec((PERP.id,), "1m", 60), shown(LAYERS, LAYERS, {}))
HOURS = (1, 24)
TRIES = 4
TICKS = 60


@pytest.fixture(scope="module")
def feeds(tmp_path_factory):
    """{hours: (market, feed)}, each with its past read."""
    found = {hours: LongPast(tmp_path_factory.mktemp("home"), hours=hours) for hours in HOURS}
    feeds = {hours: (past, Feeds(past.run)(SPEC)) for hours, past in found.items()}
    for past, feed in feeds.values():
        while b"reading the past" in feed.frame(1):
            pass
        for _ in range(TICKS):
            tick_ms(past, feed)
    yield feeds
    for past in found.values():
        past.run.stop()


def tick_ms(past, feed):
    past.tick()
    started = perf_counter()
    feed.frame(1)
    return 1_000 * (perf_counter() - started)


@pytest.mark.timeout(300)
def test_a_tick_of_everything_costs_as_much_after_a_day_as_after_an_hour(feeds, capsys):
    ratios = []
    while len(ratios) < TRIES and min(ratios, default=9) > 1.5:
        spent = {hours: [] for hours in HOURS}
        for _ in range(TICKS):  # in turn, so that a busy machine slows both
            for hours in HOURS:
                spent[hours].append(tick_ms(*feeds[hours]))
        costs = {hours: median(each) for hours, each in spent.items()}
        ratios.append(costs[24] / costs[1])
    with capsys.disabled():
        words = ", ".join(f"{hours} h {cost:.1f} ms" for hours, cost in costs.items())
        sys.stdout.write(f"\na live tick of all {len(LAYERS)} layers: {words}\n")
    assert min(ratios) <= 1.5
