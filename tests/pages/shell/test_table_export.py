import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.app import ROOT
from tests.support.market import Installed, StillSource, still_runtime


def script():
    from pages.shell.table_export import download_table, show_table

    show_table({"Size": [1, 2]}, name="sizes", source="simulated", height=100)
    download_table(lambda: {"price": [1]}, name="prices", source="simulated")


@pytest.fixture
def page(tmp_path):
    with Installed(still_runtime(tmp_path, StillSource(now_ns=1_700_000_000_000_000_000))):
        yield AppTest.from_function(script, default_timeout=20).run()


def test_a_table_is_shown_with_two_buttons_that_take_it_away(page):
    assert not page.exception
    assert page.dataframe[0].value["Size"].tolist() == [1, 2]
    labels = [each.proto.label for each in page.get("download_button")]
    assert labels == ["CSV", "Parquet", "CSV", "Parquet"]


def test_nothing_is_made_before_somebody_asks(page):
    assert all(each.proto.deferred_file_id for each in page.get("download_button"))


def test_no_other_module_shows_a_table_with_a_file_that_is_not_formula_safe():
    found = [
        path.name
        for path in (ROOT / "pages").rglob("*.py")
        if re.search(r"\bst\.(dataframe|data_editor)\(", path.read_text(encoding="utf-8"))
    ]
    assert found == ["table_export.py"]
