"""Where recordings lie: ``<source>/<venue>/<kind>/<symbol>/<date>/<channel>-<n>.<kind of file>``.

Every name that comes from outside goes through an allow-list; nothing is followed out of the root.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from core.domain.events import Channel
from core.domain.instrument import InstrumentId, MarketKind, Venue
from core.domain.units import NS_PER_DAY, Ns

QUARANTINE: Final = "quarantine"
"""Folder beside the sources for what could not be read."""
RAW: Final = "raw"
"""Folder beside the sources for frames as they arrived."""

_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_SOURCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_PLAIN: Final = re.compile(r"[A-Z0-9_-]")
_ESCAPE: Final = re.compile(r"%([0-9A-F]{2})")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_FILE: Final = re.compile(rf"({'|'.join(Channel)})-(\d{{1,9}})\.(arrow|parquet)")
_HALF: Final = re.compile(rf"({'|'.join(Channel)})-.*\.tmp")
_DEVICES: Final = frozenset(
    ["CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10))]
)
"""Names that some systems open as devices, in any case."""
_TAKEN: Final = _DEVICES | {QUARANTINE.upper(), RAW.upper()}


def source_folder(root: Path, source: str) -> Path:
    """Return the folder of a source.

    Raises:
        ValueError: the name has other characters than letters, digits, ``_`` and ``-``, is over
            64 long, or is that of a device, of the quarantine or of the raw frames.
    """
    if not _SOURCE.fullmatch(source) or source.upper() in _TAKEN:
        msg = f"not the name of a source: {source[:60]!r}; use up to 64 letters, digits, _ and -"
        raise ValueError(msg)
    return root / source


def instrument_folder(root: Path, source: str, instrument_id: InstrumentId) -> Path:
    """Return the folder of an instrument of a source.

    A character of the symbol other than A-Z, 0-9, ``_`` and ``-`` is written as ``%`` and its
    code, so that no symbol can name another folder.

    Raises:
        ValueError: the source or the symbol cannot be a folder.
    """
    symbol = instrument_id.symbol
    if symbol in _DEVICES:
        msg = f"{symbol} is the name of a device and cannot be stored"
        raise ValueError(msg)
    name = "".join(each if _PLAIN.match(each) else f"%{ord(each):02X}" for each in symbol)
    folder = source_folder(root, source)
    return folder / instrument_id.venue.value / instrument_id.kind.value / name


def day_name(ns: Ns) -> str:
    """Return the UTC day of an instant, as ``2026-11-21``."""
    return date.fromordinal(_EPOCH_DAY + ns // NS_PER_DAY).isoformat()


def day_start_ns(name: str) -> Ns:
    """Return the first instant of a UTC day.

    Raises:
        ValueError: the name is no date.
    """
    if not _DATE.fullmatch(name):
        msg = f"not a date: {name[:60]!r}; write it as 2026-11-21"
        raise ValueError(msg)
    return (date.fromisoformat(name).toordinal() - _EPOCH_DAY) * NS_PER_DAY


def sources(root: Path) -> list[str]:
    """Return the sources that have a folder, sorted."""
    return [
        each.name
        for each in _folders(root)
        if _SOURCE.fullmatch(each.name) and each.name.upper() not in _TAKEN
    ]


def instruments(root: Path, source: str) -> Iterator[tuple[InstrumentId, Path]]:
    """Yield what has a folder in a source; folders of other names are passed over."""
    for venue in _folders(source_folder(root, source)):
        for kind in _folders(venue):
            for symbol in _folders(kind):
                found = _instrument_id(venue.name, kind.name, symbol.name)
                if found is not None:
                    yield found, symbol


def days(folder: Path) -> list[Path]:
    """Return the day folders of an instrument's folder, oldest first."""
    return [each for each in _folders(folder) if _is_date(each.name)]


def all_days(root: Path) -> Iterator[Path]:
    """Yield every day folder of every instrument of every source."""
    for source in sources(root):
        for _, folder in instruments(root, source):
            yield from days(folder)


def files(day: Path, channel: Channel | None = None) -> list[Path]:
    """Return the files of a day by channel, and in the order of their numbers.

    Where a segment is there both as it was written and compacted, the compacted one counts.

    Args:
        channel: whose files are wanted; None = of all.
    """
    found: dict[tuple[str, int], Path] = {}
    for path in sorted(_entries(day)):
        match = _FILE.fullmatch(path.name)
        if not match or channel not in (None, match[1]):
            continue
        if path.is_file() and not path.is_symlink():
            found[match[1], int(match[2])] = path  # .parquet sorts after .arrow
    return [found[key] for key in sorted(found)]


def segments(day: Path) -> list[Path]:
    """Return the segments of a day that are no links, sorted."""
    return sorted(
        path
        for path in _entries(day)
        if _FILE.fullmatch(path.name) and path.suffix == ".arrow" and not path.is_symlink()
    )


def halves(day: Path) -> list[Path]:
    """Return the files of a day that were not written to their end."""
    return [path for path in _entries(day) if _HALF.fullmatch(path.name)]


def channel_of(path: Path) -> Channel:
    """Return what a file of a day holds, by its name.

    Raises:
        ValueError: it is no name of ours.
    """
    return Channel(path.name.partition("-")[0])


def size_bytes(folder: Path) -> int:
    """Return the bytes of the files right in a folder; what goes meanwhile counts as nothing."""
    total = 0
    for path in _entries(folder):
        try:
            total += path.lstat().st_size
        except FileNotFoundError:
            continue
    return total


def next_number(day: Path, channel: Channel) -> int:
    """Return one more than the largest number of a channel's files of this day."""
    matches = (_FILE.match(path.name) for path in _entries(day))
    numbers = (int(each[2]) for each in matches if each and each[1] == channel)
    return max(numbers, default=-1) + 1


def next_raw(day: Path, venue: Venue, kind: MarketKind) -> Path:
    """Return where the next raw frames of a market and day go: a name that is not taken."""
    number = 0
    while (path := day / f"{venue.value}-{kind.value}-{number}.log.gz").exists():
        number += 1
    return path


def refuse_links(root: Path, path: Path) -> None:
    """Refuse a path below ``root`` that leads through a symbolic link.

    Raises:
        ValueError: it does, or it is not below ``root``.
    """
    relative = path.relative_to(root)
    for depth in range(len(relative.parts)):
        step = root.joinpath(*relative.parts[: depth + 1])
        if step.is_symlink():
            msg = f"{step} is a symbolic link; recordings are not written through links"
            raise ValueError(msg)


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _folders(folder: Path) -> list[Path]:
    return sorted(each for each in _entries(folder) if each.is_dir() and not each.is_symlink())


def _is_date(name: str) -> bool:
    try:
        day_start_ns(name)
    except ValueError:
        return False
    return True


def _instrument_id(venue: str, kind: str, name: str) -> InstrumentId | None:
    symbol = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), name)
    try:
        return InstrumentId(Venue(venue), MarketKind(kind), symbol)
    except ValueError:
        return None
