"""The worked examples of vectors.json: every one is asked for by a test, and none was altered."""

import ast
import json
from pathlib import Path

import pytest

from tests.support.vectors import vector_ids

TESTS = Path(__file__).parent
SHARED = TESTS.parent.parent / "shared" / "vectors.json"
READERS = ("vector", "trades_of")
IDS = vector_ids("")


def asked_for():
    """By id, the test modules that read it: by its name in full, or by what names begin with."""
    found = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {
            name.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "tests.support.vectors"
            for name in node.names
        }
        if path == Path(__file__) or not imported.intersection(READERS):
            continue
        texts = {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        begun = _beginnings(tree)
        for each in IDS:
            if each in texts or any(each.startswith(text) for text in begun):
                found.setdefault(each, []).append(path.name)
    return found


def _beginnings(tree):
    return {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "vector_ids"
    }


ASKED_FOR = asked_for()


def test_there_are_forty_five_of_them():
    assert len(set(IDS)) == 45


@pytest.mark.parametrize("vector_id", IDS)
def test_a_test_reads_the_worked_example(vector_id):
    assert ASKED_FOR.get(vector_id)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared vectors are not beside the project")
def test_the_copy_is_the_shared_file():
    assert json.loads((TESTS / "vectors.json").read_bytes()) == json.loads(SHARED.read_bytes())
