"""Load: a minute of 20,000 messages a second, and 100,000 within one, on the whole product."""

from collections.abc import Iterator
from tempfile import TemporaryDirectory

import numpy as np

from tests.bench.figure import Figure
from tests.support.load import load

RATE = 20_000
SECONDS = 60
BURST = 100_000


def figures() -> Iterator[Figure]:
    """What is held, how far behind the product is, what it costs, and what a tab sees meanwhile."""
    steady = _measure("--blast", str(RATE), "--seconds", str(SECONDS))
    yield from _rows("load_steady", steady)
    rate = steady.sent["messages"] / steady.sent["taken_s"]
    yield Figure("load_steady_rate", rate, "messages/s")
    yield Figure("load_steady_cpu", steady.cpu_s / steady.seconds * 100, "% of a core")
    burst = _measure("--burst", str(BURST))
    yield from _rows("load_burst", burst)


def _measure(*options):
    with TemporaryDirectory() as home, load(home, *options) as run:
        return run.run(within_s=60)


def _rows(name, done):
    missing = wrong = 0
    for each, sent in done.sent["instruments"].items():
        held = done.held["instruments"][each]
        missing += sent["trades"] - held["distinct"] + sent["updates"] - held["applied"]
        wrong += held["book_lots"] != sent["lots"]
    ages = np.array([age for _, age in done.frames if age is not None])
    first, most, _ = done.rss_mb
    yield Figure(f"{name}_messages", done.sent["messages"], "")
    yield Figure(f"{name}_missing", missing, "messages")
    yield Figure(f"{name}_wrong_books", wrong, "")
    behind_s = float("nan") if done.behind_s is None else done.behind_s
    yield Figure(f"{name}_written_after", behind_s, "s")
    yield Figure(f"{name}_most_queued", done.queued, "events")
    yield Figure(f"{name}_frames", len(done.frames) / done.seconds, "1/s")
    yield Figure(f"{name}_age_p50", float(np.percentile(ages, 50)), "ms")
    yield Figure(f"{name}_age_p95", float(np.percentile(ages, 95)), "ms")
    yield Figure(f"{name}_memory_more", most - first, "MB")
