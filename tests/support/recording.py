"""Processes that record until they are killed.

``python -m tests.support.recording nursery ROOT`` waits for lines on its standard input: ``go RUN``
forks a child that records RATE trades a second below ROOT and answers with its process id; ``reap``
waits for the child's end. Forking saves starting Python a hundred times. What was acknowledged is
in ``ROOT/../acked-RUN``, one line per acknowledgement: how many trades of each instrument.

``python -m tests.support.recording until-interrupted ROOT`` records until Ctrl-C and then says how
many trades it submitted.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from core.domain.events import Trades
from data.engine import Engine
from data.store.recorder import Recorder
from data.store.store import Store
from tests.support.trades import instrument

LISTED = [instrument(f"binance.perp.{coin}USDT") for coin in ("BTC", "ETH", "SOL")]
RATE = 5_000
IDS_PER_RUN = 10_000_000
_PAUSE_S = 0.004


class Recording:
    """An engine and a recorder, and trades at a steady rate."""

    def __init__(self, root, *, run=0, rate=RATE):
        self.store = Store(root)
        self.store.repair()
        self.engine, self.recorder = Engine(), Recorder(self.store, "live")
        self.submitted = [0] * len(LISTED)
        self.accepted = []
        self._first_id = run * IDS_PER_RUN
        self._rate = rate
        self.engine.tap(self._note, self.recorder)
        self.engine.start()
        self.recorder.start()
        self._started_s = time.monotonic()

    def submit_what_is_due(self):
        due = int((time.monotonic() - self._started_s) * self._rate) - sum(self.submitted)
        for number in range(max(due, 0)):
            which = number % len(LISTED)
            now_ns = time.time_ns()
            row = (now_ns, now_ns, self._first_id + self.submitted[which], 5, 1_000, 1, 0, 1)
            self.submitted[which] += 1
            self.engine.submit(Trades(LISTED[which], "aggTrade", [row]))
        time.sleep(_PAUSE_S)

    def acknowledged(self):
        """How many trades of each instrument are acknowledged."""
        rows, counts = self.recorder.status().acknowledged, [0] * len(LISTED)
        for which, size in self.accepted:
            if rows <= 0:
                break
            counts[which] += min(size, rows)
            rows -= size
        return counts

    def stop(self):
        self.engine.stop()
        self.recorder.stop()
        self.store.close()

    def _note(self, block):
        self.accepted.append((LISTED.index(block.instrument), block.rows.size))


def record_until_killed(root, run):
    recording = Recording(root, run=run)
    acked = os.open(root.parent / f"acked-{run}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    said = 0
    while True:
        recording.submit_what_is_due()
        if recording.recorder.status().acknowledged > said:
            said = recording.recorder.status().acknowledged
            os.write(acked, b"%d %d %d\n" % tuple(recording.acknowledged()))


def nursery(root):
    child = 0
    for line in sys.stdin:
        if line.startswith("go"):
            child = os.fork()
            if not child:
                record_until_killed(root, int(line.split()[1]))
            _say(child)
        else:
            os.waitpid(child, 0)
            _say("gone")


def _say(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


class Lane:
    """A nursery process seen from outside."""

    def __init__(self, root):
        self.root = root
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.recording", "nursery", str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, run):
        return int(self._ask(f"go {run}"))

    def reap(self):
        assert self._ask("reap") == "gone"

    def acked(self, run):
        """How many trades of each instrument the run acknowledged."""
        path = self.root.parent / f"acked-{run}"
        lines = path.read_text().splitlines() if path.exists() else []
        return [int(each) for each in lines[-1].split()] if lines else [0] * len(LISTED)

    def close(self):
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def _ask(self, line):
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


@contextmanager
def lane(root):
    """A nursery for ``root``."""
    found = Lane(root)
    try:
        yield found
    finally:
        found.close()


def record_until_interrupted(root):
    # A shell's background job is born deaf to Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    recording = Recording(root)
    _say("recording")
    try:
        while True:
            recording.submit_what_is_due()
    except KeyboardInterrupt:
        recording.stop()
        _say(*recording.submitted)


if __name__ == "__main__":
    what, where = sys.argv[1], Path(sys.argv[2])
    {"nursery": nursery, "until-interrupted": record_until_interrupted}[what](where)
