"""The floating panel in Chromium: where it is, what it says, and that it goes."""

import re
import time

import numpy as np
import pytest

from core.calc.quote_cvd import quote_cvd
from core.domain.units import NS_PER_MINUTE
from data.venues.registry import MARKETS
from tests.browser.chart import Chart, soon
from tests.support.app import EXPLORER, running
from tests.support.frames import trade_log
from tests.support.trades import random_trades

pytestmark = pytest.mark.browser


def ready(page):
    """Wait until keys are heard."""
    page.wait_for_selector('html[data-ts-keys="on"]', state="attached")


class Hud:
    def __init__(self, page):
        self.page = page
        self.root = page.get_by_test_id("hud")

    def switch_on(self):
        if not self.root.count():
            self.page.locator(".st-key-hud").get_by_text("HUD", exact=True).click()
        self.wait_frames(2)
        return self

    def switch_off(self):
        if self.root.count():
            self.page.keyboard.press("h")
            self.root.wait_for(state="detached")

    def frames(self):
        return int(self.root.get_attribute("data-frames") or 0) if self.root.count() else 0

    def wait_frames(self, more):
        self.root.wait_for()
        wanted = self.frames() + more
        soon(self.page, lambda: self.frames() >= wanted, what=f"{more} frames of the HUD")

    def text(self, name):
        return self.root.locator(f'[data-stat="{name}"]').inner_text()

    def corner(self):
        box = self.root.bounding_box()
        return round(box["x"]), round(box["y"])

    def drag(self, by_x, by_y):
        box = self.root.bounding_box()
        x, y = box["x"] + 80, box["y"] + 10
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + by_x, y + by_y, steps=5)
        self.page.mouse.up()


@pytest.fixture
def hud(page, server):
    """The panel on the Health page, which has no figures of its own that move."""
    page.goto(f"{server.url}/health")
    ready(page)
    hud = Hud(page).switch_on()
    yield hud
    hud.switch_off()


def test_it_begins_in_the_lower_right_and_covers_nothing_of_the_sidebar(hud):
    box = hud.root.bounding_box()
    assert round(box["x"] + box["width"]) == 1600 - 16
    assert round(box["y"] + box["height"]) == 950 - 16
    sidebar = hud.page.locator('[data-testid="stSidebar"]').bounding_box()
    assert box["x"] > sidebar["x"] + sidebar["width"]


def test_it_stays_where_it_was_dragged_over_reload_and_pages(hud):
    before = hud.corner()
    hud.drag(-900, -600)
    there = hud.corner()
    assert there == (before[0] - 900, before[1] - 600)
    hud.page.evaluate("() => { window.__hud = document.querySelector('[data-testid=hud]'); }")
    hud.page.get_by_role("link", name="Recordings").click()
    hud.page.get_by_role("heading", name="Recordings").wait_for()
    hud.wait_frames(8)
    assert hud.corner() == there
    assert hud.page.evaluate("() => window.__hud.isConnected"), "it was made anew with the page"
    hud.page.reload()
    hud.wait_frames(1)
    assert hud.corner() == there


ON_TOP = """panel => {
  const { left, top } = panel.getBoundingClientRect();
  return panel.contains(document.elementFromPoint(left + 6, top + 6));
}"""


def test_over_the_sidebar_it_is_still_seen(hud):
    hud.drag(-2_000, -300)
    assert hud.corner()[0] == 0
    assert hud.root.evaluate(ON_TOP)


def test_it_is_inside_the_window_whatever_its_size(hud):
    hud.drag(2_000, 2_000)
    assert hud.corner()[0] + hud.root.bounding_box()["width"] <= 1600
    hud.drag(-1_000, -600)
    hud.page.set_viewport_size({"width": 900, "height": 420})
    hud.page.wait_for_timeout(200)
    box = hud.root.bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= 900
    assert box["y"] + box["height"] <= 420


def test_a_touch_drags_it_too(chromium, server):
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, has_touch=True)
    page = context.new_page()
    page.goto(f"{server.url}/health")
    ready(page)
    hud = Hud(page).switch_on()
    x, y = hud.corner()
    touch = context.new_cdp_session(page)
    for kind, at in (("touchStart", 0), ("touchMove", 40), ("touchMove", 100), ("touchEnd", None)):
        points = [] if at is None else [{"x": x + 80 - at, "y": y + 10 - at}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert hud.corner() == (x - 100, y - 100)
    hud.switch_off()
    context.close()


def test_the_key_and_the_sidebar_switch_it_and_off_leaves_no_connection(page, server):
    live = []
    page.on("websocket", lambda socket: live.append(socket) if "/live?" in socket.url else None)
    page.goto(f"{server.url}/health")
    ready(page)
    hud = Hud(page)
    assert hud.root.count() == 0
    page.wait_for_selector('[data-testid="alert-toasts"][data-count]', state="attached")
    before = len(live)  # what a page has of its own
    page.keyboard.press("h")
    hud.wait_frames(2)
    assert len(live) == before + 1
    assert page.locator(".st-key-hud input").is_checked()
    page.locator(".st-key-hud").get_by_text("HUD", exact=True).click()
    hud.root.wait_for(state="detached")
    soon(page, live[-1].is_closed, what="the end of its socket")
    page.keyboard.press("h")
    hud.wait_frames(2)
    hud.root.locator(".ts-hud-close").click()
    hud.root.wait_for(state="detached")


def test_what_was_switched_on_is_on_at_the_next_start(chromium, tmp_path):
    for is_on in (False, True):
        page = chromium.new_page()
        with running(EXPLORER, tmp_path) as server:
            page.goto(f"{server.url}/health")
            ready(page)
            if is_on:
                Hud(page).wait_frames(1)
            else:
                Hud(page).switch_on()
            page.goto("about:blank")
        page.close()
    assert "hud = true" in (tmp_path / "settings.toml").read_text()


def test_it_is_live_four_times_a_second(hud):
    hud.wait_frames(4)
    before, started = hud.frames(), time.monotonic()
    hud.page.wait_for_timeout(5_000)
    per_s = (hud.frames() - before) / (time.monotonic() - started)
    latency_ms = hud.root.get_attribute("data-latency-ms")
    print(f"\nHUD: {per_s:.2f} frames a second, newest data {latency_ms} ms old")
    assert per_s > 2, "a busy machine has fewer than four, never half"


def test_it_speaks_of_the_instrument_shown_last(page, server):
    Chart(page).open(f"{server.url}/?instrument=okx.perp.ETH-USDT-SWAP")
    hud = Hud(page).switch_on()
    assert hud.root.locator(".ts-hud-title").inner_text() == "ETH-USDT-SWAP OKX perp"
    page.get_by_role("link", name="Health").click()
    page.get_by_role("heading", name="Health").wait_for()
    assert hud.root.locator(".ts-hud-title").inner_text() == "ETH-USDT-SWAP OKX perp"
    assert hud.text("health") == "SIMULATED"
    assert re.fullmatch(r"\d[\d,]*\.\d\d [▲▼▶]", hud.text("price"))
    hud.switch_off()


@pytest.fixture
def still(tmp_path):
    """A replay at its end: the trades, and the server."""
    perp = MARKETS["binance", "perp"]
    rows = random_trades(np.random.default_rng(8), 2_000, span_s=400)
    log = trade_log(tmp_path / "day.log", perp, rows)
    environment = {"TAPESCOPE_REPLAY": str(log), "TAPESCOPE_SPEED": "inf"}
    with running(EXPLORER, tmp_path, environment) as server:
        yield perp.facts.defaults[0], rows, server


def test_its_numbers_are_those_of_the_calculators(still, page):
    listed, rows, server = still
    page.goto(f"{server.url}/health")
    ready(page)
    hud = Hud(page).switch_on()
    price = rows["price_ticks"][-1] * float(listed.tick_size)
    minute = rows[rows["ts_event_ns"] >= rows["ts_event_ns"][-1] - NS_PER_MINUTE]
    change = 100 * (int(rows["price_ticks"][-1]) / int(minute["price_ticks"][0]) - 1)
    cvd = quote_cvd(rows, instrument=listed, step_ns=NS_PER_MINUTE).close_quote[-1] / 1e6
    wanted = f"{price:,.{len(str(listed.tick_size).partition('.')[2])}f}"
    soon(page, lambda: hud.text("price").startswith(wanted), what=wanted)
    assert hud.text("price")[-1] == ("▲" if change > 0 else "▼")
    notes = hud.root.locator(".ts-hud-note")
    assert notes.nth(0).inner_text() == f"{change:+.2f} % in 1 min".replace("-", "−")
    assert hud.text("cvd") == f"{cvd:+,.2f} M USDT".replace("-", "−")
    assert hud.text("oi") == "–"
    assert hud.text("health") == "REPLAY"
