"""Runs one rival in the Python it is installed in: `python -m tests.bench.rival_runner MODULE`.

Reads one JSON object a line: ``{"load": trades.npy}`` makes its form of the trades ready,
``{"task": name}`` runs once and answers ``{"ms": …}``, with ``"save": path`` the arrays are written
there. What the library itself prints goes to the standard error.
"""

import json
import sys
from importlib import import_module
from time import perf_counter

import numpy as np


def main():
    answers, sys.stdout = sys.stdout, sys.stderr
    rival = import_module(f"tests.bench.{sys.argv[1]}")
    prepared = None
    for line in sys.stdin:
        asked = json.loads(line)
        started = perf_counter()
        if "load" in asked:
            prepared = rival.prepare(np.load(asked["load"]))
            found = ()
        else:
            found = rival.TASKS[asked["task"]](prepared)
        spent_ms = (perf_counter() - started) * 1_000
        if asked.get("save"):
            np.savez(asked["save"], *found)
        del found
        print(json.dumps({"ms": spent_ms}), file=answers, flush=True)


if __name__ == "__main__":
    main()
