"""Table export: any table of a page as CSV and Parquet, and tables that can be searched.

The one place that shows ``st.dataframe``: the CSV that it offers itself is not formula-safe.
"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import streamlit as st

from data.exports.table import Table, csv_bytes, parquet_bytes
from data.exports.text import file_stem
from data.runtime import runtime

Made: TypeAlias = Table | Callable[[], Table]
"""A table, or what makes it when somebody asks for the file."""

_STYLE: Final = """<style>
.stDataFrame button[aria-label^="Download as CSV"] { display: none; }
[class*="st-key-download-"] button { min-height: 1.6rem; padding: 0 0.3rem; }
[class*="st-key-download-"] button p { font-size: 12px; }
</style>"""
_KINDS: Final = (
    ("CSV", "csv", "text/csv"),
    ("Parquet", "parquet", "application/vnd.apache.parquet"),
)


def download_table(made: Made, *, name: str, source: str, title: str = "") -> None:
    """Show two small buttons that send the table as a file; it is made at the click.

    Not in a fragment that runs again by itself: Streamlit forgets a button's file at every run, and
    a click on its way meanwhile comes to nothing.

    Args:
        made: the columns by name, or a function without arguments that returns them as they are
            at the click; see ``data.exports.table``.
        name: what it is of, such as ``whales``; part of the file's name, and unique on a page.
        source: ``live``, ``simulated`` or ``replay``; it stands in every row of the file.
        title: before the buttons; empty = the place says what they are of.
    """
    stem = file_stem(name, source, at_ns=runtime().source.now_ns())

    def table() -> Table:
        return made() if callable(made) else made

    def file(suffix: str) -> Callable[[], bytes]:
        if suffix == "csv":
            return lambda: csv_bytes(table(), source=source)
        return lambda: parquet_bytes(table(), name=name, source=source)

    with st.container(horizontal=True, gap="small", key=f"download-{name}", width="content"):
        st.html(_STYLE)
        if title:
            st.caption(title, width="content")
        for label, suffix, mime in _KINDS:
            st.download_button(
                label,
                file(suffix),
                file_name=f"{stem}.{suffix}",
                mime=mime,
                icon=":material/download:",
                type="tertiary",
                on_click="ignore",
                key=f"{name}-{suffix}",
                help=f"{name.replace('-', ' ').capitalize()} as {label}",
            )


def show_table(
    table: Table, *, name: str, source: str, sent: Made | None = None, **options: Any
) -> Any:
    """Show a table that can be sorted and searched, and the buttons to take it away.

    Args:
        table: the columns by name, as they are shown.
        name: as in ``download_table``.
        source: as in ``download_table``.
        sent: what the files hold; None = what is shown.
        options: of ``st.dataframe``, such as ``column_config``, ``height`` and ``on_select``.

    Returns:
        What ``st.dataframe`` returns: with ``on_select`` its selection.
    """
    shown = search_table(table, **options)
    download_table(table if sent is None else sent, name=name, source=source)
    return shown


def search_table(table: Table, **options: Any) -> Any:
    """Show a table that can be sorted and searched, without its files; else as ``show_table``.

    For a fragment that runs again by itself: its files are offered outside of it.
    """
    st.html(_STYLE)
    return st.dataframe(table, **({"hide_index": True} | options))
