"""Keys in Chromium: each does its one thing, and nothing while something is typed."""

import re

import numpy as np
import pytest

from core.domain.units import NS_PER_MINUTE
from data.venues.registry import MARKETS
from pages.shell.guide import KEYS, TIMEFRAMES
from tests.browser.chart import Chart, Footprint, soon
from tests.support.app import EXPLORER, running
from tests.support.frames import trade_log
from tests.support.trades import random_trades

pytestmark = pytest.mark.browser
READY = 'html[data-ts-keys="on"]'


@pytest.fixture
def chart(page, server):
    chart = Chart(page).open(server.url)
    page.wait_for_selector(READY, state="attached")
    return chart


def test_the_numbers_are_timeframes(chart):
    page = chart.page
    for key, name in (("5", "5m"), ("1", "1s"), ("4", "1m")):
        assert TIMEFRAMES[int(key) - 1] == name
        page.keyboard.press(key)
        page.get_by_text(f"BTCUSDT Binance perp, {name}", exact=True).wait_for()


def test_space_holds_the_chart_still_and_says_how_far_behind_it_is(chart):
    page = chart.page
    page.keyboard.press(" ")
    words = page.get_by_test_id("paused")
    soon(page, lambda: re.match(r"PAUSED, ([2-9]|\d\d) s behind", words.inner_text()))
    held = chart.frames()
    page.wait_for_timeout(1_500)
    assert chart.frames() == held
    assert "ts-stale" not in chart.root.get_attribute("class"), "what is read must not be grey"
    page.keyboard.press(" ")
    chart.wait_frames(3)
    assert words.inner_text() == ""


def test_another_timeframe_ends_the_pause(chart):
    page = chart.page
    page.keyboard.press(" ")
    page.get_by_text("PAUSED").first.wait_for()
    page.keyboard.press("5")
    page.get_by_text("BTCUSDT Binance perp, 5m", exact=True).wait_for()
    chart.wait_frames(2)


def test_space_holds_the_footprint_with_the_chart_and_both_go_on(chart):
    page = chart.page
    page.mouse.move(5, 5)
    page.keyboard.press("f")
    footprint, paused = Footprint(page), page.get_by_test_id("paused")
    footprint.wait_rows()
    newest_ns, numbers = footprint.bar_ns(), footprint.root.locator(".ts-headline")
    before = numbers.inner_text()
    soon(page, lambda: numbers.inner_text() != before)
    page.keyboard.press(" ")
    soon(page, lambda: [each[:6] for each in paused.all_inner_texts()] == ["PAUSED", "PAUSED"])
    page.wait_for_timeout(500)  # what was being drawn
    held = numbers.inner_text(), chart.frames()
    page.wait_for_timeout(3_000)
    assert (numbers.inner_text(), chart.frames()) == held
    # Another candle opens all the same, and stands still with the chart.
    left, right = chart.plot_px()
    page.mouse.click(left + 0.4 * (right - left), chart.middle_y())
    soon(page, lambda: footprint.bar_ns() and footprint.bar_ns() != newest_ns)
    footprint.wait_rows(footprint.bar_ns())
    assert chart.frames() == held[1]
    page.keyboard.press(" ")
    chart.wait_frames(3)
    assert paused.all_inner_texts() == ["", ""]
    page.mouse.move(5, 5)
    page.keyboard.press("f")
    soon(page, lambda: footprint.bar_ns() >= newest_ns)
    opened = numbers.inner_text()
    soon(page, lambda: numbers.inner_text() != opened)


def test_f_opens_the_candle_under_the_mouse_else_the_newest(chart):
    page = chart.page
    left, right = chart.plot_px()
    page.mouse.move(left + 0.4 * (right - left), chart.middle_y())
    under_ns = chart.ns_of(left + 0.4 * (right - left))
    page.keyboard.press("f")
    opened = Footprint(page)
    soon(page, opened.bar_ns)
    assert abs(opened.bar_ns() - under_ns) <= NS_PER_MINUTE
    page.mouse.move(5, 5)
    page.keyboard.press("f")
    newest_ns = chart.range_ns()[1]
    soon(page, lambda: opened.bar_ns() > under_ns + NS_PER_MINUTE)
    assert abs(opened.bar_ns() - newest_ns) <= 30 * NS_PER_MINUTE


def test_r_shows_everything_again(chart):
    page = chart.page
    before = chart.range_ns()
    left, right = chart.plot_px()
    page.mouse.move((left + right) / 2, chart.middle_y())
    page.mouse.wheel(0, -400)
    soon(page, lambda: _width(chart) < 0.9 * (before[1] - before[0]))
    page.keyboard.press("r")
    soon(page, lambda: _width(chart) > 0.98 * (before[1] - before[0]))


def test_the_slash_opens_the_choice_of_the_instrument_even_in_a_folded_sidebar(chart):
    page = chart.page
    page.keyboard.press("/")
    page.get_by_role("listbox").wait_for()
    page.keyboard.type("eth")
    page.keyboard.press("Enter")
    page.locator(".ts-name", has_text="ETHUSDT Binance perp").wait_for()
    page.locator('[data-testid="stSidebar"]').hover()
    page.locator('[data-testid="stSidebarCollapseButton"] button').click()
    page.locator('[data-testid="stExpandSidebarButton"]').wait_for()
    page.mouse.click(1_200, 945)
    page.keyboard.press("/")
    page.get_by_role("listbox").wait_for()


def test_nothing_happens_while_something_is_typed_or_with_a_modifier(chart):
    page = chart.page
    page.locator(".st-key-instrument input").focus()
    page.keyboard.type("h?5 ")
    page.keyboard.press("Escape")
    page.evaluate("() => document.activeElement.blur()")
    for key in ("Control+5", "Alt+h"):
        page.keyboard.press(key)
    page.wait_for_timeout(700)
    assert page.get_by_test_id("hud").count() == 0
    assert page.get_by_test_id("keys").count() == 0
    assert page.get_by_test_id("paused").inner_text() == ""
    assert "timeframe=5m" not in page.url


def test_the_question_mark_lists_every_key_and_escape_closes_the_list(chart):
    page = chart.page
    page.keyboard.press("?")
    listed = page.get_by_test_id("keys")
    assert listed.locator("kbd").all_inner_texts() == [key for key, _ in KEYS]
    page.keyboard.press("Escape")
    assert listed.count() == 0


def test_of_a_replay_space_pauses_the_tape(tmp_path, page):
    rows = random_trades(np.random.default_rng(3), 3_000, span_s=1_200)
    log = trade_log(tmp_path / "day.log", MARKETS["binance", "perp"], rows)
    environment = {"TAPESCOPE_REPLAY": str(log), "TAPESCOPE_SPEED": "2"}
    with running(EXPLORER, tmp_path, environment) as server:
        Chart(page).open(server.url)
        page.wait_for_selector(READY, state="attached")
        page.keyboard.press(" ")
        page.get_by_role("button", name="Play", exact=False).wait_for()
        assert page.get_by_test_id("paused").inner_text() == ""
        page.goto("about:blank")


def _width(chart):
    from_ns, to_ns = chart.range_ns()
    return to_ns - from_ns
