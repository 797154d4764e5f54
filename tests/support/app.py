"""The explorer (or another Streamlit script) as a process of its own on a free port."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(*command, home, environment=None, log=None):
    """Run ``streamlit <command>`` until the block ends; yields (process, base address)."""
    port = free_port()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("TAPESCOPE_")}
    arguments = [sys.executable, "-m", "streamlit", *command, "--server.port", str(port)]
    arguments += ["--server.headless", "true", "--server.address", "127.0.0.1"]
    with (log or Path(os.devnull)).open("wb") as out:
        process = subprocess.Popen(
            arguments,
            cwd=ROOT,
            env=inherited | {"TAPESCOPE_HOME": str(home)} | (environment or {}),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process, f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def wait_for_port(address, *, within_s=30.0):
    """Wait until the server takes connections."""
    host, _, port = address.removeprefix("http://").partition(":")
    deadline = time.monotonic() + within_s
    while True:
        try:
            socket.create_connection((host, int(port)), 0.2).close()
        except OSError:
            assert time.monotonic() < deadline, f"{address} did not open within {within_s} s"
            time.sleep(0.02)
        else:
            return
