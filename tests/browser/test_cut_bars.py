"""Bars that end by what traded, in Chromium: equal widths, exact clicks, zoom that stays."""

import re

import pytest

from core.domain.units import NS_PER_S
from tests.browser.chart import Chart, Footprint
from tests.support.waiting import until

pytestmark = pytest.mark.browser

_PRICE = """root => {
  const {data, _fullLayout: layout} = root.querySelector('.js-plotly-plot');
  const price = data.find(trace => trace.name === 'Price');
  return {at: Array.from(price.x), words: layout.xaxis.ticktext, type: price.type};
}"""

_WIDTHS = """root => {
  const {calcdata} = root.querySelector('.js-plotly-plot');
  const candles = calcdata.find(each => each[0].trace.type === 'candlestick');
  return [2 * candles[0].t.dPos, candles[0].pos];
}"""
_READS = """() => {
  const root = document.querySelector('[data-testid="live-chart"]');
  const clock = root.querySelector('.ts-values .ts-value').textContent.slice(0, 8);
  const label = [...root.querySelectorAll('.ts-crosshair .ts-axis-label')].at(-1);
  const cross = root.querySelector('.ts-crosshair');
  return cross.style.visibility === 'visible' && label.textContent.includes(clock);
}"""


@pytest.fixture
def chart(page, server):
    return Chart(page).open(f"{server.url}/?by=tick:50&layers=vwap,profile,cvd,delta")


def cell(chart, place):
    return chart.root.locator(".ts-values .ts-value").nth(place).text_content()


def test_bars_of_trades_are_equally_wide_and_their_times_stand_below(chart):
    price = chart.root.evaluate(_PRICE)
    assert price["type"] == "candlestick"
    assert {
        after - before for before, after in zip(price["at"], price["at"][1:], strict=False)
    } == {1000}
    assert len(price["words"]) > 3
    assert all(re.fullmatch(r"\d\d:\d\d:\d\d", each) for each in price["words"])
    assert chart.page.get_by_text("Only on bars of time").count() == 0
    assert "bars of 50 trades" in chart.root.locator(".ts-name").text_content()


def test_the_first_bar_of_a_tape_is_as_wide_as_any_other(chart, server):
    chart.open(f"{server.url}/?by=tick:2000&layers=vwap")
    widths = chart.root.evaluate(_WIDTHS)
    assert widths == [1000, 0]


def test_a_click_opens_the_bar_under_the_mouse_with_its_own_trades(chart, page):
    footprint = Footprint(page)
    title = footprint.root.locator(".ts-title")
    left, right = chart.plot_px()
    # What is zoomed stays where it is, while new bars come.
    page.mouse.move(left + 0.5 * (right - left), chart.middle_y())
    page.mouse.wheel(0, -1200)
    chart.wait_frames(2)
    for share in (0.3, 0.55, 0.8):
        at_ns = round(chart.ns_of(left + share * (right - left)) / NS_PER_S) * NS_PER_S
        page.mouse.move(chart.px_of(at_ns), chart.middle_y())
        chart.page.wait_for_function(_READS)
        read = [cell(chart, place) for place in (0, 5)]
        page.mouse.down()
        page.mouse.up()
        first, volume = read[0].split("–")[0], float(read[1].split()[0])
        until(
            lambda first=first: title.count() and f" {first} UTC" in title.text_content(),
            what=f"the bar of {first}",
        )
        assert "(tick:50, closed, BTC)" in title.text_content()
        total = footprint.root.locator(".ts-tile .ts-value").nth(1).text_content()
        assert float(total) == pytest.approx(volume, rel=0.01)


def test_zoom_stays_on_its_bars_while_new_ones_come_and_r_ends_it(chart, page):
    left, right = chart.plot_px()
    page.mouse.move(left + 0.5 * (right - left), chart.middle_y())
    page.mouse.wheel(0, -600)
    chart.wait_frames(2)
    zoomed = chart.range_ns()
    sparse = chart.root.evaluate(_PRICE)["words"]
    chart.wait_frames(20)
    assert chart.range_ns() == pytest.approx(zoomed, abs=NS_PER_S / 100)
    assert sparse
    page.keyboard.press("r")
    chart.wait_frames(2)
    assert chart.range_ns()[1] - chart.range_ns()[0] > zoomed[1] - zoomed[0]


def test_another_size_is_another_chart_and_back_to_time(chart, page):
    page.get_by_text("time", exact=True).click()
    until(lambda: chart.data().get("stepNs") == str(60 * NS_PER_S), what="minutes")
    page.get_by_text("range", exact=True).click()
    until(lambda: chart.data().get("stepNs") == str(NS_PER_S), what="bars that are counted")
    assert "ticks high" in chart.root.locator(".ts-name").text_content()
    assert "by=range%3A" in page.url or "by=range:" in page.url
    size = page.get_by_role("textbox", name="Height of a bar (ticks)")
    size.fill("0")
    size.press("Enter")
    page.get_by_text("write a whole number above zero").wait_for()
