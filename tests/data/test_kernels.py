import json
import logging
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from core.calc import compiled
from core.calc.bars import time_bars
from data import kernels as background
from data.kernels import compile_and_use, start
from data.runtime import runtime, stop_runtime
from data.settings import Settings
from tests.support.trades import random_trades
from tests.support.waiting import until

ROOT = Path(__file__).parent.parent.parent
TRADES = random_trades(np.random.default_rng(3), 500)

START_AND_COUNT = """
import json, sys
from pathlib import Path
from core.calc import compiled
from data.kernels import compile_and_use
used = compile_and_use(Path(sys.argv[1]))
import numba
from numba.core.registry import CPUDispatcher
modules = [m for name, m in sys.modules.items() if name.startswith("core.calc.kernels.")]
made = {f for m in modules for f in vars(m).values() if isinstance(f, CPUDispatcher)}
print(json.dumps({
    "used": sorted(compiled.in_use()) if used else None,
    "made": len(made),
    "loaded": sum(sum(f.stats.cache_hits.values()) for f in made),
    "compiled": sum(sum(f.stats.cache_misses.values()) for f in made),
}))
"""
IMPORT_ALL = """
import pkgutil, sys
from importlib import import_module
import core.calc, data.runtime, pages.figures.explorer
for module in pkgutil.iter_modules(core.calc.__path__):
    if not module.ispkg:
        import_module(f"core.calc.{module.name}")
print("numba" in sys.modules)
"""


@pytest.fixture(autouse=True)
def _restored():
    before = compiled.in_use()
    yield
    compiled.use(before)


def run(script, *arguments):
    own = {key: value for key, value in os.environ.items() if key != "NUMBA_CACHE_DIR"}
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        env=own,
        capture_output=True,
        text=True,
        check=True,
    )


def edition(folder):
    """The one folder of compiled code that is kept."""
    (kept,) = folder.iterdir()
    return kept


def test_a_second_start_loads_what_the_first_one_compiled(kernels, compiled_folder):
    found = json.loads(run(START_AND_COUNT, compiled_folder).stdout)
    assert found["used"] == sorted(kernels)
    assert (found["loaded"], found["compiled"]) == (found["made"], 0)
    assert found["made"] >= len(kernels)


def test_numpy_serves_until_the_kernels_are_there_and_the_bars_stay_the_same(
    kernels, tmp_path, monkeypatch
):
    may_go_on = Event()

    def imported_late(name):
        may_go_on.wait(20)
        return import_module(name)

    monkeypatch.setattr(background, "_AFTER_S", 0)
    monkeypatch.setattr(background, "import_module", imported_late)
    thread = start(Settings(home=tmp_path))
    assert compiled.in_use() == {}
    before = time_bars(TRADES, step_ns=10**9)
    may_go_on.set()
    until(lambda: compiled.in_use() == kernels)
    assert time_bars(TRADES, step_ns=10**9).tobytes() == before.tobytes()
    thread.join()


def test_without_numba_one_line_says_so_and_numpy_serves(tmp_path, monkeypatch, caplog):
    def missing(_):
        raise background.PackageNotFoundError("numba")

    monkeypatch.setattr(background, "version", missing)
    assert not compile_and_use(tmp_path / "compiled")
    assert [record.message for record in caplog.records] == [
        "numba is not installed: calculators work in numpy"
    ]
    assert time_bars(TRADES, step_ns=10**9).size


def test_where_compiling_fails_one_line_says_so_and_the_next_start_tries_anew(
    kernels, tmp_path, monkeypatch, caplog
):
    def fails(_):
        raise RuntimeError("no space left on the device")

    kept = tmp_path / "compiled" / background._edition()
    kept.mkdir(parents=True)
    with monkeypatch.context() as patch:
        patch.setattr(background, "import_module", fails)
        assert not compile_and_use(tmp_path / "compiled")
    (line,) = caplog.records
    assert (line.levelno, line.message) == (
        logging.ERROR,
        "calculators could not be compiled and work in numpy",
    )
    assert compiled.in_use() == {}
    assert not kept.exists()
    assert compile_and_use(tmp_path / "compiled")
    assert compiled.in_use() == kernels


@pytest.mark.usefixtures("kernels")
def test_what_another_edition_left_behind_is_removed(tmp_path):
    old, now = tmp_path / "compiled" / "old", tmp_path / "compiled" / background._edition()
    for each in (old, now):
        each.mkdir(parents=True)
    assert compile_and_use(tmp_path / "compiled")
    assert edition(tmp_path / "compiled") == now


def test_an_edition_is_named_by_its_sources_and_its_compiler(tmp_path, monkeypatch):
    names = {background._edition()}
    monkeypatch.setattr(background, "version", lambda _: "9.9")
    names.add(background._edition())
    monkeypatch.setattr(background, "_SOURCES", tmp_path)
    names.add(background._edition())
    (tmp_path / "bars.py").write_text("pass")
    names.add(background._edition())
    assert len(names) == 4


def test_what_kernels_import_is_part_of_the_edition_since_its_constants_are_compiled_in(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(background, "_SOURCES", tmp_path / "kernels")
    monkeypatch.setattr(background, "_ROOT", tmp_path)
    rule = tmp_path / "core" / "calc" / "rule.py"
    for path, text in (
        (tmp_path / "kernels" / "area.py", "from core.calc.rule import SHARE\n"),
        (rule, "SHARE = 70\n"),
        (rule.with_name("other.py"), "pass\n"),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    before = background._edition()
    rule.with_name("other.py").write_text("None\n")
    assert background._edition() == before
    rule.write_text("SHARE = 68\n")
    assert background._edition() != before


@pytest.mark.parametrize(("choice", "starts"), [("on", 1), ("off", 0)])
def test_the_run_starts_it_once_in_its_workspace_unless_it_is_switched_off(
    choice, starts, tmp_path, monkeypatch
):
    folders = []
    monkeypatch.setattr(background, "_AFTER_S", 0)
    monkeypatch.setattr(background, "compile_and_use", folders.append)
    monkeypatch.setenv("TAPESCOPE_SOURCE", "simulated")
    monkeypatch.setenv("TAPESCOPE_HOME", str(tmp_path))
    monkeypatch.setenv("TAPESCOPE_COMPILE", choice)
    try:
        runtime()
        runtime()
    finally:
        stop_runtime()
    until(lambda: len(folders) == starts)
    assert folders == [tmp_path / "compiled"] * starts


def test_nothing_of_the_product_imports_numba():
    assert run(IMPORT_ALL).stdout.strip() == "False"
