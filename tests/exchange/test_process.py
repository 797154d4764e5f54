import subprocess
import sys
from pathlib import Path

from data.settings import load_settings
from data.sources.probe import probe

ROOT = Path(__file__).parent.parent.parent


def test_as_a_process_of_its_own_it_prints_endpoints_that_the_settings_take():
    command = [sys.executable, "-m", "tests.exchange", "--port", "0", "--rate", "100"]
    with subprocess.Popen(
        [*command, "--hours", "0.01"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            lines = []
            while (line := process.stdout.readline().strip()) not in {"ready", ""}:
                lines.append(line)
            environment = dict(line.split("=") for line in lines)
            endpoints = load_settings(environment, project=ROOT).endpoints
            assert len(endpoints) == 12
            assert set(probe(endpoints).values()) == {None}
        finally:
            process.terminate()
        assert process.wait(10) == 0
