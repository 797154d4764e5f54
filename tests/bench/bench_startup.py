"""From the command to the first painted chart, beside ``streamlit hello`` in the same run."""

import time
from collections.abc import Iterator
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench.figure import Figure
from tests.support import chromium
from tests.support.app import EXPLORER, running

ROUNDS = 3
_CHART = '[data-testid="live-chart"][data-frames]:not([data-frames="0"])'
_HELLO = '[data-testid="stMarkdown"] h1, h1'


def figures() -> Iterator[Figure]:
    """Start each of the two ROUNDS times, in turn, on a fresh workspace."""
    if chromium.executable() is None:
        return
    ours, hello = [], []
    for _ in range(ROUNDS):
        ours.append(_seconds(EXPLORER, _CHART))
        hello.append(_seconds(("hello",), _HELLO))
    yield Figure("startup_first_chart", median(ours), "s")
    yield Figure("startup_streamlit_hello", median(hello), "s")
    yield Figure("startup_vs_hello", median(ours) / median(hello), "x")


def _seconds(command, selector):
    with TemporaryDirectory() as home, chromium.browser() as browser:
        page = browser.new_page()
        started = time.monotonic()
        with running(command, home) as server:
            page.goto(server.url)
            page.wait_for_selector(selector, timeout=60_000)
            return time.monotonic() - started
