"""Recordings as files: exports into the workspace, and what an import did."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.domain.errors import RecordingError
from core.domain.events import Channel
from core.domain.instrument import InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_S, Ns
from data.commands import sheet
from data.commands.bars import bar_sheets
from data.commands.books import book_sheet, find_book
from data.commands.exporting import find
from data.commands.trades import trade_sheets
from data.imports.into_store import Imported
from data.store.facts import Facts
from data.store.segment import facts_metadata
from data.store.store import Store
from pages.shell.words import counted

FORMATS: Final = ("csv", "parquet")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True, slots=True)
class ExportWish:
    """What is to be written.

    Attributes:
        kind: ``trades``, ``bars`` or ``book``.
        timeframe: of bars, a key of TIMEFRAMES_NS.
        span_ns: first instant, and end, itself not included; a book is that of the end.
        suffix: one of FORMATS.
        levels: of each side of a book.
    """

    source: str
    instrument_id: InstrumentId
    kind: str
    timeframe: str
    span_ns: tuple[Ns, Ns]
    suffix: str
    levels: int = 50


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written."""

    path: Path
    rows: int
    bytes: int


def export_name(wish: ExportWish) -> str:
    """Return a file name of letters, digits, dots, dashes and underscores only."""
    what = f"bars-{wish.timeframe}" if wish.kind == "bars" else wish.kind
    first_s, end_s = (ns // NS_PER_S for ns in wish.span_ns)
    parts = (what, wish.source, str(wish.instrument_id), str(first_s), str(end_s))
    return f"{_UNSAFE.sub('-', '_'.join(parts))}.{wish.suffix}"


def write_export(store: Store, wish: ExportWish, folder: Path) -> Exported:
    """Write an export, whole or not at all; a file of the same name is replaced.

    Args:
        folder: made where it is missing.

    Raises:
        RecordingError: nothing is stored of this, or the file cannot be written.
    """
    sheets, facts = _book(store, wish) if wish.kind == "book" else _trades(store, wish)
    path = folder / export_name(wish)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        rows = sheet.write(str(path), sheets, metadata=facts_metadata(facts))
        return Exported(path, rows, path.stat().st_size)
    except OSError as error:
        msg = f"{folder} cannot be written ({error.strerror}); make room or change its rights"
        raise RecordingError(msg) from error


def _trades(store: Store, wish: ExportWish) -> tuple[Iterable[sheet.Sheet], Facts]:
    """Return trades or bars."""
    stored = find(store, wish.instrument_id, wish.source)
    from_ns, to_ns = wish.span_ns
    channel = max(stored.days, key=lambda day: day.rows).channels[0]
    facts = Facts.of(stored.source, stored.instrument, channel)
    if wish.kind == "bars":
        step_ns = TIMEFRAMES_NS[wish.timeframe]
        return bar_sheets(store, stored, from_ns=from_ns, to_ns=to_ns, step_ns=step_ns), facts
    packed = wish.suffix == "parquet"
    sheets = trade_sheets(store, stored, from_ns=from_ns, to_ns=to_ns, with_steps=packed)
    return sheets, facts


def _book(store: Store, wish: ExportWish) -> tuple[Iterable[sheet.Sheet], Facts]:
    """Return the book at the end of the span, or its newest where that is earlier."""
    stored = find_book(store, wish.instrument_id, wish.source)
    at_ns = min(wish.span_ns[1], stored.newest_ns)
    table = book_sheet(store, stored, at_ns=at_ns, levels=wish.levels)
    return [table], Facts.of(stored.source, stored.instrument, "book", holds=Channel.BOOK)


def import_words(imported: Imported, twice: int) -> str:
    """Return what an import did, in one line.

    Args:
        twice: trades of its days that are on the disk more than once.
    """
    words = f"{imported.sentence()}."
    if twice:
        words += f" {counted(twice, 'trade')} of these days are stored twice and read once."
    return words


def refused_lines(imported: Imported) -> list[str]:
    """Return what was refused or is odd, a line each, and how many more there are."""
    tally = imported.tally
    lines = list(tally.problems)
    lines += [f"{imported.unit} {bad.line}: {bad.reason}" for bad in tally.listed]
    if tally.refused > len(tally.listed):
        lines.append(f"and {tally.refused - len(tally.listed):,} more")
    return lines
