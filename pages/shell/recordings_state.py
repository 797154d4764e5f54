"""Recordings state: whether the market is being recorded, the switch, and what is kept."""

import streamlit as st

from data.clock import wall_ns
from data.runtime import Runtime, runtime
from data.store.recorder import RecorderState, RecorderStatus
from data.views.health import HealthQuery
from pages.shell.again import again
from pages.shell.health_words import disk_words, recording_words
from pages.shell.tables import line
from pages.shell.words import plain

_QUERY = "recordings_query"
_SWITCH = "recordings_switch"


@st.fragment
def show() -> None:
    """Show the state and the switch; every two seconds it looks again."""
    run = runtime()
    status = run.recorder.status() if run.recorder is not None else None
    notes = run.session.notes() if run.session is not None else ()
    well, words = recording_words(status, source=run.source.name, notes=notes)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(line(f"{words}{_rows(status)}", level=_level(status, well=well)))
        _switch(run)
    st.caption(plain(_kept(run)))
    again("recordings_state", every_s=2.0)


def _level(status: RecorderStatus | None, *, well: bool) -> str:
    if not well:
        return "amiss"
    return "well" if status is not None and status.state is RecorderState.RECORDING else "none"


def _rows(status: RecorderStatus | None) -> str:
    """Return how much was recorded in this run; empty where nothing is being recorded."""
    if status is None or status.state is not RecorderState.RECORDING:
        return ""
    lost = f", {status.lost:,} lost" if status.lost else ""
    return f" {status.acknowledged:,} rows of this run are on the disk{lost}."


def _switch(run: Runtime) -> None:
    st.session_state[_SWITCH] = run.recorder is not None
    reason = ""
    if run.source.name != "live":
        reason = "Only the live market is recorded."
    elif run.session is None:
        reason = "Recording is switched off in settings.toml: record = false."
    st.toggle(
        "Record the live market",
        key=_SWITCH,
        on_change=_record,
        disabled=bool(reason),
        help=reason or "What comes while it is off is a stored gap.",
    )


def _record() -> None:
    runtime().record(on=bool(st.session_state[_SWITCH]))


def _kept(run: Runtime) -> str:
    known = st.session_state.get(_QUERY)
    if known is None or known[0] is not run:
        known = st.session_state[_QUERY] = run, HealthQuery(run.store, "live")
    query: HealthQuery = known[1]
    settings = run.settings
    words = disk_words(
        query.disk(now_ns=wall_ns()), keep_days=settings.retain_days, keep_gb=settings.retain_gb
    )
    books = "Books are recorded too." if settings.record_books else "Books are not recorded."
    raw = " So is every frame as it arrived." if settings.record_raw else ""
    return f"{words} {books}{raw} Recordings lie in {run.store.root}."
