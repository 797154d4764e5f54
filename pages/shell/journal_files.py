"""Journal files: the journal as one page that opens anywhere, and a file compared with it."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.domain.errors import JournalError
from data.clock import wall_ns
from data.exports.text import file_stem
from data.journal.entry import Entry
from data.journal.journal import Journal
from data.journal.packed import Comparison, Packed, compared, packed_json, unpacked
from pages.shell.journal_entry import journal
from pages.shell.journal_page import journal_page
from pages.shell.journal_words import compared_words, title_of
from pages.shell.words import plain, refusal


def show_downloads(kept: Journal, entries: Sequence[Entry]) -> None:
    """Show two buttons that send the entries shown, each as one file made at the click."""
    stem = file_stem("journal", at_ns=wall_ns())
    for label, suffix, mime, make in (
        ("HTML", "html", "text/html", _page),
        ("JSON", "json", "application/json", _json),
    ):
        st.download_button(
            label,
            partial(make, kept, tuple(entries)),
            file_name=f"{stem}.{suffix}",
            mime=mime,
            icon=":material/download:",
            on_click="ignore",
            key=f"journal-{suffix}",
            help="The entries shown as one file: opens in any browser, without a network."
            if suffix == "html"
            else "The entries shown as one file for other programs.",
        )


def show_comparison() -> None:
    """Open an exported journal again and say how it differs from this one."""
    st.caption("An exported journal, HTML or JSON, is read again and compared entry by entry.")
    upload = st.file_uploader("Exported journal", type=["html", "json"], key="journal-upload")
    if upload is None:
        return
    try:
        there = unpacked(upload.getvalue())
    except JournalError as error:
        st.error(refusal(error))
        return
    here = pack(journal())
    found = compared(here, there)
    is_same = not (found.changed or found.only_here or found.only_there)
    (st.success if is_same else st.warning)(plain(compared_words(found)))
    _tell(found, here, there)


def pack(kept: Journal, entries: Sequence[Entry] | None = None) -> Packed:
    """Return entries with their figures.

    Args:
        entries: None = all.
    """
    chosen = kept.read().entries if entries is None else tuple(entries)
    drawn = {each.id: kept.figure(each) for each in chosen}
    known = {name: figure for name, figure in drawn.items() if figure is not None}
    return Packed(entries=chosen, figures=known)


def _json(kept: Journal, entries: Sequence[Entry]) -> bytes:
    packed = pack(kept, entries)
    return packed_json(packed.entries, packed.figures)


def _page(kept: Journal, entries: Sequence[Entry]) -> bytes:
    return journal_page(pack(kept, entries), made_ns=wall_ns())


def _tell(found: Comparison, here: Packed, there: Packed) -> None:
    titles = {each.id: title_of(each) for each in (*there.entries, *here.entries)}
    for words, ids in (
        ("Changed", found.changed),
        ("Only in the journal", found.only_here),
        ("Only in the file", found.only_there),
    ):
        for each in ids:
            st.caption(plain(f"{words}: {titles[each]}"))
