"""Journal: a folder of entries, one file per version and one per figure, each whole or not there.

Nothing that was written is written over: a change is a new version, and so is a deletion.
"""

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from core.domain.errors import JournalError
from core.domain.units import Ns
from data.journal.entry import Entry, Figure, checked_note, checked_tags, plain_figure

_VERSION: Final = re.compile(r"([0-9]{1,19})\.v([0-9]{1,6})\.json")
_MOST_FIGURE_BYTES: Final = 8_000_000


@dataclass(frozen=True, slots=True)
class Read:
    """What a journal holds.

    Attributes:
        entries: the newest version of each that is not deleted, the newest entry first.
        problems: a sentence per file that cannot be read; its entry is shown as it was before, if
            an earlier version can be read.
    """

    entries: tuple[Entry, ...]
    problems: tuple[str, ...]


class Journal:
    """Reads and adds to one folder; it keeps nothing in memory, so several may."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(
        self, entry: Mapping[str, Any], figure: Figure, *, note: str, tags: str, now_ns: Ns
    ) -> Entry:
        """Keep a new entry with its figure.

        Args:
            entry: source, instruments, bars, bar_ns, end_ns and numbers, as Entry has them.
            figure: a Plotly figure; numpy arrays in it become lists.
            note: checked as ``checked_note`` says.
            tags: separated by commas.
            now_ns: our own clock.

        Raises:
            JournalError: note or tags are refused, or the folder cannot be written.
        """
        kept_note, kept_tags = checked_note(note), checked_tags(tags)
        drawn = msgspec.json.encode(plain_figure(figure))
        if len(drawn) > _MOST_FIGURE_BYTES:
            msg = f"the figure has {len(drawn):,} bytes; at most {_MOST_FIGURE_BYTES:,} are kept"
            raise JournalError(msg)
        made_ns = now_ns
        while self._file(str(made_ns), 1).exists():
            made_ns += 1
        made = Entry(
            id=str(made_ns),
            made_ns=now_ns,
            changed_ns=now_ns,
            note=kept_note,
            tags=kept_tags,
            **entry,
        )
        # The figure first: an entry is there only with all that belongs to it.
        self._write(self._figure(made.id), drawn)
        self._write(self._file(made.id, 1), msgspec.json.encode(made))
        return made

    def change(self, entry: Entry, *, note: str, tags: str, now_ns: Ns) -> Entry:
        """Keep a new version with another note and other tags; the earlier ones stay.

        Raises:
            JournalError: note or tags are refused, somebody else changed it meanwhile, or the
                folder cannot be written.
        """
        kept_note, kept_tags = checked_note(note), checked_tags(tags)
        return self._next(entry, note=kept_note, tags=kept_tags, changed_ns=now_ns)

    def delete(self, entry: Entry, *, now_ns: Ns) -> None:
        """Show an entry no more; its files stay.

        Raises:
            JournalError: as of ``change``.
        """
        self._next(entry, deleted=True, changed_ns=now_ns)

    def read(self) -> Read:
        """Return every entry. A file that is torn or not ours is named, the others are shown."""
        versions: dict[str, list[int]] = {}
        for path in self.folder.glob("*.json") if self.folder.is_dir() else ():
            if match := _VERSION.fullmatch(path.name):
                versions.setdefault(match[1], []).append(int(match[2]))
        problems: list[str] = []
        every = (self._newest(each, versions[each], problems) for each in versions)
        shown = [each for each in every if each is not None and not each.deleted]
        shown.sort(key=lambda each: (each.made_ns, int(each.id)), reverse=True)
        return Read(tuple(shown), tuple(sorted(problems)))

    def history(self, entry: Entry) -> tuple[Entry, ...]:
        """Return the earlier versions of an entry that can be read, the newest first."""
        ignored: list[str] = []
        before = range(entry.version - 1, 0, -1)
        every = (self._newest(entry.id, [each], ignored) for each in before)
        return tuple(each for each in every if each is not None)

    def figure(self, entry: Entry) -> Figure | None:
        """Return the figure of an entry; None = it cannot be read."""
        try:
            found = msgspec.json.decode(self._figure(entry.id).read_bytes(), type=dict[str, Any])
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        is_figure = isinstance(found.get("data"), list) and isinstance(found.get("layout"), dict)
        return found if is_figure else None

    def _next(self, entry: Entry, **changes: Any) -> Entry:
        later = msgspec.structs.replace(entry, version=entry.version + 1, **changes)
        path = self._file(later.id, later.version)
        if path.exists():
            msg = "this entry was changed meanwhile: look at it again before you change it"
            raise JournalError(msg)
        self._write(path, msgspec.json.encode(later))
        return later

    def _newest(self, entry_id: str, versions: list[int], problems: list[str]) -> Entry | None:
        """Return the newest version that can be read, and note those that cannot."""
        for version in sorted(versions, reverse=True):
            path = self._file(entry_id, version)
            try:
                entry = msgspec.json.decode(path.read_bytes(), type=Entry)
                if (entry.id, entry.version) == (entry_id, version):
                    return entry
                problems.append(f"{path.name} is of another entry than its name says")
            except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                problems.append(f"{path.name} cannot be read ({error})")
        return None

    def _file(self, entry_id: str, version: int) -> Path:
        return self.folder / f"{entry_id}.v{version}.json"

    def _figure(self, entry_id: str) -> Path:
        return self.folder / f"{entry_id}.figure.json"

    def _write(self, path: Path, block: bytes) -> None:
        """Write a file so that it is either whole and on the disk, or not there."""
        half = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with half.open("wb") as file:
                file.write(block)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
        except OSError as error:
            with suppress(OSError):
                half.unlink(missing_ok=True)
            msg = f"{self.folder} cannot be written ({error.strerror}); the entry was not kept"
            raise JournalError(msg) from error
