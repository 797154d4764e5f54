"""The live chart as a test sees it: by its hooks, never by its insides."""

import time

from pages.layers.registry import FIRST_SHOWN
from tests.support.waiting import until


def soon(page, condition, *, what="the condition"):
    """Wait for a condition while the page goes on."""
    return until(lambda: page.wait_for_timeout(30) or condition(), within_s=45, what=what)


class Chart:
    def __init__(self, page):
        self.page = page
        self.root = page.locator('[data-testid="live-chart"]')

    def open(self, url):
        """Open a page, with the layers of the first start unless the address names others."""
        if "layers=" not in url:
            # What another test chose is remembered.
            url += f"{'&' if '?' in url else '/?'}layers={','.join(FIRST_SHOWN.layers)}"
        self.page.goto(url)
        self.wait_frames(3)
        return self

    def switch(self, layer):
        """Return the toggle of a layer, its group unfolded."""
        group = self.page.locator("details").filter(has_text=layer.group)
        if group.get_attribute("open") is None:
            group.locator("summary").click()
        return group.get_by_text(layer.title, exact=True)

    def data(self):
        return self.root.evaluate("root => ({...root.dataset})")

    def frames(self):
        return int(self.data().get("frames", 0))

    def wait_frames(self, more, *, within_s=60.0):
        self.root.wait_for(state="attached")
        wanted = self.frames() + more
        until(lambda: self._reached(wanted), within_s=within_s, what=f"{more} more frames")

    def _reached(self, wanted):
        self.page.wait_for_timeout(20)
        return self.frames() >= wanted

    def frames_per_s(self, seconds):
        before, started = self.frames(), time.monotonic()
        self.page.wait_for_timeout(1000 * seconds)
        return (self.frames() - before) / (time.monotonic() - started)

    def range_ns(self):
        return [int(each) for each in self.data()["rangeNs"].split(",")]

    def plot_px(self):
        """Left and right edge of the plot area, in pixels of the page."""
        left = self.root.bounding_box()["x"]
        return [left + float(each) for each in self.data()["plotPx"].split(",")]

    def middle_y(self):
        box = self.root.bounding_box()
        return box["y"] + 0.35 * box["height"]

    def px_of(self, ns):
        (from_ns, to_ns), (left, right) = self.range_ns(), self.plot_px()
        return left + (ns - from_ns) / (to_ns - from_ns) * (right - left)

    def ns_of(self, px):
        (from_ns, to_ns), (left, right) = self.range_ns(), self.plot_px()
        return from_ns + (px - left) / (right - left) * (to_ns - from_ns)

    def click_candle(self, part=0.5):
        """Click so far across the plot; return the footprint, which may still be on its way."""
        left, right = self.plot_px()
        self.page.mouse.click(left + part * (right - left), self.middle_y())
        return Footprint(self.page)

    def trace_names(self):
        return self.root.evaluate(
            "root => root.querySelector('.js-plotly-plot').data.map(trace => trace.name)"
        )

    def remember_node(self):
        self.page.evaluate(
            "() => { window.__node = document.querySelector("
            "'[data-testid=\"live-chart\"] .js-plotly-plot'); }"
        )

    def is_same_node(self):
        return self.page.evaluate(
            "() => window.__node.isConnected && window.__node === document.querySelector("
            "'[data-testid=\"live-chart\"] .js-plotly-plot')"
        )


class Footprint:
    def __init__(self, page):
        self.page = page
        self.root = page.locator('[data-testid="footprint"]')

    def data(self):
        if not self.root.count():
            return {}
        return self.root.evaluate("root => ({...root.dataset})")

    def bar_ns(self):
        return int(self.data().get("barNs", 0))

    def wait_rows(self, bar_ns=None, *, within_s=10.0):
        """Wait until rows are drawn (of that bar)."""

        def drawn():
            self.page.wait_for_timeout(20)
            data = self.data()
            right = bar_ns is None or data.get("barNs") == str(bar_ns)
            return right and int(data.get("rows", 0))

        return until(drawn, within_s=within_s, what=f"a footprint of {bar_ns or 'any bar'}")
