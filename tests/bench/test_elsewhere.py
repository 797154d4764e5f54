import subprocess
import sys

import numpy as np

from tests.bench import elsewhere
from tests.bench.elsewhere import started
from tests.support.trades import random_trades


def test_a_rival_that_cannot_be_installed_is_named_and_left_out(monkeypatch, tmp_path, capsys):
    def refused(command, **_):
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(elsewhere, "CACHE", tmp_path)
    monkeypatch.setattr(elsewhere.venv, "create", lambda *_, **__: None)
    monkeypatch.setattr(elsewhere.subprocess, "run", refused)
    assert started("rivals_numpy", "numpy==0") is None
    assert "numpy==0 is left out" in capsys.readouterr().err


def test_a_rival_elsewhere_answers_with_its_own_time_and_arrays(monkeypatch, tmp_path):
    monkeypatch.setattr(elsewhere, "CACHE", tmp_path)
    monkeypatch.setattr(elsewhere, "_python", lambda *_: sys.executable)
    trades = random_trades(np.random.default_rng(1), 100)
    np.save(tmp_path / "trades.npy", trades)
    rival = started("rivals_numpy")
    try:
        rival.take(trades, tmp_path / "trades.npy")
        assert rival.run("bars") > 0
        columns = rival.columns("profile", tmp_path / "found.npz")
    finally:
        rival.stop()
    assert columns[1].sum() + columns[2].sum() == trades["size_lots"].sum()
