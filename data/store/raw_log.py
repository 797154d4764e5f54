"""Raw recordings: the bytes of the venues with the time they arrived, one frame a line.

Three formats are read, told apart by content, gzip or not:

* ours: a first line ``#tapescope-raw 1``, then ``<ts_recv_ns> <venue>.<kind> <payload>``, and
  ``<ts_recv_ns> <venue>.<kind>.<symbol> <payload>`` where the book of a symbol was asked for;
* hftbacktest: ``<ts_recv_ns> <payload>``, Binance combined streams of one market;
* cryptofeed: a first line ``<url> <-> <time>``, then ``<unix seconds>: <payload>``, with client
  requests (``<url> <- ...``) and REST answers (``<url> -> ...``) between; or a file of nothing but
  Binance's answers with books.
"""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import IO, Final, cast

from core.domain.errors import RecordingError
from core.domain.instrument import MarketKind, Venue
from core.domain.units import Ns
from data.store.raw_formats import LineReader, RawFrame, reader_for

HEADER: Final = b"#tapescope-raw 1"
_GZIP_MAGIC: Final = b"\x1f\x8b"
_MAX_LINE: Final = 8 * 2**20
_HEAD_LINES: Final = 400
_PACKING: Final = 3
"""gzip's level: twice as fast as its usual one, for a tenth more bytes."""


@dataclass(slots=True)
class RawLog:
    """One recording on disk.

    Attributes:
        problem: why reading ended before the end of the file; None = it did not. One sentence.
        bad_lines: lines that are no frame of this format; skipped.
    """

    path: Path
    problem: str | None = None
    bad_lines: int = 0

    def frames(self, *, answers: bool = False) -> Iterator[RawFrame]:
        """Yield the frames in the order of the file, as far as it can be read.

        Args:
            answers: yield REST answers with books, too.

        Raises:
            RecordingError: there is no such file, it is empty, or it is of another format.
        """
        self.problem, self.bad_lines = None, 0
        reader = self._reader()
        with _opened(self.path) as file:
            for line in self._lines(file):
                try:
                    frame = reader(line)
                except ValueError:
                    self.bad_lines += 1
                    continue
                if frame is not None and (answers or not frame.asked):
                    yield frame

    def _reader(self) -> LineReader:
        with _opened(self.path) as file:
            head = [line for _, line in zip(range(_HEAD_LINES), self._lines(file), strict=False)]
        if not head:
            why = self.problem or f"{self.path.name} is empty; record again or choose another file"
            raise RecordingError(why)
        reader = reader_for(head, header=HEADER)
        if reader is None:
            msg = (
                f"{self.path.name} is not a raw recording that can be played: neither Tapescope's "
                "own, nor hftbacktest's, nor cryptofeed's; choose another file"
            )
            raise RecordingError(msg)
        return reader

    def _lines(self, file: IO[bytes]) -> Iterator[bytes]:
        while True:
            try:
                line = file.readline(_MAX_LINE)
            except (EOFError, zlib.error, gzip.BadGzipFile):
                self.problem = f"{self.path.name} is cut or damaged; it is played up to there"
                return
            if not line:
                return
            if line.strip():
                yield line.rstrip(b"\r\n")


class RawLogWriter:
    """Writes our own format; for one thread."""

    def __init__(self, path: Path) -> None:
        opener = partial(gzip.open, compresslevel=_PACKING) if path.suffix == ".gz" else open
        self._file = cast(IO[bytes], opener(path, "wb"))
        self._file.write(HEADER + b"\n")

    def write(
        self, ts_recv_ns: Ns, venue: Venue, kind: MarketKind, payload: bytes, *, asked: str = ""
    ) -> None:
        """Append one frame.

        Args:
            asked: as in RawFrame.

        Raises:
            ValueError: the payload has a line break; no venue sends one.
            OSError: the disk does not take it.
        """
        if b"\n" in payload:
            msg = "a frame with a line break does not fit a line"
            raise ValueError(msg)
        of = f"{venue}.{kind}.{asked}" if asked else f"{venue}.{kind}"
        self._file.write(b"%d %s %s\n" % (ts_recv_ns, of.encode(), payload))

    def flush(self) -> None:
        """Hand what was written to the operating system.

        Raises:
            OSError: the disk does not take it.
        """
        self._file.flush()

    def close(self) -> None:
        """Write out what is buffered and close the file."""
        self._file.close()


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        plain: BufferedReader = path.open("rb")
    except OSError as error:
        msg = f"{path} cannot be opened ({error.strerror}); check the path"
        raise RecordingError(msg) from error
    with plain:
        if plain.peek(2)[:2] == _GZIP_MAGIC:
            with gzip.open(plain) as unpacked:
                yield unpacked  # type: ignore[misc]
        else:
            yield plain
