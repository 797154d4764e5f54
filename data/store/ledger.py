"""A file of lines, each with its own checksum; a damaged line never hides the others."""

import os
import zlib
from pathlib import Path
from typing import Any, Final

import msgspec

NO_LINKS: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
"""Flags for opening: a name that is a symbolic link is an error, bytes stay bytes."""


def append(path: Path, record: dict[str, Any]) -> None:
    """Add a record and bring it to the disk.

    Raises:
        OSError: it could not be written; what was there is as it was, or ends in a damaged line.
    """
    body = msgspec.json.encode(record)
    line = b"%08x %s\n" % (zlib.crc32(body), body)
    # A line torn by a crash must not swallow the next one: each starts on a line of its own.
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | NO_LINKS, 0o644)
    try:
        size = os.fstat(file).st_size
        if size and os.pread(file, 1, size - 1) != b"\n":
            line = b"\n" + line
        if os.write(file, line) != len(line):
            msg = f"{path} could not be written to its end"
            raise OSError(msg)
        os.fsync(file)
    finally:
        os.close(file)


def read(path: Path) -> tuple[list[dict[str, Any]], int]:
    """Return the records in the order they were added, and how many lines are damaged.

    A file that is not there has no records.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return [], 0
    records: list[dict[str, Any]] = []
    damaged = 0
    for line in lines:
        if not line:
            continue
        checksum, _, body = line.partition(b" ")
        try:
            good = int(checksum, 16) == zlib.crc32(body)
            records.append(msgspec.json.decode(body, type=dict[str, Any]) if good else {})
        except ValueError:
            good = False
        if not good:
            damaged += 1
    return [each for each in records if each], damaged
