"""Health board: the parts of the Health page, from the line on top to the refused frames."""

import streamlit as st

from core.domain.events import Channel
from data.clock import wall_ns
from data.feeds.health import ChannelHealth, State
from data.runtime import Runtime, runtime
from data.views.health import HealthFigures, HealthQuery
from pages.shell.health_files import buffer_columns, channel_columns, refused_columns
from pages.shell.health_tables import Drawn, books_table, buffers_table, process_strip
from pages.shell.health_words import disk_words, headline, recording_words
from pages.shell.painted import painted
from pages.shell.table_export import download_table
from pages.shell.tables import channels_table, line, refused_table
from pages.shell.words import plain

_QUERY = "health_query"
_FILTERS = ("All channels", "Not live")


def show() -> None:
    """Show all of it, as it is now."""
    run = runtime()
    figures = _query(run).figures(run.engine, now_ns=wall_ns())
    _lines(run, figures)
    _process(run, figures)
    _channels(run)
    _buffers(run, figures)
    _refused(run)


def show_files() -> None:
    """Offer the tables as files, with all of their rows as they are at the click."""
    run = runtime()
    asked, source = _query(run), run.source.name
    with st.container(horizontal=True, vertical_alignment="center"):
        download_table(
            lambda: channel_columns(run.health.snapshot()),
            name="channels",
            source=source,
            title="Channels:",
        )
        download_table(
            lambda: buffer_columns(asked.figures(run.engine, now_ns=wall_ns()).buffers),
            name="buffers-and-books",
            source=source,
            title="Buffers and books:",
        )
        download_table(
            lambda: refused_columns(run.health.refused_samples()),
            name="refused-frames",
            source=source,
            title="Refused frames:",
        )


def _query(run: Runtime) -> HealthQuery:
    """Return this tab's query; another run's is of no use."""
    known = st.session_state.get(_QUERY)
    if known is None or known[0] is not run:
        known = st.session_state[_QUERY] = run, HealthQuery(run.store, "live")
    query: HealthQuery = known[1]
    return query


def _lines(run: Runtime, figures: HealthFigures) -> None:
    """Say whether all is well: the connections, then what else may be amiss."""
    level, words = headline(run.health.snapshot(), source=run.source.name)
    st.html(line(words, level=level))
    well, recording = _recording(run)
    if not well:
        st.error(plain(recording))
    if figures.faults:
        st.error(f"{figures.faults:,} events could not be written; the log of the server has them.")


def _recording(run: Runtime) -> tuple[bool, str]:
    status = run.recorder.status() if run.recorder is not None else None
    notes = run.session.notes() if run.session is not None else ()
    return recording_words(status, source=run.source.name, notes=notes)


def _channels(run: Runtime) -> None:
    channels = run.health.snapshot()
    if not channels:
        return
    chosen = st.segmented_control(
        "Channels",
        _FILTERS,
        default=_FILTERS[0],
        key="health_filter",
        label_visibility="collapsed",
        required=True,
    )
    shown = [each for each in channels if chosen == _FILTERS[0] or each.state is not State.LIVE]
    if shown:
        st.html(channels_table(sorted(shown, key=_place), now_ns=run.source.now_ns()))
    else:
        st.caption("Every channel is live.")


def _place(each: ChannelHealth) -> tuple[str, str, str, int]:
    """Return where a channel stands in the table: by instrument, then as Channel has them."""
    order = list(Channel)
    known = each.channel in order
    return each.venue, each.kind, each.symbol, order.index(Channel(each.channel)) if known else 9


def _process(run: Runtime, figures: HealthFigures) -> None:
    status = run.recorder.status() if run.recorder is not None else None
    seen, settings = painted(), run.settings
    drawn = Drawn(seen.draw_ms, seen.drawn_ns)
    st.html(process_strip(figures, status, drawn, now_ns=wall_ns()))
    _, recording = _recording(run)
    disk = disk_words(figures.disk, keep_days=settings.retain_days, keep_gb=settings.retain_gb)
    st.caption(plain(f"{recording} {disk}"))


def _buffers(run: Runtime, figures: HealthFigures) -> None:
    buffers = sorted(figures.buffers, key=lambda each: each.instrument_id)
    if not buffers:
        return
    allowed = max(each.rows_allowed for each in buffers)
    st.caption(
        f"What is held in memory. Of all instruments at most {figures.trades_allowed:,} trades; of "
        f"each at most {allowed:,} quotes, as many rows of its ticker and as many liquidations."
    )
    st.html(buffers_table(buffers, now_ns=run.source.now_ns()))
    st.html(books_table(buffers))


def _refused(run: Runtime) -> None:
    st.caption(f"Refused frames: {run.health.refused_total()}")
    samples = run.health.refused_samples()
    if samples:
        st.html(refused_table(samples))
