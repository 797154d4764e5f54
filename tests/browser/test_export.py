"""What is taken away is what the page shows: tables as CSV and Parquet, figures as pictures."""

import csv
import io
import re

import pyarrow.parquet as pq
import pytest
from PIL import Image

from data.store.store import Store
from tests.browser.chart import Chart
from tests.support.app import EXPLORER, SIMULATED, running
from tests.support.trades import START_NS, instrument, trades
from tests.support.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

BTC = instrument()
NAME = re.compile(r"[A-Za-z0-9.-]+-\d{4}-\d\d-\d\dT\d{6}Z\.(csv|parquet|png)")
_CELLS = """(name) => [...document.querySelectorAll(`[data-testid="${name}"] tr`)]
  .slice(1).map((row) => [...row.cells].map((cell) => cell.textContent))"""
_SHOWN = """root => Object.fromEntries([...root.querySelectorAll(".ts-cell")]
  .map((cell) => [cell.dataset.label || "time", cell.textContent]))"""
_HEAD_PX = 30


@pytest.fixture(autouse=True)
def patient(page):
    """A machine that does much else opens a page late."""
    page.set_default_timeout(90_000)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = tmp_path_factory.mktemp("export")
    store = Store(home / "recordings")
    store.append("import", BTC, "aggTrade", trades((0, 1000, 5, 1), (70, 990, 4, -1)))
    store.close()
    with running(EXPLORER, home, SIMULATED) as server:
        yield server


def saved(page, button):
    """Click; return the file's bytes, its name checked."""
    with page.expect_download() as download:
        button.click()
    assert NAME.fullmatch(download.value.suggested_filename), download.value.suggested_filename
    return download.value.path().read_bytes()


def both(page, place):
    """Return the rows of the CSV and the table of the Parquet file offered at a place."""
    text = saved(page, place.get_by_role("button", name="CSV")).decode()
    packed = saved(page, place.get_by_role("button", name="Parquet"))
    return list(csv.DictReader(io.StringIO(text))), pq.read_table(io.BytesIO(packed))


def number(text):
    return float(re.sub(r"[^0-9.−-]", "", text).replace("−", "-"))


def test_the_bars_taken_away_are_those_that_the_chart_reads_out(page, server):
    chart = Chart(page).open(server.url)
    left, right = chart.plot_px()
    minute = 60 * 10**9
    bar_ns = int(chart.ns_of(left + 0.4 * (right - left))) // minute * minute
    page.mouse.move(chart.px_of(bar_ns + minute // 2), chart.middle_y())
    page.wait_for_timeout(500)
    shown = chart.root.evaluate(_SHOWN)
    page.locator(".st-key-candle-export button").first.click()
    place = page.locator('[class*="st-key-download-bars-"]')
    rows, packed = both(page, place)
    assert {each["source"] for each in rows} == {"simulated"}
    (bar,) = [
        each for each in rows if each["open_utc"][5:16] == shown["time"][:11].replace(" ", "T")
    ]
    for label, name in (("O", "open"), ("H", "high"), ("L", "low"), ("C", "close")):
        assert float(bar[f"{name}_USDT"]) == number(shown[label])
    assert float(bar["volume_BTC"]) == pytest.approx(number(shown["V"]), rel=6e-3)
    assert float(bar["delta_BTC"]) == pytest.approx(number(shown["Δ"]), rel=6e-3, abs=1e-3)
    assert float(bar["vwap_USDT"]) == pytest.approx(number(shown["VWAP"]), abs=0.06)
    assert packed.schema.metadata[b"tapescope.source"] == b"simulated"
    closes = dict(zip(packed["open_ns"].to_pylist(), packed["close_USDT"].to_pylist(), strict=True))
    assert str(closes[int(bar["open_ns"])]) == bar["close_USDT"]


def test_the_rows_of_a_candle_are_the_same_numbers_in_both_files_and_on_the_page(page, server):
    footprint = opened_candle(page, server)
    tiles = dict(
        each.locator("div").all_inner_texts() for each in footprint.root.locator(".ts-tile").all()
    )
    page.locator(".st-key-candle-export button").first.click()
    rows, packed = both(page, page.locator('[class*="st-key-download-footprint-"]'))
    assert len(rows) == packed.num_rows == int(footprint.data()["rows"])
    assert sum(float(each["total_BTC"]) for each in rows) == pytest.approx(
        number(tiles["Total"]), rel=6e-3
    )
    assert {int(each["bar_open_ns"]) for each in rows} == {footprint.bar_ns()}
    assert [str(each) for each in packed["delta_BTC"].to_pylist()] == [
        each["delta_BTC"] for each in rows
    ]


def test_a_table_that_can_be_searched_is_taken_away_by_our_files_only(page, server):
    page.goto(f"{server.url}/recordings")
    table = page.locator('[data-testid="stDataFrame"]').first
    table.wait_for()
    table.hover()
    assert page.get_by_role("button", name="Search").first.is_visible()
    assert not page.get_by_role("button", name="Download as CSV").first.is_visible()
    rows, packed = both(page, page.locator(".st-key-download-recordings"))
    assert [(each["source"], each["rows"]) for each in rows] == [("import", "2")]
    assert (packed["source"].to_pylist(), packed["rows"].to_pylist()) == (["import"], [2])
    assert rows[0]["first_ns"] == str(START_NS)
    assert rows[0]["first_utc"] == "2023-11-14T22:13:00Z"


def test_the_buffers_of_the_health_page_are_taken_away_with_the_numbers_shown(page, server):
    page.goto(f"{server.url}/health")
    page.wait_for_selector('[data-testid="buffers"]')
    shown = {row[0]: row for row in page.evaluate(_CELLS, "buffers")}
    rows, packed = both(page, page.locator(".st-key-download-buffers-and-books"))
    assert len(rows) == packed.num_rows == len(shown)
    (btc,) = [each for each in rows if each["instrument"] == "binance.perp.BTCUSDT"]
    # The page counts on while the file is made.
    assert int(btc["trades"]) == pytest.approx(number(shown["BTCUSDT Binance perp"][1]), rel=0.01)


def opened_candle(page, server):
    footprint = Chart(page).open(server.url).click_candle()
    footprint.wait_rows(within_s=90)
    page.wait_for_timeout(500)
    return footprint


def pictured(page, root):
    """Return the picture of a component, and how many pixels of it are one of the page."""
    block = saved(page, root.locator(".ts-camera"))
    image = Image.open(io.BytesIO(block)).convert("RGB")
    assert image.getcolors(256) is None, "a picture of few colours is blank"
    width = root.bounding_box()["width"]
    return image, image.width / width


def test_a_picture_of_the_chart_has_our_canvases_in_it(page, server):
    layers = "vwap,profile,large_trades,liquidations"
    chart = Chart(page).open(f"{server.url}/?layers={layers}")
    until(
        lambda: page.wait_for_timeout(200) or len(_painted(chart)) > 60,
        within_s=120,
        what="marks on the canvas",
    )

    def still():
        """A picture, and the spots of the canvas that were the same before and after it."""
        before = set(map(tuple, _painted(chart)))
        image, scale = pictured(page, chart.root)
        spots = before & set(map(tuple, _painted(chart)))
        return (image, scale, spots) if len(spots) > 30 else None

    image, scale, spots = until(still, within_s=120, what="a market that stands still a moment")
    found = sum(_is_near(image, spot, scale) for spot in spots)
    print(f"chart: {image.width}x{image.height}, {found} of {len(spots)} spots of the canvas")
    assert found > 0.7 * len(spots)  # without the canvas it would be next to none
    blank = image.getpixel((image.width // 2, 3))
    assert any(image.getpixel((x, 30)) != blank for x in range(16, 200)), "no words on top"


def test_a_picture_of_a_footprint_has_all_its_rows(page, server):
    footprint = opened_candle(page, server)
    image, scale = pictured(page, footprint.root)
    whole = footprint.root.locator(".ts-scroll").evaluate("each => each.scrollHeight")
    assert image.height / scale > whole


def test_a_picture_of_a_board_has_its_words(page, server):
    page.goto(f"{server.url}/dashboard")
    board = page.locator(".ts-board").first
    board.locator(".ts-card").first.wait_for()
    page.wait_for_timeout(1000)
    board.hover(position={"x": 30, "y": 10})
    image, _ = pictured(page, board)
    print(f"board: {image.width}x{image.height}")


_SPOTS = """root => {
  const box = root.getBoundingClientRect();
  const words = [...root.querySelectorAll(".ts-waits, .ts-mark, .ts-line, .ts-tip")]
    .map((each) => each.getBoundingClientRect());
  const under = (x, y) => words.some(({ left, right, top, bottom }) =>
    x > left - 4 && x < right + 4 && y > top - 4 && y < bottom + 4);
  const spots = [];
  for (const canvas of root.querySelectorAll("canvas.ts-canvas")) {
    if (!canvas.width) continue;
    const at = canvas.getBoundingClientRect();
    const ratio = canvas.width / at.width;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let y = 4; y < canvas.height; y += 3) for (let x = 4; x < canvas.width; x += 3) {
      const i = 4 * (y * canvas.width + x);
      if (data[i + 3] < 250 || under(at.left + x / ratio, at.top + y / ratio)) continue;
      // Coloured ones only: the edges of marks are nearly the page's own colour.
      const colour = [data[i], data[i + 1], data[i + 2]];
      if (Math.max(...colour) - Math.min(...colour) < 60) continue;
      spots.push([at.left - box.left + x / ratio, at.top - box.top + y / ratio,
        ...colour]);
    }
  }
  return spots.slice(0, 400);
}"""


def _painted(chart):
    return chart.root.evaluate(_SPOTS)


def _is_near(image, spot, scale):
    """Whether the picture has about that colour there: twice as wide, a thin line is paler."""
    x, y, *colour = spot
    at = round(x * scale), round((y + _HEAD_PX) * scale)
    around = [(at[0] + i, at[1] + j) for i in range(-3, 4) for j in range(-3, 4)]
    pixels = [
        image.getpixel(each)
        for each in around
        if 0 <= each[0] < image.width and 0 <= each[1] < image.height
    ]
    return any(all(abs(a - b) < 64 for a, b in zip(pixel, colour, strict=True)) for pixel in pixels)
