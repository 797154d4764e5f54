"""Packed: a journal as one text that is read again exactly, and compared with another."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from core.domain.errors import JournalError
from data.journal.entry import Entry, Figure

FORMAT: Final = "tapescope-journal-1"
BEGINS: Final = '<script type="application/json" id="tapescope-journal">'
ENDS: Final = "</script>"
_HTML: Final = re.compile(re.escape(BEGINS).encode() + rb"(.*?)" + re.escape(ENDS).encode(), re.S)


class Packed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Entries and their figures.

    Attributes:
        format: FORMAT.
        entries: the newest first.
        figures: by the id of an entry; one that cannot be read is left out.
    """

    format: str = FORMAT
    entries: tuple[Entry, ...]
    figures: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Entries of the journal beside those of a file, by their ids.

    Attributes:
        same: equal in all, their figures too.
        changed: in both, and not equal.
        only_here: in the journal alone.
        only_there: in the file alone.
    """

    same: tuple[str, ...]
    changed: tuple[str, ...]
    only_here: tuple[str, ...]
    only_there: tuple[str, ...]


def packed_json(entries: Sequence[Entry], figures: Mapping[str, Figure]) -> bytes:
    """Return the entries as JSON that no HTML page takes for an element of its own."""
    text = msgspec.json.encode(Packed(entries=tuple(entries), figures=dict(figures)))
    return text.replace(b"<", b"\\u003c").replace(b">", b"\\u003e").replace(b"&", b"\\u0026")


def unpacked(block: bytes) -> Packed:
    """Read an exported journal again, JSON or HTML.

    Raises:
        JournalError: it is no such file.
    """
    inside = _HTML.search(block)
    try:
        found = msgspec.json.decode(inside[1] if inside else block, type=Packed)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        msg = f"this is not an exported journal ({error})"
        raise JournalError(msg) from error
    if found.format != FORMAT:
        msg = f"this is not an exported journal: its format is {found.format[:40]!r}"
        raise JournalError(msg)
    return found


def compared(here: Packed, there: Packed) -> Comparison:
    """Return which entries are equal, changed, or in one of the two alone."""
    ours, theirs = (_by_id(each.entries) for each in (here, there))
    both = [each for each in ours if each in theirs]
    same = {
        each
        for each in both
        if ours[each] == theirs[each] and here.figures.get(each) == there.figures.get(each)
    }
    return Comparison(
        same=tuple(each for each in both if each in same),
        changed=tuple(each for each in both if each not in same),
        only_here=tuple(each for each in ours if each not in theirs),
        only_there=tuple(each for each in theirs if each not in ours),
    )


def _by_id(entries: Iterable[Entry]) -> dict[str, Entry]:
    return {each.id: each for each in entries}
