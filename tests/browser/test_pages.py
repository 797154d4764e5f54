import pytest

from tests.browser.chart import Chart
from tests.support.app import EXPLORER, running
from tests.support.waiting import until

pytestmark = pytest.mark.browser

PAGES = {
    "": "live-chart",
    "explorer": "live-chart",
    "alerts": "first-figure",
    "dashboard": "first-figure",
    "depth": "first-figure",
    "health": "first-figure",
    "recordings": "first-figure",
    "context": "first-figure",
    "tape": "first-figure",
    "settings": "first-figure",
    "journal": "first-figure",
}


@pytest.mark.parametrize(("path", "hook"), PAGES.items())
def test_a_deep_link_works_on_a_fresh_server(page, home, path, hook):
    with running(EXPLORER, home) as server:
        page.goto(f"{server.url}/{path}")
        page.wait_for_selector(f'[data-testid="{hook}"]', state="attached")
        assert "Page not found" not in page.inner_text("body")
        page.goto("about:blank")


def test_every_page_says_that_the_market_is_simulated(page, server):
    for path in PAGES:
        page.goto(f"{server.url}/{path}")
        page.get_by_text("SIMULATED", exact=True).first.wait_for()


def test_nothing_is_loaded_from_another_host(page, server):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    Chart(page).open(server.url)
    foreign = [url for url in asked if not url.startswith((server.url, "data:", "blob:"))]
    assert foreign == []


def test_a_chart_that_is_left_closes_its_connection_and_a_new_one_takes_its_place(page, server):
    live = []
    page.on("websocket", lambda socket: live.append(socket) if "/live?" in socket.url else None)
    chart = Chart(page).open(server.url)
    page.get_by_role("link", name="Health").click()
    page.wait_for_selector('[data-testid="first-figure"]')
    # The chart's, and the one that tells alerts: every page has that, and it stays.
    closed = lambda: sum(each.is_closed() for each in live)  # noqa: E731
    until(lambda: page.wait_for_timeout(50) or closed() == 1, what="the end of /live")
    page.get_by_role("link", name="Explorer").click()
    chart.wait_frames(3)
    assert len(live) == 3
    assert closed() == 1


@pytest.mark.timeout(240)
def test_a_lost_server_is_told_and_found_again_without_a_reload(chromium, home):
    page = chromium.new_page(viewport={"width": 1600, "height": 950})
    with running(EXPLORER, home) as server:
        chart = Chart(page).open(server.url)
        chart.page.evaluate("() => { window.__same_page = true; }")
        server.stop()
        said = server.log.read_text()
        assert "Traceback" not in said
        assert "Task was destroyed" not in said
        until(lambda: page.wait_for_timeout(50) or chart.data()["connection"] == "lost")
        page.get_by_text("Connection lost at").first.wait_for()
        server.start()
        until(
            lambda: page.wait_for_timeout(100) or chart.data().get("connection") == "open",
            within_s=60,
            what="the connection",
        )
        chart.wait_frames(5)
        assert page.evaluate("() => window.__same_page")
    page.close()
