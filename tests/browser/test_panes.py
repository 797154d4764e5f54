"""What the Explorer shows beside the trades, in a browser."""

import pytest

from pages.layers.registry import FIRST_SHOWN, LAYERS
from tests.browser.chart import Chart
from tests.support.waiting import until

pytestmark = pytest.mark.browser


@pytest.fixture
def chart(page, server):
    layers = ",".join(FIRST_SHOWN.layers).replace("profile", "profile(of: window)")
    return Chart(page).open(f"{server.url}/?layers={layers}")


def circles(chart):
    """Places of the circles on the price pane, in pixels of the page."""
    box = chart.root.locator(".ts-stage").bounding_box()
    pairs = [each.split(",") for each in chart.data().get("marksPx", "").split()]
    return [(box["x"] + float(x), box["y"] + float(y)) for x, y in pairs]


def wait(page, found, what):
    def holds():
        page.wait_for_timeout(50)
        return found()

    until(holds, what=what)


@pytest.mark.parametrize(
    ("toggle", "trace"), [("open_interest", "Open interest"), ("funding", "Basis")]
)
def test_a_pane_is_switched_off_and_on_again_without_a_remount(chart, page, toggle, trace):
    chart.remember_node()
    page.mouse.move(0, 0)
    switch = chart.switch(LAYERS[toggle])
    wait(page, lambda: trace in chart.trace_names(), f"{trace} to be there")
    switch.click()
    wait(page, lambda: trace not in chart.trace_names(), f"{trace} to go")
    switch.click()
    wait(page, lambda: trace in chart.trace_names(), f"{trace} to come back")
    assert chart.is_same_node()


def test_a_circle_says_what_was_liquidated_and_goes_with_its_toggle(chart, page):
    wait(page, lambda: circles(chart), "circles")
    tip = chart.root.locator(".ts-tip")
    for _ in range(5):
        page.mouse.move(*circles(chart)[-1])
        chart.wait_frames(1)
        if tip.is_visible():
            break
    assert "liquidated" in tip.inner_text()
    assert "USDT" in tip.inner_text()
    page.mouse.move(0, 0)
    chart.switch(LAYERS["liquidations"]).click()
    wait(page, lambda: not circles(chart), "no circles")


def test_the_lower_panes_say_their_values_under_the_mouse(chart, page):
    left, right = chart.plot_px()
    page.mouse.move(left + 0.8 * (right - left), chart.middle_y())
    chips = chart.root.locator(".ts-chip")
    wait(page, lambda: chips.count() == 2, "two lines of words")
    interest, funding = chips.all_inner_texts()
    assert interest.endswith(" BTC")
    assert "% of 8 h" in funding
    assert "APR" in funding
    assert "bps" in funding


def test_the_word_for_what_price_did_to_open_interest_stands_at_the_mouse(page, server):
    layers = "liquidation_buckets(over: session),open_interest(of: quadrants)"
    chart = Chart(page).open(f"{server.url}/?layers={layers}")
    left, right = chart.plot_px()
    page.mouse.move(left + 0.8 * (right - left), chart.middle_y())
    chip = chart.root.locator(".ts-chip")
    wait(page, lambda: chip.count() == 1 and " · " in chip.inner_text(), "coins and a word")
    coins, word = chip.inner_text().split(" · ")
    assert coins.endswith(" BTC")
    assert word in {"no quadrant", "long build", "short cover", "short build", "long unwind"}
