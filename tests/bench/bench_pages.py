"""What a page costs: server CPU, bytes, frames and latency, three coins at three venues.

Each live page is opened on the simulated market in a tab of its own; what the server takes without
a tab is measured first, in the same process. Pages made of boards alone are measured a second time
with their boards drawn by ``st.html`` in a 250 ms fragment.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import numpy as np
import psutil

from tests.bench.figure import Figure
from tests.support import chromium
from tests.support.app import EXPLORER, ROOT, SIMULATED, running

PAGES = ("", "dashboard", "context", "depth", "tape", "alerts")
BOARDS = ("dashboard", "tape")
SECONDS = 15
WARM_MS = 8_000
SETTLE_S = 40
"""A start compiles kernels and makes hours of history before it is idle."""
_SIZE = {"width": 1366, "height": 768}
_OURS = '[data-testid="live-chart"][data-frames], [data-testid="first-figure"][data-frames]'
_ORDINARY = (("run", str(ROOT / "tests" / "browser" / "rival_page.py")), ".stamp")
_WATCH = """(selector) => {
  const m = window.__m = [];
  const root = document.querySelector(selector);
  new MutationObserver(() => m.push(Number(root.dataset.latencyMs))).observe(
    root, {attributes: true, attributeFilter: ['data-frames']});
}"""
_WATCH_ORDINARY = """() => {
  const m = window.__m = [];
  let last = null;
  const look = () => {
    const stamp = document.querySelector('.stamp');
    const now = stamp && stamp.parentElement.innerHTML;
    if (now && now !== last) {
      last = now;
      m.push(Date.now() - Number(stamp.dataset.stamp));
    }
    requestAnimationFrame(look);
  };
  look();
}"""


def figures() -> Iterator[Figure]:
    """What each page costs, and what it would cost the ordinary way."""
    if chromium.executable() is None:
        return
    with _market(EXPLORER) as (server, browser):
        for page in PAGES:
            found = _opened(server, browser, f"{server.url}/{page}", _OURS, _WATCH)
            yield from _rows(f"page_{page or 'explorer'}", found)
    for page in BOARDS:
        with _market(EXPLORER) as (server, browser):
            ours = _opened(server, browser, f"{server.url}/{page}", _OURS, _WATCH)
        command, ready = _ORDINARY
        with _market(command, {"RIVAL_PAGE": page}) as (server, browser):
            other = _opened(server, browser, server.url, ready, _WATCH_ORDINARY)
        yield from _rows(f"st_html_{page}", other)
        ratio = other["p95_ms"] / ours["p95_ms"]
        yield Figure(f"page_{page}_p95_vs_st_html", ratio, "x lower")
        yield Figure(f"page_{page}_cpu_vs_st_html", other["cpu"] / ours["cpu"], "x less")


def _rows(name, found):
    yield Figure(f"{name}_frames", found["frames_per_s"], "1/s")
    yield Figure(f"{name}_server_cpu", 100 * found["cpu"], "% of a core")
    yield Figure(f"{name}_bytes", found["bytes_per_s"] / 1e3, "kB/s")
    yield Figure(f"{name}_p50", found["p50_ms"], "ms")
    yield Figure(f"{name}_p95", found["p95_ms"], "ms")
    yield Figure(f"{name}_first_figures", found["first_s"], "s")


@contextmanager
def _market(command, environment=None):
    with (
        TemporaryDirectory() as home,
        running(command, home, SIMULATED | (environment or {})) as server,
        chromium.browser() as browser,
    ):
        time.sleep(SETTLE_S)
        yield server, browser


def _opened(server, browser, url, ready, watch):
    page = browser.new_page(viewport=_SIZE)
    sizes = []

    def note(payload):
        sizes.append(len(payload))

    page.on("websocket", lambda each: each.on("framereceived", note))
    idle = _busy(server.process, page)
    started = time.monotonic()
    page.goto(url)
    page.wait_for_selector(ready, state="attached", timeout=60_000)
    first_s = time.monotonic() - started
    page.wait_for_timeout(WARM_MS)
    page.evaluate(watch, ready)
    sizes.clear()
    started = time.monotonic()
    cpu = _busy(server.process, page) - idle
    spent = time.monotonic() - started
    size = sum(sizes)
    latencies = np.array(page.evaluate("() => window.__m"), float)
    page.close()
    if latencies.size < SECONDS:
        msg = f"{url} drew {latencies.size} frames in {SECONDS} s"
        raise RuntimeError(msg)
    p50, p95 = np.percentile(latencies, [50, 95])
    return {
        "frames_per_s": latencies.size / spent,
        "cpu": cpu,
        "bytes_per_s": size / spent,
        "p50_ms": float(p50),
        "p95_ms": float(p95),
        "first_s": first_s,
    }


def _busy(process, page):
    before, started = _cpu_s(process), time.monotonic()
    page.wait_for_timeout(SECONDS * 1_000)
    return (_cpu_s(process) - before) / (time.monotonic() - started)


def _cpu_s(process):
    times = psutil.Process(process.pid).cpu_times()
    return times.user + times.system
