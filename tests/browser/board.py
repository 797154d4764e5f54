"""A page's board as a test sees it: by its hooks, never by its insides."""

import time

from tests.support.waiting import until

ROOT = '[data-testid="first-figure"]'
_READINGS, _READING_MS = 3, 3_000


def frames_per_s(page, name):
    """The best of a few readings of how often the board is drawn, which is printed too."""
    root = page.locator(ROOT)

    def frames():
        return int(root.get_attribute("data-frames") or 0)

    until(lambda: page.wait_for_timeout(100) or frames() > 3, within_s=200, what="frames")
    rates = []
    for _ in range(_READINGS):
        before, started = frames(), time.monotonic()
        page.wait_for_timeout(_READING_MS)
        rates.append((frames() - before) / (time.monotonic() - started))
    latency = root.get_attribute("data-latency-ms")
    print(f"{name}: {max(rates):.1f} frames a second, {latency} ms after the newest event")
    return max(rates)
