"""How long after its address is entered a page has its first figures."""

import os

import pytest

from tests.browser.test_pages import PAGES

pytestmark = pytest.mark.browser

GOAL_MS = 2_000
FIRST_FIGURES = """hook => new Promise(done => {
  const look = () => {
    const root = document.querySelector(`[data-testid="${hook}"]`);
    const isLive = root && /ts-(panel|board)/.test(root.className);
    if (root && (!isLive || Number(root.dataset.frames) > 0)) done(performance.now());
    else requestAnimationFrame(look);
  };
  look();
})"""


@pytest.fixture(scope="module")
def warm(chromium, server):
    """A browser that has been here before, and a server that has shown every page."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    for path, hook in PAGES.items():
        page.goto(f"{server.url}/{path}")
        page.wait_for_selector(f'[data-testid="{hook}"]', state="attached", timeout=60_000)
    page.close()
    yield context
    context.close()


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("path", "hook"), PAGES.items())
def test_a_fresh_tab_has_its_first_figures_soon(warm, server, path, hook):
    page = warm.new_page()
    page.goto(f"{server.url}/{path}", wait_until="commit")
    page.wait_for_function("document.body !== null")
    first_ms = page.evaluate(FIRST_FIGURES, hook)
    busy = os.getloadavg()[0] / (os.cpu_count() or 1)
    print(
        f"\nfirst figures of /{path}: {first_ms:.0f} ms (goal {GOAL_MS} ms; "
        f"{busy:.1f} processes wait for each core)"
    )
    page.close()
    # A machine that does nothing else is held to the goal; a busy one takes its turns.
    assert first_ms < GOAL_MS * max(1.0, 3 * busy)
