"""Our own Parquet: compacted recordings of all channels and exported trades.

A Parquet file of 2 MB can hold 20 GB, and its footer lies. So a child process reads it, whose
memory the system limits, and hands over rows of a fixed width; the parent counts them and stops
it at a deadline.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import msgspec
import numpy as np

from core.domain.arrays import LevelFlag, RowArray
from core.domain.errors import RecordingError
from core.domain.events import Channel, Rows
from core.domain.instrument import Instrument
from data.clock import monotonic_s
from data.imports.blocks import BadRow
from data.imports.opened import spoken
from data.imports.reading import Block, Tally
from data.imports.sound_rows import are_sound
from data.imports.tables import Wish
from data.store.facts import Facts
from data.store.layouts import LAYOUTS

MAX_MEMORY: Final = 2 * 2**30
"""Address space of the child in bytes; Arrow itself takes two thirds of a GiB."""

MAX_ROWS: Final = 10**9

DEADLINE_S: Final = 600.0
"""Longest that reading one file may take."""

_BLOCK_ROWS: Final = 65_536
_MOST_LEVELS: Final = 2**20
_MAX_FACTS: Final = 65_536
_WORKER: Final = "data.imports.parquet_worker"


class ParquetReading:
    """The rows of one of our Parquet files."""

    title = "Tapescope Parquet"
    unit = "row"

    def __init__(
        self,
        path: Path,
        wish: Wish,
        *,
        deadline_s: float = DEADLINE_S,
        max_memory: int = MAX_MEMORY,
    ) -> None:
        """Start the process that reads.

        Raises:
            RecordingError: it is none of our files, or of another instrument than is wanted.
        """
        self.tally = Tally()
        self._name = wish.called or spoken(path.name)
        self._ends_s = monotonic_s() + deadline_s
        limits = str(max_memory), str(int(deadline_s) + 1)
        self._child = subprocess.Popen(
            [sys.executable, "-m", _WORKER, str(path.resolve()), *limits],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._instrument, self._channel, self._holds = self._facts()
            self._require(wish)
        except BaseException:
            self.close()
            raise

    def blocks(self) -> Iterator[Block]:
        """Yield the rows in the order of the file."""
        first_row = 1
        for rows in self._whole():
            good = are_sound(rows, self._holds)
            for row in np.flatnonzero(~good).tolist():
                self.tally.refuse(BadRow(first_row + row, "a value is out of range"))
            first_row += rows.size
            if first_row > MAX_ROWS:
                msg = f"{self._name} holds over {MAX_ROWS} rows and is not read to its end"
                raise RecordingError(msg)
            if good.any():
                self.tally.keep(self._instrument, rows[good], self._holds)
                yield self._block(rows[good])

    def close(self) -> None:
        """End the process."""
        self._child.kill()
        self._pipe.close()
        self._child.wait()

    def _block(self, rows: RowArray) -> Block:
        if self._holds is Channel.TRADES:
            return self._instrument, self._channel, rows
        return Rows(self._instrument, self._holds, self._channel, rows)

    def _whole(self) -> Iterator[RowArray]:
        """Yield what the process hands over; of a book whole messages."""
        layout = LAYOUTS[self._holds]
        rest = layout.empty()
        while (raw := self._read(_BLOCK_ROWS * layout.dtype.itemsize)) is not None:
            rows = np.concatenate([rest, np.frombuffer(raw, layout.dtype)])
            end = rows.size
            if self._holds is Channel.BOOK:
                starts = np.flatnonzero(rows["flags"] & LevelFlag.FIRST)
                end = int(starts[-1]) if starts.size else 0
            if rows.size - end > _MOST_LEVELS:
                msg = f"{self._name} holds a message that no venue sends, or is damaged"
                raise RecordingError(msg)
            if end:
                yield rows[:end]
            rest = rows[end:]
        if rest.size:
            yield rest

    @property
    def _pipe(self) -> IO[bytes]:
        if self._child.stdout is None:
            msg = "the process that reads has no output"
            raise ValueError(msg)
        return self._child.stdout

    def _require(self, wish: Wish) -> None:
        if wish.instrument_id not in (None, self._instrument.id):
            msg = f"{self._name} holds {self._instrument.id}, not {wish.instrument_id}"
            raise RecordingError(msg)

    def _facts(self) -> tuple[Instrument, str, Channel]:
        line = self._pipe.readline(_MAX_FACTS)
        try:
            facts = msgspec.json.decode(line, type=Facts)
            return facts.instrument(), facts.channel, facts.holds
        except ValueError as error:
            msg = f"{self._name} is none of Tapescope's Parquet files, or damaged"
            raise RecordingError(msg) from error

    def _read(self, count: int) -> bytes | None:
        """Return whole rows; None = that was all."""
        if monotonic_s() > self._ends_s:
            msg = f"{self._name} takes too long to read and is left; it may be no honest file"
            raise RecordingError(msg)
        raw = self._pipe.read(count)
        if len(raw) % LAYOUTS[self._holds].dtype.itemsize or (not raw and self._child.wait() != 0):
            msg = f"{self._name} is damaged, or needs more memory than a file may"
            raise RecordingError(msg)
        return raw or None
