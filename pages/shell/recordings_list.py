"""Recordings list: what there is by day, instrument and channel; a click chooses a day."""

import hashlib
from collections.abc import Sequence
from typing import Final

import streamlit as st

from core.domain.instrument import InstrumentId
from data.runtime import runtime
from data.views.recordings import DayKey, Graded, RecordedQuery
from pages.figures.venues import instrument_title
from pages.shell.again import again
from pages.shell.recordings_words import exact_listing, listing, totals
from pages.shell.table_export import download_table, search_table

CHOSEN: Final = "recordings_chosen"
"""Session key of the DayKey whose buttons are shown."""
ENDS: Final = "recordings_ends"
"""Session key of the first and last second of that day, as they were when it was chosen."""
_QUERY: Final = "recordings_found"
_ALL_SOURCES: Final = "All sources"
_ALL_INSTRUMENTS: Final = "All instruments"
_EMPTY: Final = (
    "Nothing is recorded yet. The live market is recorded as soon as it trades; files of others "
    "are brought in under Import."
)
_EVERY_S: Final = 5.0


@st.fragment
def show() -> None:
    """Show filters and list; every five seconds it looks again."""
    found = query().found()
    if not found:
        st.session_state.pop(CHOSEN, None)
        st.info(_EMPTY)
    else:
        shown = _filtered(found)
        key = _table(shown)
        if key is not None and key != st.session_state.get(CHOSEN):
            st.session_state[CHOSEN] = key
            st.session_state.pop(ENDS, None)
            st.rerun()
    again("recordings_list", every_s=_EVERY_S)


def show_files() -> None:
    """Offer the list, of all sources and instruments, as files."""
    asked = query()
    if asked.found():
        download_table(
            lambda: exact_listing(asked.found()),
            name="recordings",
            source=runtime().source.name,
            title="The whole list:",
        )


def query() -> RecordedQuery:
    """Return this tab's query; that of another run is of no use."""
    run = runtime()
    known = st.session_state.get(_QUERY)
    if known is None or known[0] is not run:
        known = st.session_state[_QUERY] = run, RecordedQuery(run.store)
    found: RecordedQuery = known[1]
    return found


def _filtered(found: Sequence[Graded]) -> list[Graded]:
    sources = sorted({each.recording.source for each in found})
    left, middle, right = st.columns([2, 3, 3], vertical_alignment="bottom")
    source = left.selectbox("Source", [_ALL_SOURCES, *sources], key="recordings_source")
    of_source = [each for each in found if source in (_ALL_SOURCES, each.recording.source)]
    ids: list[InstrumentId | None] = [None]
    ids += sorted({each.recording.instrument.id for each in of_source})
    chosen = middle.selectbox(
        "Instrument",
        ids,
        format_func=lambda each: _ALL_INSTRUMENTS if each is None else instrument_title(each),
        key="recordings_instrument",
    )
    shown = [each for each in of_source if chosen in (None, each.recording.instrument.id)]
    right.caption(totals(shown))
    return shown


def _table(shown: Sequence[Graded]) -> DayKey | None:
    """Show the list; return the day of the row that is marked.

    A mark is the number of a row: when other rows come, the list is another one without a mark,
    so that nothing is done to a day that nobody chose.
    """
    keys = [(each.key, each.recording.channel) for each in shown]
    name = hashlib.sha256(repr(keys).encode()).hexdigest()[:16]
    state = search_table(
        listing(shown),
        height=250,
        column_config={
            "Rows": st.column_config.NumberColumn(format="localized"),
            "Size": st.column_config.NumberColumn(format="bytes"),
        },
        on_select="rerun",
        selection_mode="single-row",
        key=f"recordings-{name}",
        alt="What is recorded, by day, instrument and channel",
    )
    rows = state.selection.rows
    return shown[rows[0]].key if rows and rows[0] < len(shown) else None
