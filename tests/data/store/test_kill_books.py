"""Processes killed while they record a book: whole messages, and all that were promised."""

import os
import signal
import subprocess
import sys
import time
from random import Random

import numpy as np

from core.domain.arrays import LevelFlag
from core.domain.events import Channel
from data.store.store import Store
from tests.support.rows import MESSAGE
from tests.support.trades import instrument
from tests.support.waiting import until

KILLS = 5
PER_RUN = 10_000_000
_CHILD = """
import os, sys, time
from pathlib import Path
import numpy as np
from core.domain.events import Channel
from data.store.recorder import Recorder
from data.store.store import Store
from tests.support.rows import MESSAGE, event, message
root, run = Path(sys.argv[1]), int(sys.argv[2])
acked = os.open(root.parent / f"acked-{run}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
store = Store(root)
store.repair()
recorder = Recorder(store, "live")
recorder.start()
number = said = 0
while True:
    for _ in range(4):
        levels = [(1, 100 + each, 5) for each in range(MESSAGE)]
        now_ns, update_id = time.time_ns(), run * PER_RUN + number
        rows = message(now_ns, levels, update_id=update_id, snapshot=not number)
        recorder(event(Channel.BOOK, rows))
        number += 1
    if recorder.status().acknowledged > said:
        said = recorder.status().acknowledged
        os.write(acked, b"%d\\n" % said)
    time.sleep(0.002)
""".replace("PER_RUN", str(PER_RUN))


def rows_of(root):
    blocks = list(Store(root).read("live", instrument().id, Channel.BOOK, (0, 2**62)))
    return np.concatenate(blocks) if blocks else None


def promised(root, run):
    path = root.parent / f"acked-{run}"
    lines = path.read_text().splitlines() if path.exists() else []
    return int(lines[-1]) if lines else 0


def test_of_many_kills_none_loses_a_promised_message_or_leaves_half_of_one(tmp_path):
    root, random, ages_s = tmp_path / "recordings", Random(3), []
    root.mkdir()
    for run in range(1, KILLS + 1):
        child = subprocess.Popen([sys.executable, "-c", _CHILD, str(root), str(run)])
        with child:
            until(lambda run=run: promised(root, run), within_s=30)
            at_s = time.monotonic() + random.uniform(0, 1)
            until(lambda at_s=at_s: time.monotonic() >= at_s)
            killed_ns = time.time_ns()
            os.kill(child.pid, signal.SIGKILL)
        ages_s.append((killed_ns - int(rows_of(root)["ts_recv_ns"].max())) / 1e9)
    store = Store(root)
    store.repair()
    before = rows_of(root)
    store.seal()
    store.close()
    rows = rows_of(root)
    assert rows.tobytes() == before.tobytes()
    assert not [each for found in Store(root).recordings() for each in found.problems]
    starts = np.flatnonzero(rows["flags"] & LevelFlag.FIRST)
    assert np.array_equal(starts, np.arange(0, rows.size, MESSAGE))
    for run in range(1, KILLS + 1):
        ids = rows["update_id"][rows["update_id"] // PER_RUN == run][::MESSAGE] - run * PER_RUN
        assert np.array_equal(ids, np.arange(ids.size))
        assert ids.size * MESSAGE >= promised(root, run) > 0
    assert max(ages_s) <= 1.0
