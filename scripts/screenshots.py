"""Make the pictures in docs/: the product itself, on its simulated market.

Run it from the project's folder: ``python -m scripts.screenshots [FOLDER]``; without a folder they
go to docs/. Every page is among them, dark and light, in FOLDER/pages: the list is that of the
browser tests. ``python -m scripts.screenshots FOLDER dashboard tape`` makes only those of pages so
named.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.chart import Chart, Footprint
from tests.browser.test_pages import PAGES
from tests.support.app import EXPLORER, ROOT, running
from tests.support.chromium import INSTALL, browser, executable

SIZE = {"width": 1680, "height": 980}
LAPTOP = {"width": 1366, "height": 768}
THEMES = ("dark", "light")
SETTLED_MS = 6000
"""Boards count what has settled, charts read their past: pictures are of a page that has."""
LOOKS = {
    "explorer": "vwap,bands,profile,best_quote,liquidations,divergences,cvd,delta,tape,funding",
    "cells": "vwap,profile,footprint_cells(last: 20),stacked,cvd,delta(show: min/max wicks)",
}
FRESH = "() => !document.querySelector('.ts-stale')"
PATIENCE_MS = 180_000
TIME_STEPS = 10
BOTH_STEPS = 4


def main(folder: str | None = None, *only: str) -> None:
    """Start the product, look at it, and end it.

    Args:
        folder: where pictures go; None = docs/.
        only: pages by their addresses; none = all of them, and the Explorer's own pictures.
    """
    if executable() is None:
        sys.exit(INSTALL)
    docs = Path(folder) if folder else ROOT / "docs"
    (docs / "pages").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "settings.toml").write_text("tour = false\n", encoding="utf-8")
        with running(EXPLORER, Path(home)) as server, browser() as chromium:
            if not only:
                _explorer(chromium, server.url, docs)
            _pages(chromium, server.url, docs / "pages", only or [each for each in PAGES if each])


def _pages(chromium: Browser, url: str, folder: Path, paths: Sequence[str]) -> None:
    """Take a picture of each page in each theme, as high as a laptop's screen."""
    for theme in THEMES:
        context = chromium.new_context(viewport=LAPTOP, color_scheme=theme)
        page = context.new_page()
        for path in paths:
            page.goto(f"{url}/{path}")
            page.wait_for_selector(f'[data-testid="{PAGES[path]}"]', state="attached")
            page.wait_for_timeout(SETTLED_MS)
            page.wait_for_function(FRESH, timeout=PATIENCE_MS)
            page.screenshot(path=folder / f"{path}-{theme}.png")
        context.close()


def _explorer(chromium: Browser, url: str, docs: Path) -> None:
    """Take the pictures of the Explorer: its layers, an opened candle, footprints in candles."""
    page = chromium.new_page(viewport=SIZE, color_scheme="dark")
    chart = Chart(page).open(f"{url}/?layers={LOOKS['explorer']}")
    page.mouse.move(0, 0)
    chart.wait_frames(100)  # markers read their past first
    page.screenshot(path=docs / "explorer.png")
    left, right = chart.plot_px()
    page.mouse.click(left + 0.72 * (right - left), chart.middle_y())
    Footprint(page).wait_rows()
    page.mouse.move(left + 0.74 * (right - left), chart.middle_y())
    chart.wait_frames(5)
    page.screenshot(path=docs / "footprint.png")
    chart.open(f"{url}/?bars=150&layers={LOOKS['cells']}")
    _zoom_in(chart, page)
    page.mouse.move(0, 0)
    chart.wait_frames(60)
    page.screenshot(path=docs / "cells.png")
    page.close()


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
    main(*sys.argv[1:])
