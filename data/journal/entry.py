"""Entries: a candle with its numbers, a note and tags; what they may hold, and how to find one."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from core.domain.errors import JournalError
from core.domain.moments import utc_text
from core.domain.units import Ns

MOST_LETTERS: Final = 4000
"""Of a note."""
MOST_TAGS: Final = 12
MOST_TAG_LETTERS: Final = 40
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

Figure = dict[str, Any]
"""A Plotly figure, ``data`` and ``layout``, of lists, numbers, text and None only."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One version of an entry.

    Attributes:
        id: digits; the moment it was made, nanoseconds UTC, so that ids sort as they were made.
        version: 1 = as it was made; each change adds one.
        made_ns: when the entry was made, our own clock.
        changed_ns: when this version was.
        source: ``live``, ``simulated`` or ``replay``: whose market it was.
        instruments: ``venue.kind.symbol`` each; the candle is their sum.
        bars: a timeframe, or the size of bars by what traded.
        bar_ns: when the candle opens.
        end_ns: the first instant after it.
        numbers: name with its unit -> exact value, in the order of the page.
        note: text, whatever is in it.
        deleted: it is not shown any more; its versions stay.
    """

    id: str
    version: int = 1
    made_ns: Ns
    changed_ns: Ns
    source: str
    instruments: tuple[str, ...]
    bars: str
    bar_ns: Ns
    end_ns: Ns
    numbers: dict[str, str]
    note: str = ""
    tags: tuple[str, ...] = ()
    deleted: bool = False


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What entries are looked for; everything empty finds all.

    Attributes:
        text: words that must all be in note, tags, instruments or source, in any case.
        instrument: ``venue.kind.symbol``; empty = any.
        tags: of which it must have every one.
        days: first and last UTC day of the candle, such as ``2026-11-21``; None = any.
    """

    text: str = ""
    instrument: str = ""
    tags: tuple[str, ...] = ()
    days: tuple[str, str] | None = None


def checked_note(text: str) -> str:
    """Return a note as it is kept: text, with line breaks, without what no screen can show.

    Raises:
        JournalError: it is too long.
    """
    note = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    note = note.encode("utf-8", "replace").decode()
    if len(note) > MOST_LETTERS:
        msg = f"the note has {len(note):,} letters; at most {MOST_LETTERS:,} are kept: shorten it"
        raise JournalError(msg)
    return note


def checked_tags(text: str) -> tuple[str, ...]:
    """Return the tags of a line, separated by commas, each once, in their order.

    Raises:
        JournalError: there are too many, or one is too long.
    """
    words = (" ".join(checked_note(each).split()) for each in text.replace("\n", ",").split(","))
    tags = tuple(dict.fromkeys(filter(None, words)))
    if len(tags) > MOST_TAGS:
        msg = f"there are {len(tags)} tags; at most {MOST_TAGS} are kept"
        raise JournalError(msg)
    longest = max(tags, key=len, default="")
    if len(longest) > MOST_TAG_LETTERS:
        msg = f"a tag has at most {MOST_TAG_LETTERS} letters, was {longest[:60]!r}"
        raise JournalError(msg)
    return tags


def found(entries: Iterable[Entry], wish: Wish) -> list[Entry]:
    """Return the entries that are looked for, in their order."""
    words = wish.text.casefold().split()
    return [each for each in entries if _fits(each, wish) and _has(each, words)]


def _fits(entry: Entry, wish: Wish) -> bool:
    day = utc_text(entry.bar_ns)[:10]
    return (
        wish.instrument in {"", *entry.instruments}
        and set(wish.tags) <= set(entry.tags)
        and (wish.days is None or wish.days[0] <= day <= wish.days[1])
    )


def _has(entry: Entry, words: Sequence[str]) -> bool:
    every = (entry.note, entry.source, entry.bars, *entry.tags, *entry.instruments)
    text = "\n".join(every).casefold()
    return all(word in text for word in words)


def plain_figure(value: Any) -> Any:
    """Return a figure of lists, numbers, text and None: arrays opened, NaN and infinities None."""
    if isinstance(value, Mapping):
        return {str(key): plain_figure(each) for key, each in value.items()}
    if hasattr(value, "tolist"):
        return plain_figure(value.tolist())
    if isinstance(value, list | tuple):
        return [plain_figure(each) for each in value]
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None  # a NaN is below nothing
    return value
