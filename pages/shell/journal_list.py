"""Journal list: the entries that are looked for, each with its figure, numbers and note."""

from collections.abc import Sequence
from datetime import date
from typing import Final, Literal, TypeAlias

import streamlit as st

from core.domain.errors import JournalError, RecordingError
from core.domain.instrument import InstrumentId
from data.clock import wall_ns
from data.journal.entry import Entry, Wish, found
from data.journal.journal import Journal, Read
from data.runtime import runtime
from pages.shell import journal_files
from pages.shell.assets import loader
from pages.shell.journal_entry import journal
from pages.shell.journal_words import (
    EMPTY,
    NOTHING_FOUND,
    ids_of,
    made_words,
    number_lines,
    title_of,
)
from pages.shell.recordings_list import query
from pages.shell.replay_moment import open_explorer, play_moment, recorded_from
from pages.shell.tables import line, number_cell, row, table, text_cell
from pages.shell.words import ended, plain, refusal

_SHOWN: Final = 10
_MOST: Final = "journal_most"
_FIGURE: Final = st.components.v2.component(
    "tapescope_kept", js=loader("kept"), isolate_styles=False
)


_Colour: TypeAlias = Literal["green", "orange", "violet", "gray"]
_COLOURS: Final[dict[str, _Colour]] = {"live": "green", "simulated": "orange", "replay": "violet"}


@st.fragment
def show() -> None:
    """Show what is looked for, the newest first, or how to make the first entry."""
    kept = journal()
    read = kept.read()
    for problem in read.problems:
        st.warning(plain(ended(problem)))
    if not read.entries:
        st.html(line("No entries yet", level="none"))
        st.info(EMPTY, icon=":material/book_2:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shown = found(read.entries, _wish(read))
    with st.container(horizontal=True, vertical_alignment="center"):
        said = f"Entries shown: {len(shown):,} of {len(read.entries):,}"
        st.html(line(said, level="none"), width="content")
        journal_files.show_downloads(kept, shown)
    if not shown:
        st.info(NOTHING_FOUND)
    most = st.session_state.setdefault(_MOST, _SHOWN)
    for entry in shown[:most]:
        _entry(kept, entry)
    if len(shown) > most:
        st.button(f"Show more ({len(shown) - most:,})", key="journal-more", on_click=_show_more)


def _show_more() -> None:
    st.session_state[_MOST] += _SHOWN


def _wish(read: Read) -> Wish:
    markets = {name: None for each in read.entries for name in each.instruments}
    tags = sorted({tag for each in read.entries for tag in each.tags})
    text = st.text_input("Search", key="journal-text", placeholder="words of note, tag or market")
    market = st.selectbox(
        "Market", ["", *sorted(markets)], format_func=_market, key="journal-market"
    )
    wanted = st.multiselect("Tags", tags, key="journal-tags", placeholder="any")
    first = st.date_input("From (UTC)", value=None, key="journal-from", width=140)
    last = st.date_input("To (UTC)", value=None, key="journal-to", width=140)
    days = (str(first or date.min), str(last or date.max)) if first or last else None
    return Wish(text=text, instrument=market, tags=tuple(wanted), days=days)


def _market(name: str) -> str:
    return name or "All markets"


def _entry(kept: Journal, entry: Entry) -> None:
    with st.container(border=True, key=f"entry-{entry.id}"):
        before = kept.history(entry) if entry.version > 1 else ()
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(entry.source.upper(), color=_COLOURS.get(entry.source, "gray"))
            st.markdown(f"**{plain(title_of(entry))}**", width="stretch")
            _buttons(kept, entry)
        left, right = st.columns([3, 2], gap="medium")
        with left:
            _figure(kept, entry)
        with right:
            # As text: what a note says is nobody's Markdown and nobody's HTML.
            st.text(entry.note or "No note.")
            if entry.tags:
                st.caption(plain("Tags: " + ", ".join(entry.tags)))
            rows = [
                row(text_cell(name), number_cell(text))
                for name, text in number_lines(entry.numbers)
            ]
            st.html(table("journal-numbers", ("Number", "#Value"), rows))
            st.caption(plain(made_words(entry, before)))
            if before:
                _history(before)


def _figure(kept: Journal, entry: Entry) -> None:
    figure = kept.figure(entry)
    if figure is None:
        st.warning("The figure of this entry cannot be read.")
        return
    said = {"title": title_of(entry), "source": entry.source, "recv_ns": str(entry.end_ns)}
    data = {"id": entry.id, "figure": figure} | said
    _FIGURE(key=f"kept-{entry.id}", data=data, height="content")


def _history(before: Sequence[Entry]) -> None:
    with st.expander("What it said before"):
        for each in before:
            st.text(each.note or "No note.")
            st.caption(plain(f"Version {each.version}; tags: {', '.join(each.tags) or 'none'}"))


def _buttons(kept: Journal, entry: Entry) -> None:
    ids = ids_of(entry)
    every = [each.recording for each in query().found()]
    source = recorded_from(every, ids, entry.bar_ns) if ids else None
    if st.button(
        "Replay",
        icon=":material/replay:",
        key=f"replay-{entry.id}",
        disabled=source is None,
        help="Plays what was recorded around this candle."
        if source
        else "This moment is not recorded, so it cannot be played.",
    ):
        _replay(entry, ids, str(source))
    if st.button("Edit", icon=":material/edit:", key=f"edit-{entry.id}"):
        _edit(kept, entry)
    if st.button("Delete …", icon=":material/delete:", key=f"delete-{entry.id}"):
        _delete(kept, entry)


def _replay(entry: Entry, ids: Sequence[InstrumentId], source: str) -> None:
    try:
        play_moment(runtime(), source, ids, entry.end_ns)
    except RecordingError as error:
        st.error(refusal(error))
    else:
        open_explorer(ids, timeframe=entry.bars)


@st.dialog("Change this entry")
def _edit(kept: Journal, entry: Entry) -> None:
    """Change note and tags; what was said before stays in the entry."""
    st.caption(plain(title_of(entry)))
    # No max_chars: the browser would cut what is pasted; what is too long is refused in words.
    note = st.text_area("Note", entry.note, height=180)
    tags = st.text_input("Tags", ", ".join(entry.tags))
    if st.button("Save", type="primary", key="journal-save"):
        try:
            kept.change(entry, note=note, tags=tags, now_ns=wall_ns())
        except JournalError as error:
            st.error(refusal(error))
        else:
            st.rerun()


@st.dialog("Delete this entry?")
def _delete(kept: Journal, entry: Entry) -> None:
    """Ask, naming what goes."""
    st.write(plain(f"{title_of(entry)}: it will not be shown any more."))
    st.caption(plain(f"Its files stay in {kept.folder}, named {entry.id}."))
    if st.button("Delete", type="primary", key="journal-delete-now"):
        try:
            kept.delete(entry, now_ns=wall_ns())
        except JournalError as error:
            st.error(refusal(error))
        else:
            st.rerun()
