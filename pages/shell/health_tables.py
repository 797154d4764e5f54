"""Health tables: what the process does, and what is held of each instrument."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.calc.words import share_text
from core.domain.events import NO_ID
from core.domain.units import NS_PER_S, Ns
from data.feeds.health import State
from data.store.recorder import RecorderStatus
from data.venues.sync import Phase
from data.views.health import BufferFigures, HealthFigures
from pages.figures.scale import UNKNOWN
from pages.figures.venues import instrument_title
from pages.shell.health_words import span_text
from pages.shell.tables import (
    SIGNS,
    clipped_cell,
    milliseconds_text,
    moment_text,
    number_cell,
    row,
    state_cell,
    strip,
    table,
    text_cell,
)

_FRESH_NS: Final[Ns] = 2 * NS_PER_S
"""What was drawn longer ago is told with its age."""

_HIDDEN_MS: Final = 900.0
"""A browser draws a tab that is not in front once a second."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """How long the newest drawing took.

    Attributes:
        draw_ms: from written by the engine until a browser had drawn it; None = nobody looks at
            a chart.
        at_ns: when that was.
    """

    draw_ms: float | None = None
    at_ns: Ns = 0


def process_strip(
    figures: HealthFigures, status: RecorderStatus | None, drawn: Drawn, *, now_ns: Ns
) -> str:
    """Return what the process does with what it receives, figure beside figure.

    Args:
        status: of the recorder; None = nothing is recorded.
        now_ns: our own clock.
    """
    share_frac = figures.trades / figures.trades_allowed
    return strip(
        "process",
        [
            ("Receipt to written", milliseconds_text(figures.write_ms)),
            ("Written to drawn", _drawn(drawn, now_ns)),
            ("Events waiting", f"{figures.queued:,}"),
            ("Faults of ours", f"{figures.faults:,}"),
            (
                "Trades in memory",
                f"{figures.trades:,} ({share_text(share_frac, places=1)} of allowed)",
            ),
            *_recorder(status),
        ],
    )


def buffers_table(buffers: Sequence[BufferFigures], *, now_ns: Ns) -> str:
    """Return what is held of each instrument.

    Args:
        now_ns: the source's clock.
    """
    heads = (
        "Instrument",
        "#Trades",
        "Since (UTC)",
        "#Spanning",
        "#Quotes",
        "#Ticker",
        "#Liquidations",
        "#Gaps",
        "#Receipt to written",
    )
    return table("buffers", heads, (_buffer(each, now_ns) for each in buffers))


def books_table(buffers: Sequence[BufferFigures]) -> str:
    """Return the book of each instrument.

    Books of recordings and of the simulator are in sync too: only a channel is live.
    """
    heads = (
        "Book",
        "State",
        "#Bids",
        "#Asks",
        "#At update",
        "#Updates applied",
        "#Lost",
        "#Crossed",
        "#Dropped",
        "Reason",
    )
    return table("books", heads, (_book(each) for each in buffers))


def _buffer(buffer: BufferFigures, now_ns: Ns) -> str:
    first_ns, newest_ns = buffer.first_ns, buffer.newest_ns
    known = first_ns is not None and newest_ns is not None
    return row(
        text_cell(instrument_title(buffer.instrument_id)),
        number_cell(f"{buffer.trades:,}"),
        text_cell(UNKNOWN if first_ns is None else moment_text(first_ns, now_ns=now_ns)),
        number_cell(span_text((newest_ns or 0) - (first_ns or 0)) if known else UNKNOWN),
        *(
            number_cell(f"{rows:,}")
            for rows in (buffer.quotes, buffer.tickers, buffer.liquidations, buffer.gaps)
        ),
        number_cell(milliseconds_text(buffer.write_ms)),
    )


def _book(buffer: BufferFigures) -> str:
    book = buffer.book
    sign, colour = SIGNS[State(book.phase.value)]
    word = "IN SYNC" if book.phase is Phase.LIVE else book.phase.upper()
    return row(
        text_cell(instrument_title(buffer.instrument_id)),
        state_cell(sign, word, colour),
        number_cell(f"{book.bids:,}"),
        number_cell(f"{book.asks:,}"),
        number_cell(UNKNOWN if book.last_id == NO_ID else str(book.last_id)),
        *(
            number_cell(f"{count:,}")
            for count in (book.applied, book.lost, book.crossed, book.dropped)
        ),
        clipped_cell(book.reason),
    )


def _drawn(drawn: Drawn, now_ns: Ns) -> str:
    if drawn.draw_ms is None:
        return f"{UNKNOWN} (no chart is open)"
    ago_ns = max(now_ns - drawn.at_ns, 0)
    notes = [f"{span_text(ago_ns)} ago"] if ago_ns > _FRESH_NS else []
    if drawn.draw_ms >= _HIDDEN_MS:
        notes.append("in a hidden tab?")
    return milliseconds_text(drawn.draw_ms) + (f" ({', '.join(notes)})" if notes else "")


def _recorder(status: RecorderStatus | None) -> list[tuple[str, str]]:
    if status is None:
        return [("Recorder", "off")]
    figures = [
        ("Recorder", status.state.value),
        ("Rows on the disk", f"{status.acknowledged:,} of {status.received:,}"),
        ("Rows waiting", f"{status.waiting:,}"),
        ("Rows lost", f"{status.lost:,}"),
    ]
    if status.refused:
        figures.append(("Rows refused", f"{status.refused:,}"))
    return figures
