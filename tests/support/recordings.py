"""Where real recordings may be found; tests that need one skip where it is absent."""

import json
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FOLDER = Path(os.environ.get("TAPESCOPE_RECORDINGS", ROOT.parent / "shared" / "recordings"))
EXPECTED = ROOT / "tests" / "expected"


def recording(name):
    """The path of a recording, or a skip that says what is missing."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the recording {name} is not here; set TAPESCOPE_RECORDINGS to its folder")
    return path


def expected(name):
    return json.loads((EXPECTED / name).read_text())
