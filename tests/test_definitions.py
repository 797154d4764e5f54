"""Every number that is shown is traced in core/DEFINITIONS.md: what it means, and its tests."""

import ast
import re
from itertools import chain

import pytest

from data.commands.exporting import KINDS
from pages.layers.registry import LAYERS
from tests.test_house import ROOT

TEXT = (ROOT / "core/DEFINITIONS.md").read_text(encoding="utf-8")
TESTS = sorted(set(re.findall(r"`(?:tests/[\w/]+/)?(test_\w+\.py)`", TEXT)))
HEADINGS = set(re.findall(r"^## (\d+)\.", TEXT, re.MULTILINE))
CALCULATORS = sorted(p.stem for p in (ROOT / "core/calc").glob("[!_]*.py"))
CITED = re.compile(r"DEFINITIONS sections? (\d+(?:(?:, | and )\d+)*)")


def rows(title):
    """Names in the first column of the table under a heading."""
    part = re.split(r"^#+ ", TEXT.split(f"# {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    first = re.findall(r"^\| (`[^|]*) \|", part, re.MULTILINE)
    return list(chain.from_iterable(re.findall(r"`(\w+)`", each) for each in first))


def answers(path):
    """Whether a module of views has a question that a screen asks."""
    nodes = ast.parse(path.read_text(encoding="utf-8")).body
    return any(
        isinstance(node, ast.ClassDef)
        and re.search(r"\wSpec$", node.name)
        and "Protocol" not in [base.id for base in node.bases if isinstance(base, ast.Name)]
        for node in nodes
    )


def test_every_layer_of_the_chart_has_its_row_and_no_other_has():
    assert sorted(rows("Where each number is shown")) == sorted(LAYERS)


def test_every_export_has_its_row_and_no_other_has():
    assert sorted(rows("Exports")) == sorted(KINDS)


@pytest.mark.parametrize("name", CALCULATORS)
def test_every_calculator_is_named_with_its_test_or_as_a_part_of_others(name):
    assert f"`test_{name}.py`" in TEXT or name in rows("Parts of calculators")


def test_no_part_of_a_calculator_is_named_that_is_gone():
    assert set(rows("Parts of calculators")) <= set(CALCULATORS)


def test_every_view_that_answers_a_question_has_its_row_and_no_other_has():
    found = [p.stem for p in (ROOT / "data/views").glob("*.py") if answers(p)]
    assert sorted(rows("Views")) == sorted(found)


@pytest.mark.parametrize("name", TESTS)
def test_every_test_that_is_named_is_there(name):
    assert list((ROOT / "tests").rglob(name))


def test_every_section_that_code_cites_is_there():
    cited = {
        number
        for folder in ("core", "data", "pages")
        for path in (ROOT / folder).rglob("*.py")
        for numbers in CITED.findall(path.read_text(encoding="utf-8"))
        for number in re.findall(r"\d+", numbers)
    }
    assert cited <= HEADINGS
