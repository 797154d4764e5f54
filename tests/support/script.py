"""The product's script in the test's own process, over the runtime that is installed."""

from streamlit.testing.v1 import AppTest

from tests.support.app import ROOT


def main_script(*, timeout_s=20):
    """The script that shows every page; it has not run yet."""
    path = ROOT / "pages" / "shell" / "main.py"
    return AppTest.from_file(str(path), default_timeout=timeout_s)


def opened_page(name, *, timeout_s=20, **query):
    """A page that has run once, with these values in its address."""
    page = main_script(timeout_s=timeout_s).run()
    for key, value in query.items():
        page.query_params[key] = value
    return page.switch_page(f"../{name}.py").run()
