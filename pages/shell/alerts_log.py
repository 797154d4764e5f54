"""Alert log on the page: what was told, opened in replay or taken away."""

from typing import Final

import streamlit as st

from core.domain.errors import RecordingError
from core.domain.instrument import InstrumentId
from data.runtime import Runtime, runtime
from pages.boards.alerts import ToldBoard
from pages.shell.mounts import live_board
from pages.shell.replay_moment import open_explorer
from pages.shell.table_export import download_table
from pages.shell.words import refusal

_CHOSEN: Final = "alerts_pack"


def show() -> None:
    """Show the board, the pack that was chosen, and the log as a file."""
    run = runtime()
    picked = live_board(ToldBoard(run.alerts), key="alert-log", testid="alert-log")
    action, _, alert_id = (picked or "").partition(":")
    try:
        if action == "replay":
            _replay(run, alert_id)
        elif action == "pack":
            st.session_state[_CHOSEN] = alert_id
        _pack(run)
    except RecordingError as error:
        st.error(refusal(error))
    newest = run.alerts.log.newest()
    if newest:
        # The file's own column of that name is whose page it was taken from.
        named = {name: "alert_source" if name == "source" else name for name in newest[0]}
        table = {new: [each[old] for each in newest] for old, new in named.items()}
        download_table(table, name="alerts", source=run.source.name, title="The log:")


def _replay(run: Runtime, alert_id: str) -> None:
    """Play the pack from its beginning, five minutes before the alert, and go to the chart."""
    store, said = run.alerts.packs.store_of(alert_id), run.alerts.packs.found(alert_id) or {}
    first = InstrumentId.parse(str(said["rule"]["instrument"]))
    ids = [first, *(each for each in store.ids(str(said["source"])) if each != first)]
    span_ns = int(said["from_ns"]), int(said["to_ns"])
    run.play(str(said["source"]), ids, *span_ns, store=store)
    open_explorer([first], timeframe="5s")


def _pack(run: Runtime) -> None:
    alert_id = st.session_state.get(_CHOSEN)
    # What was picked is only what the browser sent.
    if alert_id is None or run.alerts.packs.found(alert_id) is None:
        return
    st.download_button(
        f"Evidence of {alert_id}",
        lambda: run.alerts.packs.zipped(alert_id),
        file_name=f"alert-{alert_id}.zip",
        mime="application/zip",
        icon=":material/download:",
        on_click="ignore",
        key="alert_pack",
    )
