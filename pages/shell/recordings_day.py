"""Recordings day: what can be done with the day that was chosen: play, export, delete."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import streamlit as st

from core.domain.errors import RecordingError, TapescopeError
from core.domain.events import Channel
from core.domain.instrument import InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_S, Ns
from data.commands.exporting import DEEPEST
from data.runtime import Runtime, runtime
from data.views.recordings import RecordedDay, by_day
from pages.figures.venues import instrument_title
from pages.shell.health_words import size_text
from pages.shell.recordings_files import FORMATS, Exported, ExportWish, write_export
from pages.shell.recordings_list import CHOSEN, ENDS, query
from pages.shell.recordings_words import (
    day_title,
    day_words,
    deletion_words,
    gaps_table,
    whole_seconds,
)
from pages.shell.words import counted, plain, refusal

MOST_BYTES_SENT: Final = 32_000_000
"""A larger export is not sent through the browser: it would be held in memory."""
_HELP: Final = "Trades and bars of the span above; a book as it was at the end of it."
_EXPLORER: Final = Path(__file__).resolve().parent.parent / "explorer.py"
_EXPORTED: Final = "recordings_exported"
_MIME: Final = {".csv": "text/csv", ".parquet": "application/vnd.apache.parquet"}


def show() -> None:
    """Show the chosen day and its buttons; a sentence where none is chosen."""
    run = runtime()
    key = st.session_state.get(CHOSEN)
    days = by_day(query().found())
    if key is None or key not in days:
        if days:
            st.caption("Click a row of the list to play, export or delete that day.")
        return
    day = days[key]
    st.markdown(f"**{plain(day_title(day))}**")
    st.caption(plain(day_words(day)))
    span_ns = _span(day)
    if span_ns is not None:
        others = [
            each.instrument.id
            for other, each in days.items()
            if (other[0], other[2]) == (key[0], key[2]) and other != key
        ]
        _play(run, day, span_ns, others)
    exported = _export(run, day, span_ns)
    if exported is not None:
        _offer(exported)
    _missing(day)


def _span(day: RecordedDay) -> tuple[Ns, Ns] | None:
    """Let the trader choose a part of the day; None = nothing of it can be read.

    The ends are those of the moment of the click: a slider whose ends move, since the day is being
    recorded, would forget what was chosen on it.
    """
    if day.span_ns is None:
        return None
    first_s, last_s = st.session_state.setdefault(ENDS, whole_seconds(day.span_ns))
    _, wide, _ = st.columns([1, 40, 1])  # else the times at the ends are cut off
    chosen = wide.slider(
        "From and to (UTC)",
        _moment(first_s),
        _moment(last_s),
        (_moment(first_s), _moment(last_s)),
        step=timedelta(seconds=1),
        format="HH:mm:ss",
        key=f"recordings_span-{day.source}-{day.instrument.id}-{day.date}",
    )
    from_s, to_s = (int(each.replace(tzinfo=UTC).timestamp()) for each in chosen)
    return from_s * NS_PER_S, to_s * NS_PER_S


def _play(
    run: Runtime, day: RecordedDay, span_ns: tuple[Ns, Ns], others: Sequence[InstrumentId]
) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        more = st.multiselect(
            "Play together with",
            others,
            format_func=instrument_title,
            placeholder="nothing else of that day",
            key="recordings_with",
            disabled=not others,
        )
        pressed = st.button("Play", icon=":material/play_arrow:", key="recordings_play")
    if pressed:
        try:
            run.play(day.source, (day.instrument.id, *more), *span_ns)
        except TapescopeError as error:
            st.error(refusal(error))
        else:
            st.switch_page(_EXPLORER, query_params={"instrument": str(day.instrument.id)})


def _export(run: Runtime, day: RecordedDay, span_ns: tuple[Ns, Ns] | None) -> Exported | None:
    """Show what can be taken away or deleted; return what was last written of this choice."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wish = None if span_ns is None else _wish(day, span_ns)
        pressed = wish is not None and st.button(
            "Export", icon=":material/file_save:", key="recordings_export"
        )
        st.space("stretch")
        if st.button("Delete …", icon=":material/delete:", key="recordings_delete"):
            _confirm(day)
    if wish is not None and pressed:
        try:
            with st.spinner("Writing the file", show_time=True):
                exported = write_export(run.store, wish, run.settings.home / "exports")
        except RecordingError as error:
            st.error(refusal(error))
            return None
        st.session_state[_EXPORTED] = wish, exported
    known = st.session_state.get(_EXPORTED)
    return known[1] if known is not None and known[0] == wish else None


def _wish(day: RecordedDay, span_ns: tuple[Ns, Ns]) -> ExportWish | None:
    """Let the trader choose what is exported; None = of this day nothing can be."""
    kinds = _kinds(day)
    if not kinds:
        return None
    kind = st.selectbox("Export", kinds, key="recordings_kind", width=140, help=_HELP)
    timeframe = st.selectbox(
        "Timeframe",
        list(TIMEFRAMES_NS),
        index=list(TIMEFRAMES_NS).index("1m"),
        key="recordings_timeframe",
        disabled=kind != "bars",
        width=140,
    )
    levels = st.number_input(
        "Levels a side",
        1,
        DEEPEST,
        50,
        key="recordings_levels",
        disabled=kind != "book",
        width=140,
    )
    suffix = st.selectbox("Format", FORMATS, key="recordings_format", width=140)
    return ExportWish(day.source, day.instrument.id, kind, timeframe, span_ns, suffix, levels)


def _kinds(day: RecordedDay) -> list[str]:
    """Return what can be exported of a day."""
    channels = {each.recording.channel for each in day.channels if each.recording.rows}
    kinds = ["trades", "bars"] if Channel.TRADES in channels else []
    return [*kinds, "book"] if Channel.BOOK in channels else kinds


def _offer(exported: Exported) -> None:
    """Say where the file is; offer it to the browser where it is small."""
    size = size_text(exported.bytes)
    st.success(f"{counted(exported.rows, 'row')}, {size}, written to:")
    st.code(str(exported.path), language=None)
    if exported.bytes <= MOST_BYTES_SENT and exported.path.is_file():
        st.download_button(
            "Download",
            # Not at the click: what is made then is gone after two more runs, asked for or not.
            exported.path.read_bytes(),
            file_name=exported.path.name,
            mime=_MIME[exported.path.suffix],
            on_click="ignore",
            icon=":material/download:",
            key="recordings_download",
        )
    else:
        st.caption("It is too large to be sent through the browser; take it from there.")


@st.dialog("Delete this day?")
def _confirm(day: RecordedDay) -> None:
    """Ask, naming what goes; a day that is being recorded stays, with the reason."""
    st.write(plain(deletion_words(day)))
    if day.growing and runtime().recorder is not None:
        st.warning("It is being recorded and stays. Stop recording first.")
    elif st.button("Delete for good", type="primary", key="recordings_delete_now"):
        try:
            if day.growing:
                runtime().store.finish()
            runtime().store.delete_day(day.source, day.instrument.id, day.date)
        except RecordingError as error:
            st.error(refusal(error))
        except OSError as error:
            st.error(plain(f"It could not be deleted ({error.strerror})."))
        else:
            st.session_state.pop(CHOSEN, None)
            query().forget()
            st.rerun()


def _missing(day: RecordedDay) -> None:
    """Show gaps with their reasons, and files that cannot be read."""
    if day.gaps:
        with st.expander(f"{counted(len(day.gaps), 'gap')}: where rows are missing, and why"):
            st.html(gaps_table(day.gaps))
    for problem in day.problems:
        st.warning(plain(problem))


def _moment(seconds: int) -> datetime:
    # Streamlit's slider speaks of times without a zone; all of ours are UTC.
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
