"""Journal words: how entries are titled, counted and compared."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from core.domain.instrument import InstrumentId
from data.journal.entry import Entry
from data.journal.packed import Comparison
from pages.shell.words import counted, market_title, utc_text

EMPTY: Final = (
    "The journal is empty. Open a candle in the Explorer, then press Journal above its footprint: "
    "its figure and its numbers are kept with your note."
)
NOTHING_FOUND: Final = "No entry fits what is looked for."
_WORDS: Final = {"poc": "POC", "vah": "VAH", "val": "VAL"}


def ids_of(entry: Entry) -> tuple[InstrumentId, ...]:
    """Return the markets of an entry; empty where one is no market that we know."""
    try:
        return tuple(map(InstrumentId.parse, entry.instruments))
    except ValueError:
        return ()


def market_of(entry: Entry) -> str:
    """Return for example ``BTCUSDT Binance perp + OKX``; else the names as they were kept."""
    ids = ids_of(entry)
    return market_title(ids) if ids else " ".join(entry.instruments)


def title_of(entry: Entry) -> str:
    """Return which candle an entry is of."""
    return f"{market_of(entry)}, {entry.bars}, {utc_text(entry.bar_ns)}"


def made_words(entry: Entry, before: Sequence[Entry]) -> str:
    """Return when an entry was made, and what was changed since."""
    words = f"Kept {utc_text(entry.made_ns)}"
    if entry.version == 1:
        return f"{words}."
    lost = entry.version - 1 - len(before)
    unread = f", {counted(lost, 'earlier version')} unreadable" if lost else ""
    return f"{words}, changed {utc_text(entry.changed_ns)} (version {entry.version}{unread})."


def number_lines(numbers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return name and value of each number; a unit stands behind its value."""
    lines = []
    for name, value in numbers.items():
        stem, _, unit = name.rpartition("_")
        has_unit = unit.isupper()
        words = (stem if has_unit else name).replace("_", " ")
        head = _WORDS.get(words, words.capitalize())
        lines.append((head, f"{_grouped(value)} {unit}" if has_unit else value))
    return lines


def _grouped(value: str) -> str:
    """Return ``-96114.50`` as ``−96,114.50``; what is no number stays as it is."""
    try:
        return f"{Decimal(value):,f}".replace("-", "−")
    except InvalidOperation:
        return value


def compared_words(found: Comparison) -> str:
    """Return what a comparison found, in one sentence."""
    if not (found.changed or found.only_here or found.only_there):
        return f"The same: {len(found.same):,} of {len(found.same):,} entries are equal."
    parts = [
        f"{len(found.same)} equal",
        f"{len(found.changed)} changed",
        f"{len(found.only_here)} only in the journal",
        f"{len(found.only_there)} only in the file",
    ]
    return f"Not the same: {', '.join(parts)}."
