import importlib
import sys

import pytest

from pages.shell import running
from tests.support.market import Installed, StillSource, still_runtime


@pytest.fixture
def run(tmp_path):
    with Installed(still_runtime(tmp_path, StillSource())) as run:
        yield run


@pytest.mark.usefixtures("run")
def test_an_edit_that_evicts_our_modules_leaves_the_one_publisher_and_its_token():
    publisher, token = running.publisher(), running.token()
    evicted = [name for name in sys.modules if name.startswith("pages.shell")]
    before = {name: sys.modules.pop(name) for name in evicted}
    try:
        again = importlib.import_module("pages.shell.running")
        assert again is not running
        assert again.publisher() is publisher
        assert again.token() == token
    finally:
        sys.modules.update(before)


@pytest.mark.usefixtures("run")
def test_a_new_process_would_have_another_token():
    token = running.token()
    running.stop_publisher()
    assert running.token() != token
