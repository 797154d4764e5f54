"""Rivals that are not among our requirements: each in a virtual environment of its own.

An environment is made once and kept in ``$TAPESCOPE_BENCH_CACHE`` (``~/.cache/tapescope-bench``).
"""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent.parent
CACHE = Path(os.environ.get("TAPESCOPE_BENCH_CACHE") or "~/.cache/tapescope-bench").expanduser()


class Elsewhere:
    """A rival as a process that waits for its turn, so that the load of the machine is shared."""

    def __init__(self, module, *requirements):
        """Start it; ``module`` is one of this folder, run by ``rival_runner``.

        Raises:
            OSError: its environment cannot be made.
            subprocess.CalledProcessError: what it needs cannot be installed.
        """
        python = _python(module, requirements)
        self._log = (CACHE / f"{module}.log").open("ab")
        self._process = subprocess.Popen(
            [python, "-m", "tests.bench.rival_runner", module],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def take(self, _, path):
        """Let it read the trades at ``path``."""
        self._ask({"load": str(path)})

    def run(self, task):
        """Return the milliseconds that it measured itself."""
        return self._ask({"task": task})["ms"]

    def columns(self, task, path):
        """Return its arrays, by way of a file at ``path``."""
        self._ask({"task": task, "save": str(path)})
        with np.load(path) as saved:
            return tuple(saved[name] for name in saved.files)

    def stop(self):
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()
        self._log.close()

    def _ask(self, question):
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"a rival has failed; {self._log.name} says why")
        return json.loads(answer)


def started(module, *requirements):
    """Return it, or None where it cannot be installed; the standard error says so."""
    try:
        return Elsewhere(module, *requirements)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"{' '.join(requirements)} is left out: {error}", file=sys.stderr)
        return None


def _python(module, requirements):
    home = CACHE / module
    python, done = home / "bin" / "python", home / "installed.json"
    wanted = list(requirements)
    if not done.exists() or json.loads(done.read_text()) != wanted:
        print(f"installing {' '.join(wanted)} in {home}", file=sys.stderr)
        venv.create(home, clear=True, with_pip=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted]
        subprocess.run(pip, check=True, stdout=sys.stderr)
        done.write_text(json.dumps(wanted))
    return python
