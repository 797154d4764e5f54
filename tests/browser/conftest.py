"""Chromium, and the product on a free port with the simulated market."""

import os
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.chromium import ARGS, INSTALL, executable
from tests.support.served import free_port
from tests.support.waiting import until

ROOT = Path(__file__).resolve().parent.parent.parent


class Server:
    """``streamlit run`` of one app; can be stopped and started again on its port."""

    def __init__(self, app, home):
        self.app, self.home, self.port = app, home, free_port()
        self.log = home / f"server-{self.port}.log"
        self.process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        environment = os.environ | {
            "TAPESCOPE_SOURCE": "simulated",
            "TAPESCOPE_HOME": str(self.home),
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        }
        command = [sys.executable, "-m", "streamlit", "run", str(self.app), "--server.headless"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "true", "--server.port", str(self.port)],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(self.answers, within_s=60, what=f"the server ({self.log.read_text()[-500:]})")

    def answers(self):
        assert self.process.poll() is None, self.log.read_text()
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self):
        """End it as Ctrl-C would; it must be gone within 10 s."""
        self.process.terminate()
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


@contextmanager
def running(app, home):
    server = Server(app, home)
    server.start()
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def server(home):
    with running(ROOT / "app.py", home) as server:
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


def _note(said, errors):
    # On a deep link Streamlit itself first asks for /<page>/_stcore/..., which is not there.
    own = "/_stcore/" in said.location.get("url", "") and "404" in said.text
    if said.type == "error" and not own:
        errors.append(f"{said.text} ({said.location.get('url', '')})")
