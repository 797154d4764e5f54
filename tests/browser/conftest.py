"""Chromium, and the product on a free port with the simulated market."""

import pytest

from tests.support.app import EXPLORER, running
from tests.support.chromium import ARGS, INSTALL, executable
from tests.support.desk_day import DeskDay

_TEXT = "() => document.body.innerText"


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def server(home):
    with running(EXPLORER, home) as server:
        yield server


@pytest.fixture(scope="session")
def chromium():
    if executable() is None:
        pytest.skip(INSTALL)
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(ARGS))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    """A page of 1600 by 950; whatever its console calls an error fails the test."""
    context = chromium.new_context(viewport={"width": 1600, "height": 950}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(30_000)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: _note(said, errors))
    yield page
    context.close()
    assert not errors


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """What the page said when a test failed stands in the report."""
    report = yield
    page = item.funcargs.get("page")
    if report.when == "call" and report.failed and page is not None and not page.is_closed():
        report.sections.append((f"Page {page.url}", page.evaluate(_TEXT)))
    return report


def _note(said, errors):
    # On a deep link Streamlit itself first asks for /<page>/_stcore/..., which is not there.
    own = "/_stcore/" in said.location.get("url", "") and "404" in said.text
    if said.type == "error" and not own:
        errors.append(f"{said.text} ({said.location.get('url', '')})")


@pytest.fixture(scope="module")
def day():
    """A recorded day that is the same each time."""
    return DeskDay()


@pytest.fixture(scope="module")
def still(day, tmp_path_factory):
    """A server whose clock stands at the end of that day."""
    home = tmp_path_factory.mktemp("still")
    day.record(home)
    environment = {"TAPESCOPE_REPLAY": day.replay, "TAPESCOPE_SPEED": "inf"}
    with running(EXPLORER, home, environment) as server:
        yield server
