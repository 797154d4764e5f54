"""Runs cryptofeed's handlers in a Python that has it, named by TAPESCOPE_CRYPTOFEED_PYTHON."""

import json
import os
import subprocess
from pathlib import Path


def timed(given, *, told, turns):
    """The least seconds that its handlers took for the frames ``given``; None = it is not here.

    Args:
        given: as rival_cryptofeed.py reads it.
        told: how many callbacks there must be.
    """
    python = os.environ.get("TAPESCOPE_CRYPTOFEED_PYTHON")
    if not python:
        return None
    script = Path(__file__).with_name("rival_cryptofeed.py")
    spent_s = []
    for _ in range(turns):
        done = subprocess.run(
            [python, str(script)],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            check=True,
        )
        answer = json.loads(done.stdout.splitlines()[-1])
        if answer["told"] < told:
            raise RuntimeError("cryptofeed did not take every frame")
        spent_s.append(answer["spent_s"])
    return min(spent_s)
