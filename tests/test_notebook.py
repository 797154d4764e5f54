"""The examples in README.md, run as they stand there, on an export of our own."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.calc.from_frame import trades_from_frame
from data.__main__ import main
from data.store.store import Store
from tests.support.trades import instrument, random_trades

README = Path(__file__).parent.parent / "README.md"
BTC = instrument("binance.perp.BTCUSDT", tick="0.1", step="0.001")
SECTION = re.compile(r"^## In a notebook$(.*?)^## ", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples():
    (section,) = SECTION.findall(README.read_text(encoding="utf-8"))
    return CODE.findall(section)


@pytest.fixture
def exported(tmp_path, monkeypatch):
    """A folder with the file that the examples read; the trades in it."""
    monkeypatch.setenv("TAPESCOPE_HOME", str(tmp_path / "workspace"))
    monkeypatch.chdir(tmp_path)
    rows = random_trades(np.random.default_rng(3), 6_000, span_s=3_600)
    store = Store(tmp_path / "workspace" / "recordings")
    store.append("live", BTC, "aggTrade", rows)
    store.flush()
    store.close()
    for name in ("trades.parquet", "trades.csv"):
        assert main(["export", "trades", "--instrument", str(BTC.id), "--out", name]) == 0
    return rows


def test_the_examples_run_one_after_another_on_an_export(exported):
    said = {}
    assert len(examples()) == 4
    for code in examples():
        exec(compile(code, str(README), "exec"), said)  # our own text, as a reader would paste it
    assert (said["trades"] == exported).all()
    assert said["btc"] == BTC
    assert len(said["candles"]) == said["bars"].size == len(said["bands"]) == len(said["flow"])
    assert said["rows"]["is_poc"].sum() == 1
    assert said["rows"]["buy_base"].sum() == pytest.approx(
        said["inside"]["size_lots"][said["inside"]["aggressor"] == 1].sum() / 1000
    )
    assert len(said["value_area"]) > 3
    assert list(said["found"].columns) == ["event_ns", "side", "price", "strength", "reason"]
    assert isinstance(said["why_none"], str)


def test_the_table_of_a_csv_is_the_same_trades(exported):
    found = trades_from_frame(pd.read_csv("trades.csv"), BTC)
    assert (found == exported).all()
