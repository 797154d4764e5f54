"""The timer of slow tables: it goes on, and takes neither a page nor a press with it."""

import pytest

from tests.support.app import ROOT, running
from tests.support.waiting import until

pytestmark = pytest.mark.browser

# A tab that is busy for 250 ms of each 265: what was set waits, what is pressed does not.
_BUSY = """() => setInterval(() => {
  const until = performance.now() + 250;
  while (performance.now() < until);
}, 265)"""


@pytest.fixture(scope="module")
def beating(tmp_path_factory):
    app = str(ROOT / "tests" / "browser" / "again_app.py")
    with running(("run", app), tmp_path_factory.mktemp("again")) as server:
        yield server


def number(page, testid):
    return int(page.get_by_test_id(testid).inner_text())


def test_it_runs_its_fragment_again_and_again(page, beating):
    page.goto(beating.url)
    for clock in ("first", "second"):
        page.get_by_test_id(clock).wait_for()
        begun = number(page, clock)
        until(
            lambda clock=clock, begun=begun: (
                page.wait_for_timeout(100) or number(page, clock) > begun + 3
            ),
            within_s=30,
            what=f"more runs of the {clock}",
        )


def test_it_waits_while_something_is_being_pressed(page, beating):
    page.goto(beating.url)
    page.get_by_test_id("first").wait_for()
    page.evaluate("() => setInterval(() => dispatchEvent(new Event('pointerdown')), 50)")
    page.wait_for_timeout(1000)
    begun = number(page, "first"), number(page, "second")
    page.wait_for_timeout(800)
    assert (number(page, "first"), number(page, "second")) == begun


def test_a_busy_tab_loses_neither_pages_nor_presses(page, beating):
    page.goto(beating.url)
    page.get_by_test_id("body").wait_for()
    page.evaluate(_BUSY)
    for turn in range(1, 13):
        name = "two" if turn % 2 else "one"
        page.wait_for_timeout(137 * turn % 1900)
        page.get_by_role("link", name=name).click()
        page.get_by_test_id("body").get_by_text(name).wait_for(timeout=5000)
        page.wait_for_timeout(61 * turn % 500)
        page.get_by_role("button", name="Press").click()
        page.get_by_test_id("pressed").get_by_text(str(turn), exact=True).wait_for(timeout=5000)
        assert page.get_by_test_id("body").inner_text() == name
