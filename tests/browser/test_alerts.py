import csv
import json
import re
import time
import zipfile

import pytest

from core.domain.instrument import InstrumentId
from data.store.store import Store
from tests.support.alerts import receiver
from tests.support.app import EXPLORER, running
from tests.support.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

HOSTILE = "=1+1 <b>bold</b><script>window.hit=1</script> **x** :red[y] $z$"
PERP = "binance.perp.BTCUSDT"


@pytest.fixture(scope="module")
def service():
    with receiver() as service:
        yield service


@pytest.fixture(scope="module")
def own_home(tmp_path_factory, service):
    home = tmp_path_factory.mktemp("alerts")
    text = f'[alerts]\nurls = ["{service.url}"]\ntests = true\n'
    (home / "settings.toml").write_text(text)
    return home


@pytest.fixture(scope="module")
def server(own_home):
    with running(EXPLORER, own_home) as server:
        yield server


@pytest.fixture
def alerts(page, server):
    page.set_default_timeout(60_000)
    begun_s = time.monotonic()
    page.goto(f"{server.url}/alerts")
    board(page).wait_for()
    print(f"alerts: first figures after {time.monotonic() - begun_s:.2f} s")
    page.get_by_label("Threshold, USDT").wait_for()
    return page


def board(page):
    return page.locator('[data-testid="first-figure"]')


def fill(page, label, text):
    field = page.get_by_label(label)
    field.fill(text)
    field.press("Enter")
    until(lambda: field.input_value() == text, what=f"{label} {text}")


def said(page, stat):
    return board(page).locator(f'[data-stat="{stat}"]')


def told(home):
    path = home / "alerts.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pick(page, action, *, at=0):
    page.locator(f'[data-action="{action}"]').nth(at).click()


def test_a_rule_made_on_the_page_comes_as_toast_line_pack_and_to_the_service(
    alerts, own_home, service
):
    page = alerts
    fill(page, "Threshold, USDT", "1")
    fill(page, "Name", HOSTILE)
    fill(page, "Cool-down, s", "3600")
    page.get_by_text("Outside", exact=True).click()
    page.get_by_role("button", name="Arm it").click()
    toast = page.get_by_test_id("alert-toast").filter(has_text="is above 1 USDT")
    toast.wait_for()
    until(lambda: service.got, what="the service")
    (line,) = told(own_home)
    assert line["name"] == f"'{HOSTILE}"
    assert line["source"] == "simulated"
    # The one value, wherever it stands; and it is that of a trade just before in the evidence.
    value = float(line["value"])
    words = f"Last price of {PERP} is above 1 USDT: {value:,.2f} USDT"
    assert line["text"] == words
    assert words in toast.inner_text()
    assert service.got[0]["message"] == f"[SIMULATED] {words}"
    assert service.got[0]["title"] == f"[SIMULATED] Tapescope: {HOSTILE}"
    page.get_by_text(words).nth(1).wait_for()
    assert value in newest_prices(own_home, line)
    # Shown as text: nothing of it became an element, and nothing ran.
    assert HOSTILE in said(page, "name").inner_text()
    assert HOSTILE in toast.inner_text()
    assert page.evaluate("() => window.hit") is None
    assert said(page, "name").locator("*").count() == 0


def newest_prices(home, line):
    """The prices of the trades that the evidence has from a while before the alert."""
    folder, known_ns = home / "alerts" / line["id"], int(line["known_ns"])
    store, perp = Store(folder / "recordings"), InstrumentId.parse(PERP)
    until(lambda: later(store, perp, known_ns), within_s=40, what="the evidence")
    rows = list(store.read_trades("simulated", perp, known_ns - 10**11, known_ns + 1))
    tick = float(store.grid("simulated", perp).tick_size)
    return {round(ticks * tick, 1) for each in rows for ticks in each["price_ticks"].tolist()}


def later(store, perp, known_ns):
    """Whether trades after the alert are in the evidence: then all before it are."""
    return any(rows.size for rows in store.read_trades("simulated", perp, known_ns + 1, 2**62))


def test_the_board_says_how_a_rule_stands_four_times_a_second(alerts):
    page = alerts
    assert said(page, "armed").inner_text() == "● ARMED"
    assert said(page, "when").inner_text() == "above 1 USDT"
    until(lambda: re.match(r"cooling down, 3,\d{3} s", said(page, "state").inner_text()))
    now, to_go = (
        float(re.sub(r"[^\d.]", "", said(page, each).inner_text())) for each in ("now", "to-go")
    )
    assert abs(now - to_go - 1) < 50
    frames = "() => +document.querySelector('[data-testid=first-figure]').dataset.frames"
    before, begun_s = page.evaluate(frames), time.monotonic()
    page.wait_for_timeout(5000)
    rate = (page.evaluate(frames) - before) / (time.monotonic() - begun_s)
    print(f"alerts: {rate:.2f} frames a second")
    assert rate > 2


def test_before_it_is_armed_it_shows_what_it_would_have_done(alerts):
    page = alerts
    fill(page, "Threshold, USDT", "1")
    page.get_by_role("button", name="See what it would have done").click()
    table = page.get_by_test_id("would-have")
    table.wait_for(timeout=90_000)
    # It is above from the first look on, and never comes back: it fires once.
    page.get_by_text("would have fired 1 time in 1 h 0 min of what is held now").wait_for()
    cells = table.locator("tr").nth(1).locator("td").all_inner_texts()
    assert cells[0] == "1 min"
    assert cells[3:5] == ["1", "0"]
    assert re.fullmatch(r"[+−]?\d+\.\d bp", cells[1])
    assert cells[2] == "–"


def test_a_rule_is_disarmed_and_deleted_where_that_is_confirmed(alerts, own_home):
    page = alerts
    pick(page, "disarm")
    page.get_by_text("○ off").wait_for()
    assert "armed = false" in (own_home / "alerts.toml").read_text()
    pick(page, "delete")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text(HOSTILE).wait_for()
    dialog.get_by_role("button", name="Close").click()
    dialog.wait_for(state="detached")
    assert said(page, "name").count() == 1
    pick(page, "delete")
    page.get_by_role("button", name="Delete for good").click()
    page.get_by_text("There is no rule yet.").wait_for()
    assert "[[rule]]" not in (own_home / "alerts.toml").read_text()


def test_the_evidence_can_be_taken_away(alerts, tmp_path):
    page = alerts
    pick(page, "pack")
    with page.expect_download() as download:
        page.get_by_role("button", name="Evidence of").click()
    download.value.save_as(tmp_path / "pack.zip")
    with zipfile.ZipFile(tmp_path / "pack.zip") as file:
        (name,) = [each for each in file.namelist() if each.endswith("alert.json")]
        said_there = json.loads(file.read(name))
    assert said_there["rule"]["name"] == HOSTILE
    assert said_there["source"] == "simulated"


def test_every_page_tells_an_alert_and_once(page, server, own_home):
    page.goto(f"{server.url}/alerts")
    page.get_by_label("Threshold, USDT").wait_for()
    count = len(told(own_home))
    fill(page, "Threshold, USDT", "2")
    fill(page, "Cool-down, s", "3600")
    page.get_by_role("button", name="Keep it unarmed").click()
    said(page, "when").filter(has_text="above 2 USDT").wait_for()
    health = page.context.new_page()
    health.set_default_timeout(60_000)
    health.goto(f"{server.url}/health")
    health.get_by_test_id("first-figure").wait_for()
    # From its first frame on a tab is told what fires.
    toasts = health.get_by_test_id("alert-toasts")
    until(lambda: toasts.get_attribute("data-count"), within_s=30, what="the first frame")
    pick(page, "arm")
    toast = health.get_by_test_id("alert-toast").filter(has_text="is above 2 USDT")
    toast.wait_for()
    health.wait_for_timeout(2500)
    assert toast.count() == 1
    # Nobody has touched that page yet: its browser does not let it sound.
    assert toasts.get_attribute("data-sound") == "silent"
    health.reload()
    toasts.wait_for(state="attached")
    health.wait_for_timeout(1500)
    assert toast.count() == 0
    assert len(told(own_home)) == count + 1
    health.close()


def test_an_alert_opens_in_replay_with_one_click(alerts):
    page = alerts
    page.locator('[data-action="replay"]').first.click()
    page.get_by_text("REPLAY", exact=True).first.wait_for()
    page.wait_for_selector('[data-testid="live-chart"]', state="attached")
    chart = "() => document.querySelector('[data-testid=live-chart]').dataset.source"
    until(lambda: page.evaluate(chart) == "replay", within_s=30, what="the replay")
    assert "instrument" in page.url or PERP in page.inner_text("body")
