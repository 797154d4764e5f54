"""The product (or another Streamlit app) as a process of its own on a free port."""

import os
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from tests.support.served import free_port
from tests.support.waiting import until

ROOT = Path(__file__).resolve().parent.parent.parent
EXPLORER = ("run", str(ROOT / "app.py"))
QUIET = {"TAPESCOPE_TOUR": "off"}
"""The tour of the first start would lie over what a test looks at."""
SIMULATED = {"TAPESCOPE_SOURCE": "simulated"}


class Server:
    """``streamlit <command>``; can be stopped and started again on its port."""

    def __init__(self, command, home, environment):
        self.command, self.home, self.environment = command, Path(home), environment
        self.port = free_port()
        self.log = self.home / f"server-{self.port}.log"
        self.process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        """Start the process and wait until it answers."""
        own = {
            key: value
            for key, value in os.environ.items()
            if key == "TAPESCOPE_COMPILE" or not key.startswith("TAPESCOPE_")
        }
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        options = ["--server.headless", "true", "--server.port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", *self.command, *options],
                cwd=ROOT,
                env={**own, **QUIET, "TAPESCOPE_HOME": str(self.home), "PYTHONPATH": path}
                | self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(self.answers, within_s=60, what=f"the server ({self.log.read_text()[-500:]})")

    def answers(self):
        assert self.process.poll() is None, self.log.read_text()
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self):
        """End it as Ctrl-C would; it must be gone within 10 s."""
        self.process.terminate()
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


@contextmanager
def running(command, home, environment=SIMULATED):
    """Yield a running Server; it is ended with the block."""
    server = Server(command, home, environment)
    server.start()
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()
