"""Make docs/explorer.png and docs/footprint.png: the product itself, on its simulated market.

Run it from the project's folder: ``python -m scripts.screenshots``.
"""

import sys
import tempfile
from pathlib import Path

from tests.browser.chart import Chart, Footprint
from tests.support.app import EXPLORER, ROOT, running
from tests.support.chromium import INSTALL, browser, executable

SIZE = {"width": 1680, "height": 980}


def main() -> None:
    """Start the explorer, look at it twice, and end it."""
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
        chart = Chart(page).open(server.url)
        page.mouse.move(0, 0)
        chart.wait_frames(20)
        page.screenshot(path=docs / "explorer.png")
        left, right = chart.plot_px()
        page.mouse.click(left + 0.72 * (right - left), chart.middle_y())
        Footprint(page).wait_rows()
        page.mouse.move(left + 0.74 * (right - left), chart.middle_y())
        chart.wait_frames(5)
        page.screenshot(path=docs / "footprint.png")


if __name__ == "__main__":
    main()
