"""Event to pixel: from a trade's bytes to the paint that shows it, beside the ordinary way.

The local exchange trades one instrument from a process of its own; the explorer and an app that
draws the same figure with ``st.plotly_chart`` in a 250 ms fragment follow it in turn.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import psutil

from tests.bench.figure import Figure
from tests.support import chromium
from tests.support.app import EXPLORER, ROOT, SIMULATED, running

RATES = (1_000, 10_000)
SECONDS = 20
WARM_MS = 8_000
TABS = 4
_INSTRUMENT = "binance.perp.BTCUSDT"
_ORDINARY = ("run", str(ROOT / "tests" / "browser" / "rival_app.py"))

_WATCHEXPLORER = """() => {
  const root = document.querySelector('[data-testid="live-chart"]');
  const m = window.__m = {latencies: [], nodes: new Set([root.querySelector('.js-plotly-plot')])};
  new MutationObserver(() => {
    m.latencies.push(Number(root.dataset.latencyMs));
    m.nodes.add(document.querySelector('.js-plotly-plot'));
  }).observe(root, {attributes: true, attributeFilter: ['data-frames']});
}"""
_WATCH_ORDINARY = """() => {
  const m = window.__m = {latencies: [], nodes: new Set()};
  let last = null;
  const look = () => {
    const plot = document.querySelector('.js-plotly-plot');
    if (plot) m.nodes.add(plot);
    const title = plot && plot.querySelector('.gtitle');
    const text = title && title.textContent;
    if (text && text !== last) {
      last = text;
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => m.latencies.push(Date.now() - Number(text.split('|')[1]));
        channel.port2.postMessage(0);
      });
    }
    requestAnimationFrame(look);
  };
  look();
}"""
_READ = "() => ({latencies: window.__m.latencies, nodes: window.__m.nodes.size})"


def figures() -> Iterator[Figure]:
    """Latency, frames and remounts at each rate, and what one tab more costs the server."""
    if chromium.executable() is None:
        return
    for rate in RATES:
        with _exchange(rate) as endpoints:
            ours = _measure(EXPLORER, _WATCHEXPLORER, "[data-frames]", endpoints)
            other = _measure(_ORDINARY, _WATCH_ORDINARY, ".gtitle", endpoints)
        yield from _rows(f"live_{rate}", ours)
        yield from _rows(f"plotly_chart_{rate}", other)
        ratio = other["p95_ms"] / ours["p95_ms"]
        yield Figure(f"live_{rate}_p95_vs_plotly_chart", ratio, "x lower")
    yield from _cost_per_tab()


def _rows(name, found):
    yield Figure(f"{name}_p50", found["p50_ms"], "ms")
    yield Figure(f"{name}_p95", found["p95_ms"], "ms")
    yield Figure(f"{name}_frames", found["frames_per_s"], "1/s")
    yield Figure(f"{name}_remounts", found["nodes"] - 1, "")
    yield Figure(f"{name}_server_cpu", found["cpu_share"] * 100, "% of a core")


@contextmanager
def _exchange(rate):
    command = [sys.executable, "-m", "tests.exchange", "--rate", str(rate), "--seconds", "300"]
    command += ["--only", _INSTRUMENT, "--hours", "6"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        lines = iter(process.stdout.readline, "ready\n")
        yield dict(line.strip().split("=", 1) for line in lines)
        process.terminate()


def _measure(command, watch, ready, endpoints):
    with _followed(command, endpoints) as (process, page):
        page.wait_for_selector(ready, timeout=60_000)
        page.wait_for_timeout(WARM_MS)
        page.evaluate(watch)
        before, started = _cpu_s(process), time.monotonic()
        page.wait_for_timeout(SECONDS * 1_000)
        spent = time.monotonic() - started
        cpu_share = (_cpu_s(process) - before) / spent
        found = page.evaluate(_READ)
    latencies = np.array(found["latencies"], float)
    if latencies.size < SECONDS:
        msg = f"{command[-1]} drew {latencies.size} frames in {SECONDS} s"
        raise RuntimeError(msg)
    p50, p95 = np.percentile(latencies, [50, 95])
    return {
        "p50_ms": float(p50),
        "p95_ms": float(p95),
        "frames_per_s": latencies.size / spent,
        "nodes": found["nodes"],
        "cpu_share": cpu_share,
    }


@contextmanager
def _followed(command, environment):
    with TemporaryDirectory() as home, chromium.browser() as browser:
        (Path(home) / "settings.toml").write_text(f'instruments = ["{_INSTRUMENT}"]\n')
        with running(command, home, environment) as server:
            page = browser.new_page(viewport={"width": 1500, "height": 900})
            page.goto(server.url)
            yield server.process, page


def _cost_per_tab():
    """Server CPU with one tab and with TABS tabs on one view of the simulated market."""
    with _followed(EXPLORER, SIMULATED) as (process, page):
        page.wait_for_selector("[data-frames]", timeout=60_000)
        page.wait_for_timeout(WARM_MS)
        alone = _busy(process, page)
        others = [page.context.browser.new_page() for _ in range(TABS - 1)]
        for other in others:
            other.goto(page.url)
            other.wait_for_selector("[data-frames]", timeout=60_000)
        page.wait_for_timeout(WARM_MS)
        together = _busy(process, page)
    yield Figure("live_server_cpu_one_tab", alone * 100, "% of a core")
    extra = (together - alone) / (TABS - 1)
    yield Figure("live_server_cpu_each_further_tab", extra * 100, "% of a core")


def _busy(process, page, seconds=10):
    before, started = _cpu_s(process), time.monotonic()
    page.wait_for_timeout(seconds * 1_000)
    return (_cpu_s(process) - before) / (time.monotonic() - started)


def _cpu_s(process):
    times = psutil.Process(process.pid).cpu_times()
    return times.user + times.system
