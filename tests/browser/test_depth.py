"""The page Depth: a fixed replay's book is on it to the lot, and the heat map moves on."""

import json
import re
import time

import pytest

from data.store.raw_log import RawLogWriter
from data.venues.registry import MARKETS
from tests.browser.chart import Chart
from tests.support.app import EXPLORER, running
from tests.support.frames import trade_frame
from tests.support.waiting import until

pytestmark = pytest.mark.browser

START_NS = 1_795_248_000_000_000_000
SECONDS = 90
EDGE_PX, AXIS_PX, TIME_PX = 4, 72, 22
GOAL_HZ = 4.0
"""Of the heat map."""


class Book:
    """A book of our own, told as Bybit tells it; the oracle of what the page shows."""

    def __init__(self):
        self.bids = {600_000 - 50 * n: 100 + 7 * n for n in range(120)}
        self.asks = {600_001 + 50 * n: 90 + 5 * n for n in range(120)}
        self.past = {}

    def frames(self, listed):
        """Yield (ns, frame); the last message is 100 ms before the end."""
        yield START_NS, self.frame(listed, "snapshot", self.bids, self.asks, 1, START_NS)
        for step in range(1, SECONDS * 5):
            at_ns = START_NS + step * 200_000_000 - 100_000_000
            bid, ask = 600_000 - 50 * (step % 120), 600_001 + 50 * (step * 7 % 120)
            changed = {bid: 100 + step}, {ask: 50 + step}
            self.past[(at_ns - START_NS) // 10**9] = None
            self.bids |= changed[0]
            self.asks |= changed[1]
            self.past[(at_ns - START_NS) // 10**9] = {**self.bids, **self.asks}
            yield at_ns, self.frame(listed, "delta", *changed, step + 1, at_ns)

    @staticmethod
    def frame(listed, kind, bids, asks, number, at_ns):
        price, size = listed.price_grid.text, listed.size_grid.text
        b, a = ([[price(t), size(q)] for t, q in side.items()] for side in (bids, asks))
        data = {"s": listed.id.symbol, "b": b, "a": a, "u": number, "seq": number}
        topic, ms = f"orderbook.1000.{listed.id.symbol}", at_ns // 1_000_000
        told = {"topic": topic, "type": kind, "ts": ms, "data": data, "cts": ms}
        return json.dumps(told, separators=(",", ":")).encode()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """The recording's instrument, its book at the end, and a server that has played it."""
    home = tmp_path_factory.mktemp("depth")
    market = MARKETS["bybit", "perp"]
    listed, book = market.facts.defaults[0], Book()
    writer = RawLogWriter(home / "book.log")
    for number, (at_ns, frame) in enumerate(book.frames(listed)):
        writer.write(at_ns, "bybit", "perp", frame)
        if number % 25 == 10:
            row = at_ns, 1_000 + number, 600_001, 40 + number, 1
            writer.write(at_ns, "bybit", "perp", trade_frame(market, listed, row))
    writer.close()
    environment = {"TAPESCOPE_REPLAY": str(home / "book.log"), "TAPESCOPE_SPEED": "inf"}
    with running(EXPLORER, home, environment) as server:
        yield listed, book, server


class Depth:
    """The page, in a browser."""

    def __init__(self, page):
        self.page = page
        self.root = page.get_by_test_id("first-figure")

    def open(self, url, query=""):
        started = time.monotonic()
        self.page.goto(f"{url}/depth{query}")
        self.page.wait_for_selector('[data-testid="first-figure"][data-frames]', timeout=60_000)
        print(f"depth: first figures after {time.monotonic() - started:.2f} s")
        return self

    def data(self):
        return self.root.evaluate("(element) => ({ ...element.dataset })")

    def rows(self, name):
        rows = self.page.locator(f'[data-table="{name}"] tbody tr')
        return rows.evaluate_all(
            "(rows) => rows.map((r) => Array.from(r.cells, (c) => c.innerText))"
        )

    def stat(self, name):
        return self.page.locator(f'[data-stat="{name}"]').first.inner_text()

    def at(self, ms, price):
        """Pixels of a time and a price."""
        data = self.data()
        box = self.page.locator(".ts-heat-canvas").bounding_box()
        first, last = (int(each) / 1e6 for each in data["rangeNs"].split(","))
        low, high = (float(each) for each in data["prices"].split(","))
        width = box["width"] - AXIS_PX - EDGE_PX
        height = box["height"] - TIME_PX - EDGE_PX
        x = box["x"] + EDGE_PX + (ms - first) / (last - first) * width
        return x, box["y"] + EDGE_PX + (high - price) / (high - low) * height

    def hover(self, ms, price):
        self.page.mouse.move(*self.at(ms, price))
        return self.page.locator(".ts-heat .ts-tip").inner_text().split("\n")


def opened(page, recorded):
    listed, _, server = recorded
    depth = Depth(page).open(server.url, f"?instrument={listed.id}")
    until(lambda: page.wait_for_timeout(50) or len(depth.rows("ladder")) == 33, what="the ladder")
    until(
        lambda: page.wait_for_timeout(50) or depth.data()["rangeNs"].endswith("90000000000")
        or int(depth.data()["rangeNs"].split(",")[1]) >= START_NS + (SECONDS - 1) * 10**9,
        what="the end of the recording",
    )  # fmt: skip
    page.wait_for_timeout(600)
    return depth


def number(text):
    return float(re.sub(r"[^0-9.−-]", "", text).replace("−", "-"))


@pytest.mark.timeout(180)
def test_the_ladder_is_the_book_of_a_replay_at_its_end(page, recorded):
    listed, book, _ = recorded
    depth = opened(page, recorded)
    lot, tick = float(listed.lot_size), float(listed.tick_size)
    rows = depth.rows("ladder")
    asks = [(number(row[2]), number(row[3])) for row in rows[15::-1]]
    bids = [(number(row[2]), number(row[1])) for row in rows[17:]]
    wanted_asks = sorted(book.asks.items())[:16]
    wanted_bids = sorted(book.bids.items(), reverse=True)[:16]
    assert asks == [pytest.approx((t * tick, q * lot), rel=1e-3) for t, q in wanted_asks]
    assert bids == [pytest.approx((t * tick, q * lot), rel=1e-3) for t, q in wanted_bids]
    sums = [number(row[4]) for row in rows[15::-1]]
    assert sums[-1] == pytest.approx(sum(q for _, q in wanted_asks) * lot, rel=1e-3)
    assert depth.data()["source"] == "replay"


@pytest.mark.timeout(180)
def test_balance_spread_and_cost_are_those_of_that_book(page, recorded):
    listed, book, _ = recorded
    depth = opened(page, recorded)
    lot, tick = float(listed.lot_size), float(listed.tick_size)
    bid, ask = max(book.bids), min(book.asks)
    mid = (bid + ask) / 2
    touch = (book.bids[bid] - book.asks[ask]) / (book.bids[bid] + book.asks[ask])
    assert number(depth.stat("obi-touch")) == pytest.approx(touch, abs=0.006)
    near = [
        sum(q for t, q in side.items() if abs(t - mid) / mid * 1e4 <= 25)
        for side in (book.bids, book.asks)
    ]
    wanted = (near[0] - near[1]) / sum(near)
    assert number(depth.stat("obi-25")) == pytest.approx(wanted, abs=0.006)
    assert number(depth.stat("spread")) == pytest.approx(1 / mid * 1e4, abs=0.001)
    assert number(depth.stat("mid")) == pytest.approx(mid * tick)
    left, paid = round(1.0 / lot), 0.0
    for ticks, lots in sorted(book.asks.items()):
        taken = min(left, lots)
        paid, left = paid + taken * ticks, left - taken
    cost = (paid / round(1.0 / lot) - mid) / mid * 1e4
    assert number(depth.stat("cost-1-buy")) == pytest.approx(cost, abs=0.006)


@pytest.mark.timeout(180)
def test_a_cell_says_what_rested_in_its_row_at_the_end_of_its_second(page, recorded):
    listed, book, _ = recorded
    depth = opened(page, recorded)
    lot, tick = float(listed.lot_size), float(listed.tick_size)
    for second, ticks in ((30, 599_820), (60, 600_420), (80, 599_540)):
        told = depth.hover((START_NS + second * 10**9) / 1e6 + 500, ticks * tick)
        assert told[0].startswith(
            time.strftime("%H:%M:%S", time.gmtime(START_NS // 10**9 + second))
        )
        low, high = (round(number(each) / tick) for each in told[1].split(" to "))
        assert low <= ticks <= high
        rests = sum(q for t, q in book.past[second].items() if low <= t <= high)
        assert number(told[2].split(" ")[0]) == pytest.approx(rests * lot, rel=2e-3)
    before = depth.hover(START_NS / 1e6 - 60_000, 60_000)
    assert before[2] == "not known"


@pytest.mark.timeout(180)
def test_an_order_under_the_mouse_is_told(page, recorded):
    depth = opened(page, recorded)
    at_ms = START_NS / 1e6 + (10 + 25 * 10) * 200 - 100
    told = "\n".join(depth.hover(at_ms, 60_000.1))
    assert "▲ bought 0.300 BTC at 60,000.1" in told
    assert "worth 18.00K USDT, 1 fill" in told


@pytest.mark.timeout(240)
def test_the_heat_map_moves_four_times_a_second_and_zoom_stays(page, server):
    depth = Depth(page).open(server.url)
    page.wait_for_timeout(2_000)
    best = 0.0
    for _ in range(4):
        before, started = int(depth.data()["frames"]), time.monotonic()
        page.wait_for_timeout(4_000)
        best = max(best, (int(depth.data()["frames"]) - before) / (time.monotonic() - started))
        if best >= GOAL_HZ:
            break
    data = depth.data()
    print(f"depth: {best:.1f} frames/s, {data['cells']} cells, {data['paintMs']} ms a paint")
    assert data["cells"] == "600x200"
    assert best >= GOAL_HZ
    whole = data["prices"], data["rangeNs"]
    box = page.locator(".ts-heat-canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -600)
    page.keyboard.down("Shift")
    page.mouse.wheel(0, -600)
    page.keyboard.up("Shift")
    page.wait_for_timeout(300)
    frames, zoomed = int(depth.data()["frames"]), spans(depth.data())
    assert zoomed < spans({"prices": whole[0], "rangeNs": whole[1]})
    until(lambda: page.wait_for_timeout(50) or int(depth.data()["frames"]) > frames + 3)
    assert spans(depth.data()) == pytest.approx(zoomed, rel=1e-6)
    page.mouse.dblclick(box["x"] + 40, box["y"] + 40)
    page.wait_for_timeout(300)
    assert spans(depth.data()) > zoomed
    assert Chart(page).root.count() == 1, "the panes through time are on the page too"


def spans(data):
    return tuple(
        float(each.split(",")[1]) - float(each.split(",")[0])
        for each in (data["rangeNs"], data["prices"])
    )


@pytest.mark.timeout(180)
def test_the_ledger_of_walls_can_be_taken_away(page, server):
    Depth(page).open(server.url)
    page.wait_for_selector('[data-table="walls"]')
    with page.expect_download() as download:
        page.locator('[class*="st-key-walls-csv"] button').first.click()
    text = download.value.path().read_text()
    assert text.splitlines()[0].lstrip("\ufeff").startswith("source,instrument,side,price,state")
