"""A file of any packing (plain, gzip, zip) as blocks of whole lines, never more than a few MiB.

What a packed file says about its own size is not believed: bytes are counted as they come out.
Names inside an archive are words, never paths; nothing is unpacked to the disk.
"""

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import IO, Final, cast

from core.domain.errors import RecordingError

MAX_UNPACKED: Final = 32 * 2**30
"""Bytes that one file may unpack to: a month of OKX's busiest trades is 6 GiB."""

MAX_RATIO: Final = 250
"""How many times its size a packed file may grow; trades grow 5 to 50 times, a bomb 1000 times."""

_RATIO_FREE: Final = 64 * 2**20
_BLOCK: Final = 2 * 2**20
_MAX_LINE: Final = 2**20
_MAX_MEMBERS: Final = 10_000
_UNSPOKEN: Final = re.compile(r"[^\w.+@ -]")
_GZIP_MAGIC: Final = b"\x1f\x8b"
_ZIP_MAGIC: Final = b"PK\x03\x04"
_BOM: Final = b"\xef\xbb\xbf"
_BROKEN: Final = (EOFError, zlib.error, zipfile.BadZipFile, OSError, RuntimeError, ValueError)
"""What a damaged, encrypted or unknown packing raises: each library has its own."""


def spoken(name: str) -> str:
    """Return a name from outside for a sentence: short, nothing that a terminal would obey."""
    return _UNSPOKEN.sub("?", name)[:100]


class Budget:
    """How many bytes a file may still unpack to, its members together."""

    def __init__(self, path: Path, *, called: str, packed: bool) -> None:
        """Allow what a file of this size may hold."""
        allowed = max(_RATIO_FREE, MAX_RATIO * path.stat().st_size) if packed else MAX_UNPACKED
        self._left = min(MAX_UNPACKED, allowed)
        self._name = called

    def spend(self, count: int) -> None:
        """Count bytes.

        Raises:
            RecordingError: there were too many.
        """
        self._left -= count
        if self._left < 0:
            msg = (
                f"{self._name} unpacks to more than {MAX_RATIO} times its size or "
                f"{MAX_UNPACKED // 2**30} GiB and is not read; unpack it yourself if you trust it"
            )
            raise RecordingError(msg)


class Part:
    """One table: the file itself, or a member of an archive.

    Attributes:
        name: for words and for guessing the symbol only.
        problem: why reading ended before the end; None = it did not. One sentence.
    """

    def __init__(self, name: str, stream: BufferedReader, *, budget: Budget) -> None:
        """Start reading a stream of unpacked bytes."""
        self.name = spoken(name)
        self.problem: str | None = None
        self._stream = stream
        self._budget = budget
        self._rest = self._read().removeprefix(_BOM)

    @property
    def head(self) -> bytes:
        """The first bytes; up to 1 MiB of them."""
        return self._rest[: 2**20]

    def blocks(self) -> Iterator[bytes]:
        """Yield the text in blocks of whole lines, each ended by a line break.

        Raises:
            RecordingError: it unpacks to more than is allowed, or a line is too long for a table.
        """
        rest, self._rest = self._rest, b""
        while True:
            whole = rest.rfind(b"\n") + 1
            if whole:
                yield rest[:whole]
            rest = rest[whole:]
            if len(rest) > _MAX_LINE:
                msg = f"{self.name} has a line of over 1 MiB and is no table; choose another file"
                raise RecordingError(msg)
            more = self._read()
            if not more:
                break
            rest += more
        if rest:
            yield rest + b"\n"

    def _read(self) -> bytes:
        # Piece by piece: what was unpacked before the damage is not to be lost.
        pieces: list[bytes] = []
        count = 0
        while count < _BLOCK and self.problem is None:
            try:
                piece = self._stream.read1(_BLOCK)
            except _BROKEN:
                self.problem = f"{self.name} is cut or damaged; it is read up to there"
                break
            if not piece:
                break
            self._budget.spend(len(piece))
            pieces.append(piece)
            count += len(piece)
        return b"".join(pieces)


@contextmanager
def opened(path: Path, *, called: str) -> Iterator[Iterator[Part]]:
    """Open a file; the parts must be read one after another.

    Args:
        called: the name that the trader knows the file by.

    Raises:
        RecordingError: it cannot be opened, or is an archive that cannot be read.
    """
    try:
        plain = path.open("rb")
    except OSError as error:
        msg = f"{called} cannot be opened ({error.strerror}); check the path"
        raise RecordingError(msg) from error
    with plain:
        magic = plain.peek(4)[:4]
        if magic == _ZIP_MAGIC:
            yield _members(plain, path, called)
        elif magic.startswith(_GZIP_MAGIC):
            with gzip.open(plain) as unpacked:
                stream = cast(BufferedReader, unpacked)
                budget = Budget(path, called=called, packed=True)
                yield iter([Part(called, stream, budget=budget)])
        else:
            yield iter([Part(called, plain, budget=Budget(path, called=called, packed=False))])


def _members(plain: IO[bytes], path: Path, archive: str) -> Iterator[Part]:
    budget = Budget(path, called=archive, packed=True)
    try:
        packed = zipfile.ZipFile(plain)
    except _BROKEN as error:
        msg = f"{archive} is a damaged zip archive ({error}); download it again"
        raise RecordingError(msg) from error
    with packed:
        infos = [info for info in packed.infolist() if _is_table(info)]
        if not infos or len(infos) > _MAX_MEMBERS:
            msg = f"{archive} holds {len(infos)} tables; an archive of trades holds one or a few"
            raise RecordingError(msg)
        for info in infos:
            try:
                stream = packed.open(info)
            except _BROKEN as error:
                msg = f"{archive} cannot be unpacked ({error}); unpack it yourself"
                raise RecordingError(msg) from error
            with stream:
                name = PurePosixPath(info.filename).name
                yield Part(name, cast(BufferedReader, stream), budget=budget)


def _is_table(info: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(info.filename)
    hidden = name.name.startswith(".") or "__MACOSX" in name.parts
    return not (info.is_dir() or hidden) and name.suffix.lower() in {".csv", ".txt", ""}
