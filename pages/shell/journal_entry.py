"""Journal entry: an opened candle becomes an entry, with its figure, its numbers and a note."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import streamlit as st

from core.domain.errors import JournalError
from data.clock import wall_ns
from data.journal.entry import Figure
from data.journal.journal import Journal
from data.runtime import Runtime, runtime
from data.views.footprint import FootprintSpec, FootprintView, footprint_view, graded_bars
from pages.figures import opened as opened_figure
from pages.figures.grade_text import share_text
from pages.shell.explorer_export import candle_now
from pages.shell.spec import OpenedSpec
from pages.shell.words import refusal

_TIMES = "journal_kept"
"""Session key: how many entries were made, so that the next one begins with empty fields."""


def journal() -> Journal:
    """Return the journal of the workspace."""
    return Journal(runtime().settings.home / "journal")


def show(opened: OpenedSpec) -> None:
    """Show the button under which the candle is put into the journal."""
    with st.popover(
        "Journal", icon=":material/book_2:", key="candle-journal", help="Keep it in the journal"
    ):
        times = st.session_state.setdefault(_TIMES, 0)
        note = st.text_area(
            "Note",
            key=f"journal-note-{times}",
            height=120,
            placeholder="What you saw, and what you make of it",
        )
        tags = st.text_input(
            "Tags",
            key=f"journal-tags-{times}",
            placeholder="separated by commas",
        )
        st.caption("Figure, numbers and note of this candle are kept under Journal.")
        if st.button("Keep this candle", icon=":material/book_2:", key="journal-keep"):
            _keep(opened, note, tags)


def _keep(opened: OpenedSpec, note: str, tags: str) -> None:
    run = runtime()
    try:
        keep(run, candle_now(run, opened), note=note, tags=tags)
    except JournalError as error:
        st.error(refusal(error))
    else:
        st.session_state[_TIMES] += 1
        st.toast("The candle is in the journal.", icon=":material/book_2:")
        st.rerun(scope="fragment")


def keep(run: Runtime, spec: FootprintSpec, *, note: str, tags: str) -> None:
    """Put a candle into the journal as it is at this moment.

    Raises:
        JournalError: nothing is known of the candle, note or tags are refused, or the journal
            cannot be written.
    """
    source, now_ns = run.source.name, run.source.now_ns()
    view = footprint_view(run.engine, spec, now_ns=now_ns, graded=graded_bars(spec))
    if view is None:
        msg = "nothing has come of this market yet, so there is no candle to keep"
        raise JournalError(msg)
    facts = {
        "source": source,
        "instruments": tuple(map(str, spec.instruments)),
        "bars": spec.bars,
        "bar_ns": spec.bar_ns,
        "end_ns": spec.end_ns,
        "numbers": numbers(view),
    }
    journal().add(facts, figure(view, spec, source), note=note, tags=tags, now_ns=wall_ns())


def figure(view: FootprintView, spec: FootprintSpec, source: str) -> Figure:
    """Return the figure of the opened candle as the page draws it."""
    drawn = opened_figure.draw(view, focus_ns=spec.focus_ns, source=source)
    return {"data": drawn["data"], "layout": drawn["layout"]}


def numbers(view: FootprintView) -> Mapping[str, str]:
    """Return the numbers of a candle, exact: sizes in base coins, prices in quote coins.

    A row is named by its lower edge, as on the page; where nothing traded there is none.
    """
    rows, grid = view.footprint, view.instrument
    found: dict[str, Any] = {
        f"{name}_{grid.base}": lots * grid.lot_size
        for name, lots in (
            ("delta", rows.delta_lots),
            ("total", rows.total_lots),
            ("min_delta", rows.min_delta_lots),
            ("max_delta", rows.max_delta_lots),
        )
    }
    for name, row in (("poc", rows.poc_row), ("vah", rows.vah_row), ("val", rows.val_row)):
        if row >= 0:
            edge = grid.price_grid.text(int(rows.row_ticks[row]))
            found[f"{name}_{grid.quote}"] = Decimal(edge)
    found["buy_trades"] = int(rows.buy_trades.sum())
    found["sell_trades"] = int(rows.sell_trades.sum())
    found["closed"] = "yes" if view.closed else "no"
    found["complete"] = "yes" if view.complete else "no"
    if view.grades is not None:
        found["grade"] = share_text(view.grades.grade[0]) or "not proven"
    return {
        name: f"{each:f}" if isinstance(each, Decimal) else str(each)
        for name, each in found.items()
    }
