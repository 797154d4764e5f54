"""Recordings import: files of others into the store, uploaded or by path, and what came of it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.typing import UploadedFile

from core.domain.errors import RecordingError
from core.domain.instrument import InstrumentId
from data.imports.into_store import import_file
from data.imports.opened import spoken
from data.imports.tables import Wish
from data.runtime import runtime
from data.store import paths
from data.store.store import Store
from data.views.recordings import stored_twice
from pages.shell.recordings_files import import_words, refused_lines
from pages.shell.recordings_list import query
from pages.shell.words import counted, ended, plain

MOST_MB: Final = 200
"""Of one upload, which the browser's server holds in memory; a path may name a larger file."""
_MOST_ROWS_COUNTED: Final = 5_000_000
"""Reading more again, to count what is stored twice, would keep the trader waiting."""
_REPORT: Final = "recordings_report"
_HELP: Final = (
    "Archives of Binance, OKX, Bybit and Tardis (trades; CSV, gzip, zip), raw recordings, and "
    "Tapescope's own exports. The format is told by the content."
)


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one file.

    Attributes:
        words: one line.
        refused: what was not kept, a line each.
    """

    words: str
    refused: tuple[str, ...] = ()
    failed: bool = False


def show() -> None:
    """Show the form, and the report of the last import."""
    with st.form("recordings_import", border=False):
        uploads = st.file_uploader(
            "Files", accept_multiple_files=True, max_upload_size=MOST_MB, help=_HELP
        )
        path = st.text_input(
            "or the path of a file on this machine",
            key="recordings_path",
            help=f"For files of over {MOST_MB} MB.",
        )
        left, right = st.columns(2)
        called = left.text_input(
            "Instrument",
            key="recordings_called",
            placeholder="binance.perp.BTCUSDT",
            help="Needed where a file does not say what it is of. Of a file that does, only this "
            "instrument is taken. Empty = whatever the file says.",
        )
        source = right.text_input(
            "Stored under", value="import", key="recordings_under", help="Name of the source."
        )
        pressed = st.form_submit_button("Import", icon=":material/upload_file:")
    if pressed:
        st.session_state[_REPORT] = _import_all(uploads, path.strip(), called.strip(), source)
        query().forget()
        st.rerun()
    for report in st.session_state.get(_REPORT, ()):
        _show(report)


def _show(report: Report) -> None:
    (st.error if report.failed else st.success)(plain(report.words))
    if report.refused:
        with st.expander(f"{counted(len(report.refused), 'line')} on what was not kept"):
            st.code("\n".join(report.refused), language=None)


def _import_all(
    uploads: list[UploadedFile], path: str, called: str, source: str
) -> tuple[Report, ...]:
    """Import everything that was named, one file after the other."""
    store = runtime().store
    try:
        paths.source_folder(store.root, source)
        instrument_id = InstrumentId.parse(called) if called else None
    except ValueError as error:
        return (Report(ended(str(error)), failed=True),)
    if source == "live":
        return (Report("live is the name of what is recorded here: choose another.", failed=True),)
    count = len(uploads) + bool(path)
    if not count:
        return (Report("No file was chosen.", failed=True),)
    reports: list[Report] = []
    bar = st.progress(0.0, "Reading")
    for upload in uploads:
        name = spoken(upload.name)
        bar.progress(len(reports) / count, f"Reading {plain(name)}")
        with _spilled(upload, store.root.parent) as file:
            wish = Wish(instrument_id, called=name)
            reports.append(import_one(file, wish, store, source=source))
    if path:
        bar.progress(len(reports) / count, f"Reading {plain(spoken(Path(path).name))}")
        wish = Wish(instrument_id)
        reports.append(import_one(Path(path).expanduser(), wish, store, source=source))
    bar.empty()
    return tuple(reports)


def import_one(file: Path, wish: Wish, store: Store, *, source: str) -> Report:
    """Bring one file into the store; whatever is wrong with it becomes a sentence."""
    try:
        imported = import_file(file, wish, store, source=source)
        store.seal()
    except RecordingError as error:
        return Report(ended(error.ui_message), failed=True)
    except OSError as error:
        return Report(f"The recordings cannot be written ({error.strerror}).", failed=True)
    ids = {each.id for each in imported.tally.found}
    found = [each for each in store.recordings(source) if each.instrument.id in ids]
    countable = sum(each.rows for each in found) <= _MOST_ROWS_COUNTED
    twice = stored_twice(store, source, found) if countable else 0
    return Report(import_words(imported, twice), tuple(refused_lines(imported)))


@contextmanager
def _spilled(upload: UploadedFile, folder: Path) -> Iterator[Path]:
    """Yield a file with the bytes of an upload; its name is ours, and it goes with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix="upload-", suffix=".part") as file:
        file.write(upload.getbuffer())
        file.flush()
        yield Path(file.name)
