"""Make the pictures in docs/: the product itself, on its simulated market.

Run it from the project's folder: ``python -m scripts.screenshots``.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.chart import Chart, Footprint
from tests.support.app import EXPLORER, ROOT, running
from tests.support.chromium import INSTALL, browser, executable

SIZE = {"width": 1680, "height": 980}
LOOKS = {
    "explorer": "vwap,bands,profile,best_quote,liquidations,divergences,cvd,delta,tape,funding",
    "cells": "vwap,profile,footprint_cells(last: 20),stacked,cvd,delta(show: min/max wicks)",
}
TIME_STEPS = 10
BOTH_STEPS = 4


def main() -> None:
    """Start the explorer, look at it, and end it."""
    if executable() is None:
        sys.exit(INSTALL)
    docs = ROOT / "docs"
    docs.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        running(EXPLORER, Path(home)) as server,
        browser() as chromium,
    ):
        page = chromium.new_page(viewport=SIZE)
        chart = Chart(page).open(f"{server.url}/?layers={LOOKS['explorer']}")
        page.mouse.move(0, 0)
        chart.wait_frames(100)  # markers read their past first
        page.screenshot(path=docs / "explorer.png")
        left, right = chart.plot_px()
        page.mouse.click(left + 0.72 * (right - left), chart.middle_y())
        Footprint(page).wait_rows()
        page.mouse.move(left + 0.74 * (right - left), chart.middle_y())
        chart.wait_frames(5)
        page.screenshot(path=docs / "footprint.png")
        chart.open(f"{server.url}/?bars=150&layers={LOOKS['cells']}")
        _zoom_in(chart, page)
        page.mouse.move(0, 0)
        chart.wait_frames(60)
        page.screenshot(path=docs / "cells.png")


def _zoom_in(chart: Chart, page: Page) -> None:
    """Zoom the time up to the newest candles, then both axes around the last price."""
    left, right = chart.plot_px()
    newest = left + 0.995 * (right - left)
    page.mouse.move(newest, chart.middle_y())
    _turn(page, TIME_STEPS)
    chart.wait_frames(2)
    price = page.locator(".ts-mark").evaluate_all(
        "all => all.find(each => each.style.fontWeight === '700').getBoundingClientRect().y"
    )
    page.mouse.move(newest, price)
    page.keyboard.down("Control")
    _turn(page, BOTH_STEPS)
    page.keyboard.up("Control")


def _turn(page: Page, steps: int) -> None:
    for _ in range(steps):
        page.mouse.wheel(0, -120)
        page.wait_for_timeout(60)


if __name__ == "__main__":
    main()
