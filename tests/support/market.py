"""A market that stands still: a source with a clock of its own, and the real engine filled."""

import sys
from types import ModuleType

from core.domain.events import Listed, TradeBlock
from data.runtime import Runtime
from data.settings import load_settings
from pages.shell.running import stop_publisher


class StillSource:
    """Lists what it is given; nothing ever comes by itself."""

    def __init__(self, instruments=(), *, name="simulated", now_ns=0, notes=()):
        self.name = name
        self.run_id = f"{name}-still"
        self.now = now_ns
        self.wanted = []
        self._instruments = tuple(instruments)
        self._notes = tuple(notes)

    def start(self, submit):
        pass

    def stop(self):
        pass

    def now_ns(self):
        return self.now

    def instruments(self):
        return self._instruments

    def notes(self):
        return self._notes

    def want(self, instrument_id, timeframe, bars):
        self.wanted.append((instrument_id, timeframe, bars))


def still_runtime(home, source, blocks=()):
    """A Runtime over ``source``, its engine holding ``blocks`` of (instrument, trades)."""
    run = Runtime(load_settings({"TAPESCOPE_HOME": str(home)}, project=home))
    run.source = source
    run.engine.start()
    for instrument, rows in blocks:
        run.engine.submit(Listed(instrument))
        run.engine.submit(TradeBlock(instrument, "trades", rows))
    assert run.engine.settle()
    return run


class Installed:
    """Puts a runtime where the pages look for the process's one."""

    def __init__(self, run):
        self._run = run

    def __enter__(self):
        holder = ModuleType("tapescope_runtime")
        holder.runtime = self._run
        sys.modules["tapescope_runtime"] = holder
        return self._run

    def __exit__(self, *_):
        stop_publisher()
        sys.modules.pop("tapescope_runtime", None)
        self._run.stop()
