"""The rules about files that no linter knows."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LIMITS = (
    ("core/calc/*.py", 150),
    ("core/signals/*.py", 150),
    ("pages/figures/*.py", 150),
    ("pages/*.py", 60),
    ("data/venues/**/*.py", 250),
    ("core/**/*.py", 300),
    ("data/**/*.py", 300),
    ("pages/**/*.py", 300),
    ("pages/**/*.js", 300),
    ("app.py", 60),
)
FILES = [
    path.relative_to(ROOT)
    for top in ("core", "data", "pages")
    for path in sorted((ROOT / top).rglob("*"))
    if path.suffix in {".py", ".js", ".css"}
] + [Path("app.py")]
UNFINISHED = re.compile(r"TODO|FIXME|XXX|NotImplemented|placeholder\b(?!=)")


def matches(path, pattern):
    return path in {each.relative_to(ROOT) for each in ROOT.glob(pattern)}


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix != ".css"], ids=str)
def test_a_file_is_short_enough_to_hold_in_the_head(path):
    limit = next(lines for pattern, lines in LIMITS if matches(path, pattern))
    lines = len((ROOT / path).read_text(encoding="utf-8").splitlines())
    assert lines <= limit, f"{path} has {lines} lines, at most {limit}: make it a package"


@pytest.mark.parametrize("path", FILES, ids=str)
def test_nothing_is_left_unfinished(path):
    assert not UNFINISHED.search((ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".py"], ids=str)
def test_a_module_opens_with_a_sentence(path):
    assert (ROOT / path).read_text(encoding="utf-8").startswith('"""')
