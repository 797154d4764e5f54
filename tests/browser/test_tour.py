"""The tour of the first start: shown once, never in the way."""

import pytest

from tests.browser.chart import Chart, soon
from tests.support.app import EXPLORER, running

pytestmark = pytest.mark.browser
FRESH = {"TAPESCOPE_SOURCE": "simulated", "TAPESCOPE_TOUR": ""}
"""As a trader starts it: the environment says nothing of the tour."""


@pytest.fixture
def fresh(tmp_path):
    with running(EXPLORER, tmp_path, FRESH) as server:
        yield server


@pytest.fixture
def small(page):
    page.set_viewport_size({"width": 1366, "height": 768})
    return page


def card(page):
    return page.get_by_test_id("tour")


def inside(page):
    box = card(page).bounding_box()
    size = page.viewport_size
    ends = box["x"] + box["width"] <= size["width"], box["y"] + box["height"] <= size["height"]
    return box["x"] >= 0 and box["y"] >= 0 and all(ends)


def on_top(page):
    return card(page).evaluate(
        """card => {
          const { left, right, top, bottom } = card.getBoundingClientRect();
          return [left + 4, right - 4].every((x) => [top + 4, bottom - 4].every(
            (y) => card.contains(document.elementFromPoint(x, y))));
        }"""
    )


@pytest.mark.timeout(240)
def test_five_steps_at_the_first_start_and_never_again_unless_asked(fresh, small):
    page = small
    Chart(page).open(fresh.url)
    card(page).wait_for()
    for step in range(1, 6):
        card(page).and_(page.locator(f'[data-step="{step}"]')).wait_for()
        page.wait_for_timeout(400)
        assert inside(page), f"step {step} is outside the window"
        assert on_top(page), f"step {step} lies under something"
        assert page.locator(".ts-tour-ring").is_visible(), f"step {step} points at nothing"
        card(page).get_by_role("button", name="Done" if step == 5 else "Next").click()
    card(page).wait_for(state="detached")
    kept = fresh.home / "settings.toml"
    soon(page, lambda: kept.exists() and "tour = false" in kept.read_text(), what="the note")
    page.reload()
    page.wait_for_selector('html[data-ts-keys="on"]', state="attached")
    page.wait_for_timeout(500)
    assert card(page).count() == 0
    page.locator('.st-key-guide [data-testid="stPopover"] button').first.click()
    page.get_by_role("button", name="Take the tour").click()
    card(page).wait_for()


def test_the_chart_takes_clicks_meanwhile_and_escape_ends_it(fresh, small):
    page = small
    chart = Chart(page).open(fresh.url)
    card(page).wait_for()
    soon(page, chart.click_candle(0.4).bar_ns, what="a footprint")
    assert card(page).count() == 1, "a run of the script must not end the tour"
    page.keyboard.press("Escape")
    card(page).wait_for(state="detached")


def test_a_server_of_tests_shows_none(page, server):
    page.goto(f"{server.url}/health")
    page.wait_for_selector('html[data-ts-keys="on"]', state="attached")
    page.wait_for_timeout(500)
    assert card(page).count() == 0
