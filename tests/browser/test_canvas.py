"""What the chart draws on canvases of its own: markers beside candles, footprints in them."""

import json
import re

import pytest

from tests.browser.chart import Chart, Footprint
from tests.support.waiting import until

pytestmark = pytest.mark.browser

NEAR_PX = 5


@pytest.fixture
def marked(page, server):
    """The chart with bursts and large trades, every circle switched off."""
    return Chart(page).open(f"{server.url}/?timeframe=15s&layers=bursts,large_trades")


@pytest.fixture
def cells(page, server):
    return Chart(page).open(f"{server.url}/?layers=footprint_cells")


def glyphs(chart):
    return json.loads(chart.data().get("glyphs") or "[]")


def drawn(chart):
    return json.loads(chart.data().get("cells") or "{}")


def wait(page, found, what):
    def holds():
        page.wait_for_timeout(50)
        return found()

    # After a start the markers of a day take up to a minute to read their past.
    return until(holds, within_s=90, what=what)


def zoom(chart, page, *, notches, control=False, at=0.985):
    left, right = chart.plot_px()
    page.mouse.move(left + at * (right - left), chart.middle_y())
    if control:
        page.keyboard.down("Control")
    for _ in range(notches):
        page.mouse.wheel(0, -120)
        page.wait_for_timeout(60)
    if control:
        page.keyboard.up("Control")
    chart.wait_frames(2)


def test_buying_is_below_its_candle_and_selling_above_and_none_lie_on_one_another(marked, page):
    beside = wait(page, lambda: [each for each in glyphs(marked) if not each["at_price"]], "glyphs")
    for each in beside:
        assert each["side"] * (each["y"] - each["edge"]) >= NEAR_PX
    places = [(each["x"], each["y"]) for each in beside]
    for at, (x, y) in enumerate(places):
        assert all(abs(x - a) > NEAR_PX or abs(y - b) > NEAR_PX for a, b in places[at + 1 :])


def test_a_glyph_says_its_sentence_under_the_mouse_as_text(marked, page):
    tip = marked.root.locator(".ts-tip")
    wait(page, lambda: glyphs(marked), "glyphs")
    for _ in range(5):
        each = glyphs(marked)[-1]
        box = marked.root.locator(".ts-stage").bounding_box()
        page.mouse.move(box["x"] + each["x"], box["y"] + each["y"])
        marked.wait_frames(1)
        if tip.is_visible() and each["title"] in tip.inner_text():
            break
    said = tip.inner_text()
    assert each["title"] in said
    assert each["reason"][1:] in said
    assert re.search(r"\d\d:\d\d:\d\d UTC, known ", said)
    assert re.search(r"Measured .+, needed .+; strength \d+ %", said)
    page.mouse.move(0, 0)
    wait(page, lambda: not tip.is_visible(), "the sentence to go")


def test_glyphs_stay_with_their_candles_while_the_chart_is_dragged(marked, page):
    before = wait(page, lambda: glyphs(marked), "glyphs")[-1]
    left, right = marked.plot_px()
    page.mouse.move(left + 0.5 * (right - left), marked.middle_y())
    page.mouse.down()
    page.mouse.move(left + 0.5 * (right - left) - 80, marked.middle_y(), steps=5)
    page.mouse.up()
    marked.wait_frames(2)
    after = [each for each in glyphs(marked) if each["at_ms"] == before["at_ms"]]
    assert [each["x"] - before["x"] for each in after[:1]] == [pytest.approx(-80, abs=4)]


def test_cells_have_no_numbers_from_afar_and_sells_and_buys_near_by(cells, page):
    wait(page, lambda: drawn(cells), "cells")
    assert drawn(cells)["texts"] == 0
    zoom(cells, page, notches=18)
    zoom(cells, page, notches=12, control=True)
    near = wait(page, lambda: drawn(cells)["texts"] and drawn(cells), "numbers in the cells")
    assert near["covers"]
    assert all(len(row) == 3 for row in near["rows"])


def test_the_numbers_of_a_cell_are_those_of_the_opened_candle(cells, page):
    zoom(cells, page, notches=18)
    zoom(cells, page, notches=12, control=True)
    told = wait(page, lambda: drawn(cells)["texts"] and drawn(cells), "numbers in the cells")
    # What has closed does not change between two looks.
    told = pan_to_one_before(cells, page, told["bar"])
    bar_ns = told["bar"] * 1_000_000
    page.mouse.click(cells.px_of(bar_ns), cells.middle_y())
    Footprint(page).wait_rows(bar_ns)
    tiles = page.locator(".ts-headline .ts-tile").all_inner_texts()
    said = dict(each.split("\n") for each in tiles)
    sold, bought = (sum(value(row[side]) for row in told["rows"]) for side in (1, 2))
    whole = value(said["Total"])
    assert sold + bought == pytest.approx(whole, rel=0.02)
    assert bought - sold == pytest.approx(value(said["Delta"]), abs=0.02 * whole)


def pan_to_one_before(chart, page, newest_ms):
    for _ in range(20):
        left, right = chart.plot_px()
        page.mouse.move(left + 100, chart.middle_y())
        page.mouse.down()
        page.mouse.move(left + 130, chart.middle_y(), steps=4)
        page.mouse.up()
        chart.wait_frames(1)
        told = drawn(chart)
        if 0 < told["bar"] < newest_ms and chart.px_of(told["bar"] * 1_000_000) < right - 10:
            return told
    return pytest.fail("no closed candle came into sight")


def value(text):
    scale = {"K": 1e3, "M": 1e6}.get(text[-1], 1)
    return float(text.rstrip("KM").replace("\N{MINUS SIGN}", "-")) * scale


def test_cells_go_with_their_toggle_and_the_candles_come_back(cells, page):
    zoom(cells, page, notches=10)
    wait(page, lambda: drawn(cells).get("covers"), "cells")
    page.mouse.move(0, 0)
    page.get_by_text("Footprint in candles", exact=True).click()
    wait(page, lambda: not drawn(cells), "no cells")
    assert cells.data()["connection"] == "open"
