import sys

import pytest

from tests.bench import __main__ as bench
from tests.support import chromium


@pytest.mark.parametrize("name", ["live", "startup"])
def test_a_browser_benchmark_without_a_browser_says_how_to_get_one(
    name, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(chromium, "executable", lambda: None)
    monkeypatch.setattr(sys, "argv", ["bench", name, "--json", str(tmp_path / "found.json")])
    assert bench.main() == 0
    assert chromium.INSTALL in capsys.readouterr().err
