"""The opened candle under two conventions of imbalance, in a browser."""

import pytest

from tests.browser.chart import Chart

pytestmark = pytest.mark.browser


def test_a_candle_is_shown_under_two_conventions_by_the_pages_address(page, server):
    chart = Chart(page).open(f"{server.url}/?imbalance_preset=Exocharts&compare_with=ATAS")
    chart.click_candle().wait_rows()
    compared = page.get_by_test_id("compared")
    words = compared.inner_text()
    if "mark the same" not in words:  # then there is a list to unfold
        compared.locator("summary").click()
        words = compared.inner_text()
    assert "Exocharts" in words
    assert "ATAS" in words
    listed = compared.locator("tr").count()
    assert listed == 0 if "mark the same" in words else f"{listed} cell" in words
    page.get_by_role("button", name="Imbalances").click()
    page.locator('[data-testid="stSelectbox"]').filter(has_text="Compare with").click()
    page.get_by_role("option", name="nothing").click()
    compared.get_by_text("Imbalances by Exocharts").wait_for()
