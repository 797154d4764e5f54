"""A workspace with trades, and a way to export from it."""

import pytest

from data.__main__ import main
from data.store.store import Store
from tests.support.trades import instrument


@pytest.fixture
def export(tmp_path, monkeypatch, capsys):
    """``export(blocks, kind, ...)``: (exit code, output, complaint) of an export of the blocks."""
    monkeypatch.setenv("TAPESCOPE_HOME", str(tmp_path))

    def export_it(blocks, kind, *arguments):
        store = Store(tmp_path / "recordings")
        for rows in blocks:
            store.append("live", instrument(), "aggTrade", rows)
            store.flush()
        store.close()
        if "--out" not in arguments:
            arguments = (*arguments, "--out", "-")
        given = ["export", kind, "--instrument", str(instrument().id), *map(str, arguments)]
        try:
            code = main(given)
        except SystemExit as left:
            code = left.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return export_it
