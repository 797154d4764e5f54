"""Recordings in words: grades, spans, names, and the table of what is missing."""

from collections.abc import Iterable, Sequence
from math import floor
from typing import Final

from core.domain.events import Gap
from core.domain.units import NS_PER_DAY, NS_PER_S, Ns
from data.exports.text import safe
from data.views.recordings import Graded, RecordedDay
from pages.figures.scale import UNKNOWN
from pages.figures.venues import instrument_title
from pages.shell.health_words import size_text, span_text
from pages.shell.tables import number_cell, row, table, text_cell
from pages.shell.words import counted, utc_text

_GAPS_SHOWN: Final = 200


def listing(found: Sequence[Graded]) -> dict[str, list[object]]:
    """Return columns for a list that can be sorted, one row per day and channel."""
    recordings = [each.recording for each in found]
    return {
        "Day": [each.date for each in recordings],
        "Instrument": [safe(instrument_title(each.instrument.id)) for each in recordings],
        "Channel": [each.channel.value for each in recordings],
        "Source": [each.source for each in recordings],
        "Rows": [each.rows for each in recordings],
        "Size": [each.bytes for each in recordings],
        "Grade": [grade_text(each) for each in found],
        "Gaps": [len(each.gaps) for each in recordings],
        "Missing": [span_text(each.missing_ns) if each.gaps else "" for each in recordings],
        "First (UTC)": [_time_of_day(each.first_ns, each.rows) for each in recordings],
        "Last (UTC)": [_time_of_day(each.last_ns, each.rows) for each in recordings],
        "Note": [_note(each) for each in found],
    }


def exact_listing(found: Sequence[Graded]) -> dict[str, list[object]]:
    """Return the same rows for a file: numbers without words, whole nanoseconds.

    A day's rows are those of the source that it was stored from, whatever is shown meanwhile.
    """
    recordings = [each.recording for each in found]
    return {
        "source": [each.source for each in recordings],
        "day": [each.date for each in recordings],
        "instrument": [str(each.instrument.id) for each in recordings],
        "channel": [each.channel.value for each in recordings],
        "rows": [each.rows for each in recordings],
        "bytes": [each.bytes for each in recordings],
        "grade_frac": [each.grade_frac for each in found],
        "trades_missing": [each.ids_missing for each in found],
        "gaps": [len(each.gaps) for each in recordings],
        "missing_ns": [each.missing_ns for each in recordings],
        "first_ns": [each.first_ns if each.rows else None for each in recordings],
        "last_ns": [each.last_ns if each.rows else None for each in recordings],
        "note": [_note(each) for each in found],
    }


def grade_text(graded: Graded) -> str:
    """Return how complete a recording is, and what says so; never rounded up."""
    if graded.grade_frac is None:
        return UNKNOWN
    percent = f"{floor(graded.grade_frac * 10_000) / 100:g} %"
    return f"{percent} by {'trade ids' if graded.ids_missing is not None else 'time'}"


def totals(found: Sequence[Graded]) -> str:
    """Return one sentence for a whole list."""
    days = {each.recording.date for each in found}
    instruments = {each.recording.instrument.id for each in found}
    size = size_text(sum(each.recording.bytes for each in found))
    return f"{counted(len(instruments), 'instrument')}, {counted(len(days), 'day')}, {size}."


def day_title(day: RecordedDay) -> str:
    """Return for example ``BTCUSDT Binance perp, 2026-11-21, from live``."""
    return f"{instrument_title(day.instrument.id)}, {day.date}, from {day.source}"


def day_words(day: RecordedDay) -> str:
    """Return what there is of a day, and whether it is growing."""
    rows = ", ".join(
        f"{each.recording.rows:,} {each.recording.channel.value}" for each in day.channels
    )
    words = f"Rows: {rows}. {size_text(day.bytes)} on the disk."
    return f"{words} It is being recorded now." if day.growing else words


def deletion_words(day: RecordedDay) -> str:
    """Return what would be gone for good."""
    channels = ", ".join(each.recording.channel.value for each in day.channels)
    return (
        f"{day_title(day)}: {channels}; {counted(day.bytes, 'byte')} ({size_text(day.bytes)}) "
        "will be deleted from the disk. This cannot be undone."
    )


def gaps_table(gaps: Iterable[Gap]) -> str:
    """Return where rows are missing and why, the oldest first."""
    shown = list(gaps)
    rows = [
        row(
            text_cell(gap.channel.value),
            text_cell(utc_text(gap.from_ns)),
            text_cell(utc_text(gap.to_ns)),
            number_cell(span_text(gap.to_ns - gap.from_ns)),
            text_cell(gap.reason, kind="wide"),
        )
        for gap in shown[:_GAPS_SHOWN]
    ]
    if len(shown) > _GAPS_SHOWN:
        more = counted(len(shown) - _GAPS_SHOWN, "more gap")
        rows.append(row(text_cell(f"and {more}")))
    return table("gaps", ("Channel", "From", "To", "#Length", "Reason"), rows)


def whole_seconds(span_ns: tuple[Ns, Ns]) -> tuple[int, int]:
    """Return the seconds since 1970 that hold a span; the end is after it, and of the same day."""
    first_s = span_ns[0] // NS_PER_S
    last_s = span_ns[1] // NS_PER_S + 1
    return first_s, last_s


def _time_of_day(ns: Ns, rows: int) -> str:
    if not rows:
        return ""
    seconds = ns % NS_PER_DAY // NS_PER_S
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _note(graded: Graded) -> str:
    recording, notes = graded.recording, []
    if recording.problems:
        notes.append(f"{counted(len(recording.problems), 'file')} unreadable")
    if graded.ids_missing:
        notes.append(f"{counted(graded.ids_missing, 'trade')} missing")
    if recording.growing:
        notes.append("being recorded")
    return ", ".join(notes)
