import json
import re
import time

import pytest

from data.journal.journal import Journal
from data.journal.packed import unpacked
from tests.browser.chart import Chart
from tests.data.journal.test_journal import FACTS, FIGURE, NS
from tests.support.app import EXPLORER, SIMULATED, running
from tests.support.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(500)]

NOTE = "<b>Sellers</b> absorbed =1+1\n**second line** <script>window.hit = 1</script>"


@pytest.fixture(autouse=True)
def patient(page):
    """A machine that does much else opens a page late."""
    page.set_default_timeout(90_000)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(EXPLORER, tmp_path_factory.mktemp("journal"), SIMULATED) as server:
        yield server


def keep(page, server, note, tags, *, part=0.5):
    """Open a candle in the Explorer and keep it; return what its headline says."""
    chart = Chart(page).open(server.url)
    page.keyboard.press("Escape")
    footprint = chart.click_candle(part)
    footprint.wait_rows(within_s=90)
    page.wait_for_timeout(500)
    page.locator(".st-key-candle-journal button").first.click()
    page.get_by_label("Note").fill(note)
    page.get_by_label("Tags").fill(tags)
    page.get_by_role("button", name="Keep this candle").click()
    page.get_by_text("The candle is in the journal.").wait_for()
    tiles = footprint.root.locator(".ts-tile").all()
    told = [tile.locator("div").all_inner_texts() for tile in tiles]
    return dict(told), footprint.root.locator(".ts-title").inner_text()


def opened(page, server):
    page.goto(f"{server.url}/journal")
    started = time.monotonic()
    page.wait_for_selector('[data-testid="first-figure"]')
    print(f"journal: first figures after {time.monotonic() - started:.2f} s")
    return page


def numbers(entry):
    rows = [each.locator("td").all_inner_texts() for each in entry.locator("tr").all()]
    return {name: value for name, value in filter(None, rows)}


def digits(text):
    return float(re.sub(r"[^0-9.−-]", "", text).replace("−", "-"))


def test_a_note_that_is_too_long_is_refused_by_name_and_stays_in_its_field(page, server):
    footprint = Chart(page).open(server.url).click_candle()
    until(lambda: page.wait_for_timeout(50) or footprint.bar_ns(), within_s=90, what="a candle")
    page.locator(".st-key-candle-journal button").first.click()
    note = page.get_by_label("Note")
    note.fill("W" * 4001)
    page.get_by_role("button", name="Keep this candle").click()
    page.get_by_text("the note has 4,001 letters; at most 4,000 are kept").wait_for()
    assert note.input_value() == "W" * 4001


def test_a_candle_of_the_explorer_is_kept_with_its_figure_and_the_numbers_of_the_page(page, server):
    opened(page, server)
    page.get_by_text("The journal is empty.").wait_for()
    headline, title = keep(page, server, NOTE, "absorption, long")
    opened(page, server)
    entry = page.locator('[class*="st-key-entry-"]')
    entry.get_by_text("absorbed =1+1").wait_for()
    # The note is text: nothing of it became an element, or ran.
    assert "<b>Sellers</b> absorbed =1+1" in entry.inner_text()
    assert "**second line** <script>window.hit = 1</script>" in entry.inner_text()
    assert page.evaluate("() => window.hit") is None
    assert entry.get_by_text("SIMULATED", exact=True).first.is_visible()
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", title)[0] in entry.inner_text()
    # What is kept is what the page said, to more digits.
    kept = numbers(entry)
    for label in ("Delta", "Total", "Min delta", "Max delta"):
        assert digits(kept[label]) == pytest.approx(digits(headline[label]), rel=2e-3, abs=1e-3)
    until(
        lambda: (
            page.wait_for_timeout(50)
            or entry.locator('[data-testid="kept-figure"] .js-plotly-plot .main-svg').count()
        ),
        within_s=60,
        what="the figure",
    )
    assert entry.get_by_role("button", name="Replay").is_disabled()


def test_entries_are_found_changed_taken_away_and_deleted(page, server):
    journal = Journal(server.home / "journal")
    for each in journal.read().entries:
        journal.delete(each, now_ns=NS)
    journal.add(FACTS, FIGURE, note=NOTE, tags="absorption, long", now_ns=NS)
    journal.add(FACTS, FIGURE, note="Another one", tags="sweep", now_ns=NS + 1)
    opened(page, server)
    entries = page.locator('[class*="st-key-entry-"]')
    shown(page, entries, "Another one", "<b>Sellers</b>")
    found_by_words(page, entries)
    taken_away_and_compared(page)
    changed_and_deleted(page, entries)


def shown(page, entries, *notes):
    """Wait until these entries are shown and no others: Streamlit changes one after the other."""

    def are_there():
        page.wait_for_timeout(50)
        texts = entries.all_inner_texts()
        return len(texts) == len(notes) and all(map(str.__contains__, texts, notes))

    until(are_there, within_s=60, what=f"the entries {notes}")


def found_by_words(page, entries):
    search = page.get_by_label("Search")
    search.fill("SELLERS")
    search.press("Enter")
    shown(page, entries, "<b>Sellers</b>")
    search.fill("no such word")
    search.press("Enter")
    page.get_by_text("No entry fits what is looked for.").wait_for()
    search.fill("")
    search.press("Enter")
    shown(page, entries, "Another one", "<b>Sellers</b>")


def taken_away_and_compared(page):
    files = {}
    for label in ("HTML", "JSON"):
        with page.expect_download() as saved:
            page.get_by_role("button", name=label).click()
        files[label] = saved.value.path().read_bytes()
        assert re.fullmatch(r"journal-[0-9TZ-]+\.(html|json)", saved.value.suggested_filename)
    there = unpacked(files["HTML"])
    assert there == unpacked(files["JSON"])
    assert [each.note for each in there.entries] == ["Another one", NOTE]
    assert set(there.figures) == {each.id for each in there.entries}
    told = numbers(page.locator('[class*="st-key-entry-"]').nth(1))
    assert digits(told["Delta"]) == float(there.entries[1].numbers["delta_BTC"]) == -7.49
    opens_without_a_network(page, files["HTML"], there)

    page.get_by_role("tab", name="Compare with a file").click()
    upload = page.locator('[data-testid="stFileUploader"] input[type="file"]')
    upload.set_input_files({"name": "a.html", "mimeType": "text/html", "buffer": files["HTML"]})
    page.get_by_text("The same: 2 of 2 entries are equal.").wait_for()
    other = json.loads(files["JSON"])
    other["entries"][0]["note"] = "Changed"
    block = json.dumps(other).encode()
    upload.set_input_files({"name": "b.json", "mimeType": "application/json", "buffer": block})
    page.get_by_text("Not the same: 1 equal, 1 changed").wait_for()
    page.get_by_role("tab", name="Entries").click()


def opens_without_a_network(page, html, there):
    alone = page.context.browser.new_context(offline=True)
    try:
        own = alone.new_page()
        errors, asked = [], []
        own.on("pageerror", lambda error: errors.append(str(error)))
        own.on("request", lambda request: asked.append(request.url))
        own.set_content(html.decode())
        own.wait_for_selector(".main-svg")
        assert own.locator("article").count() == len(there.entries)
        assert own.locator(".js-plotly-plot").count() == len(there.entries)
        assert "<b>Sellers</b> absorbed =1+1" in own.inner_text("body")
        assert own.evaluate("() => window.hit") is None
        assert [url for url in asked if url.startswith("http")] == []
        assert errors == []
    finally:
        alone.close()


def changed_and_deleted(page, entries):
    entries.nth(1).get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog")
    note = dialog.get_by_label("Note")
    note.fill("W" * 4001)
    dialog.get_by_role("button", name="Save").click()
    dialog.get_by_text("the note has 4,001 letters; at most 4,000 are kept").wait_for()
    assert note.input_value() == "W" * 4001
    note.fill("What I think now")
    dialog.get_by_role("button", name="Save").click()
    shown(page, entries, "Another one", "What I think now")
    entries.nth(1).get_by_text("What it said before").click()
    until(
        lambda: page.wait_for_timeout(50) or "<b>Sellers</b>" in entries.nth(1).inner_text(),
        within_s=60,
        what="the earlier note",
    )
    entries.nth(0).get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").last.click()
    shown(page, entries, "What I think now")
