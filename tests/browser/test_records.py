"""The Health and the Recordings page in a browser, beside a local exchange that knows the truth."""

import csv
from pathlib import Path

import pytest

from data.venues.registry import MARKETS
from tests.browser.chart import Chart
from tests.exchange.server import Exchange
from tests.support.app import EXPLORER, running
from tests.support.archives import ARCHIVES
from tests.support.feed import Trader
from tests.support.waiting import until

pytestmark = pytest.mark.browser

LISTED = MARKETS["binance", "perp"].facts.defaults[0]
NAME = "BTCUSDT-aggTrades-2024-06-01.csv"
_CELLS = """(name) => [...document.querySelectorAll(`[data-testid="${name}"] tr`)]
  .slice(1).map((row) => [...row.cells].map((cell) => cell.textContent))"""
_STRIP = """(name) => Object.fromEntries([...document.querySelectorAll(
  `[data-testid="${name}"] > div`)].map((each) => [...each.children].map((e) => e.textContent)))"""
_GRID = """() => [...document.querySelectorAll('[data-testid="stDataFrame"] table tr')]
  .slice(1).map((row) => [...row.cells].map((cell) => cell.textContent))"""


@pytest.fixture
def market(tmp_path, page):
    """A live market of one instrument, and the product that follows and records it."""
    (tmp_path / "settings.toml").write_text(f'instruments = ["{LISTED.id}"]\n')
    with Exchange() as exchange:
        environment = {"TAPESCOPE_SOURCE": "live", **exchange.environment()}
        with running(EXPLORER, tmp_path, environment) as server:
            yield exchange, server
            page.goto("about:blank")  # before the server ends, which the page may still be asking


def seen(page, ask, what):
    """The first true answer of ``ask``; the page goes on meanwhile."""
    return until(lambda: page.wait_for_timeout(100) or ask(), within_s=30, what=what)


def first(rows):
    return rows[0] if rows else []


def test_health_agrees_with_what_the_exchange_sent(page, market):
    exchange, server = market
    page.goto(f"{server.url}/health")
    page.get_by_text("All ", exact=False).first.wait_for()
    trader = Trader(exchange, LISTED)
    trader.trade(40)
    tape = exchange.tapes.get(LISTED.id.venue, LISTED.id.kind, LISTED.id.symbol)
    held = f"{len(tape.rows()):,}"
    seen(
        page,
        lambda: first(page.evaluate(_CELLS, "buffers"))[:2] == ["BTCUSDT Binance perp", held],
        f"{held} trades",
    )
    channel = page.evaluate(_CELLS, "channels")[0]
    assert channel[:3] == ["BTCUSDT Binance perp", "trades", "● LIVE"]
    figures = seen(
        page,
        lambda: (found := page.evaluate(_STRIP, "process"))["Rows waiting"] == "0" and found,
        "everything on the disk",
    )
    on_disk, received = (
        int(each.replace(",", "")) for each in figures["Rows on the disk"].split(" of ")
    )
    assert on_disk == received >= len(tape.rows())
    assert figures["Recorder"] == "recording"
    assert (figures["Faults of ours"], figures["Rows lost"]) == ("0", "0")


def test_how_long_the_browser_took_to_draw_is_told(page, market):
    exchange, server = market
    chart = Chart(page)
    trader = Trader(exchange, LISTED)
    page.goto(server.url)
    trader.trade(5)
    seen(page, lambda: trader.trade() is not None and chart.data().get("frames"), "a chart")
    trader.trade()
    page.wait_for_timeout(1000)
    page.get_by_role("link", name="Health").click()
    page.locator('[data-testid="process"]').wait_for()
    drawn = page.evaluate(_STRIP, "process")["Written to drawn"]
    assert drawn.split()[1] == "ms", drawn
    assert 0 < int(drawn.split()[0].replace(",", "")) < 5000
    box = page.locator('[data-testid="first-figure"]').bounding_box()
    below = page.locator('[data-testid="process"]').bounding_box()
    assert below["y"] >= box["y"] + box["height"]


def test_a_venue_that_goes_is_named_on_top_and_the_filter_leaves_it(page, market):
    exchange, server = market
    page.goto(f"{server.url}/health")
    page.get_by_text("All ", exact=False).first.wait_for()
    exchange.faults.hang_handshake = True
    exchange.cut("rst")
    line = page.locator('[data-testid="first-figure"]')
    seen(page, lambda: "not live" in line.inner_text(), "the loss on the first line")
    assert "Binance perp" in line.inner_text()
    page.get_by_text("Not live", exact=True).click()
    channels = seen(page, lambda: page.evaluate(_CELLS, "channels"), "what is not live")
    assert all("LIVE" not in row[2] for row in channels)


def upload(page, name, content):
    page.get_by_role("tab", name="Import").click()
    page.locator('input[type="file"]').set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    page.locator('[data-testid="stFileChipName"]').wait_for()
    page.get_by_label("Instrument", exact=True).last.fill("binance.perp.BTCUSDT")
    page.get_by_role("button", name="Import").click()


def choose_first_row(page):
    page.get_by_role("tab", name="What is recorded").click()
    grid = page.locator('[data-testid="stDataFrame"]')
    grid.locator("canvas").first.wait_for()
    buttons = page.get_by_role("button", name="Delete …")

    def is_chosen():
        # While a market begins, a new channel makes the list another one, without the mark.
        box = grid.bounding_box()
        page.mouse.click(box["x"] + 16, box["y"] + 52)
        page.wait_for_timeout(1500)
        return buttons.is_visible()

    until(is_chosen, within_s=30, what="the buttons of a day")


def test_what_is_imported_is_listed_exported_the_same_played_and_deleted(page, server):
    page.goto(f"{server.url}/recordings")
    page.get_by_text("Nothing is recorded yet.").wait_for()
    upload(page, NAME, ARCHIVES[NAME].encode())
    archive = list(csv.DictReader(ARCHIVES[NAME].splitlines()))
    page.get_by_text(f"{len(archive)} rows kept, 0 refused").wait_for()
    page.get_by_role("tab", name="What is recorded").click()
    rows = seen(page, lambda: page.evaluate(_GRID), "the list")
    assert "import" in rows[0]
    assert str(len(archive)) in rows[0]

    choose_first_row(page)
    page.get_by_role("button", name="Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download", exact=True).click()
    with Path(download.value.path()).open() as file:
        exported = list(csv.DictReader(file))
    assert [
        (int(row["ts_event_ns"]) // 1_000_000, float(row["price"]), float(row["size"]))
        for row in exported
    ] == [
        (int(row["transact_time"]), float(row["price"]), float(row["quantity"])) for row in archive
    ]

    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_text("REPLAY", exact=True).first.wait_for()
    page.wait_for_selector('[data-testid="live-chart"]', state="attached")  # it is played there
    page.get_by_role("link", name="Health").click()
    page.get_by_text("There are no connections: a recording is being played.").wait_for()
    seen(
        page,
        lambda: first(page.evaluate(_CELLS, "buffers"))[:1] == ["BTCUSDT Binance perp"],
        "what is played",
    )
    page.get_by_role("button", name="Back to the market").click()
    page.get_by_text("SIMULATED", exact=True).first.wait_for()

    page.get_by_role("link", name="Recordings").click()
    choose_first_row(page)
    page.get_by_role("button", name="Delete …").click()
    page.get_by_text("This cannot be undone").wait_for()
    page.get_by_role("button", name="Delete for good").click()
    page.get_by_text("Nothing is recorded yet.").wait_for()


def test_a_bad_file_is_a_sentence(page, server):
    page.goto(f"{server.url}/recordings")
    upload(page, "x.csv", b"a,b,c\n1,2,3\n")
    said = page.locator('[data-testid="stAlert"]').filter(has_text="x.csv")
    said.wait_for()
    assert said.inner_text().strip().endswith(".")


def test_recording_is_switched_off_and_on_and_today_cannot_go_while_it_is_on(page, market):
    exchange, server = market
    page.goto(f"{server.url}/recordings")
    line = page.locator('[data-testid="first-figure"]')
    seen(page, lambda: line.inner_text().startswith("● Recording."), "recording")
    Trader(exchange, LISTED).trade(40)
    seen(page, lambda: page.evaluate(_GRID), "the list")
    choose_first_row(page)
    page.get_by_role("button", name="Delete …").click()
    page.get_by_text("It is being recorded and stays.").wait_for()
    page.keyboard.press("Escape")
    page.get_by_text("Record the live market").click()
    seen(page, lambda: "Nothing is being recorded." in line.inner_text(), "the end of it")
    page.get_by_text("Record the live market").click()
    seen(page, lambda: line.inner_text().startswith("● Recording."), "recording again")
