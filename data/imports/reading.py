"""What one file holds: the trades that were kept, and a list of what was not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from core.domain.arrays import TradeArray
from core.domain.instrument import Instrument
from core.domain.units import Ns
from data.imports.blocks import BadRow

MAX_LISTED: Final = 20
"""Refused rows that are listed one by one; the others are counted."""

Block: TypeAlias = tuple[Instrument, str, TradeArray]
"""Instrument, the venue's stream, TRADE_DTYPE[n] in the order of the file."""


@dataclass(slots=True)
class Found:
    """Trades of one instrument in a file.

    Attributes:
        first_ns: venue time of the earliest one.
        last_ns: of the latest.
    """

    instrument: Instrument
    rows: int
    first_ns: Ns
    last_ns: Ns


@dataclass(slots=True)
class Tally:
    """Counts while a file is read, final when its blocks are through.

    Attributes:
        refused: rows that were not kept.
        listed: the first of them, in the order in which they were met.
        problems: what is wrong with the file as a whole, one sentence each.
        found: by instrument.
    """

    refused: int = 0
    listed: list[BadRow] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    found: dict[Instrument, Found] = field(default_factory=dict)

    @property
    def kept(self) -> int:
        """Rows that were kept."""
        return sum(each.rows for each in self.found.values())

    def keep(self, instrument: Instrument, rows: TradeArray) -> None:
        """Count rows that are kept, at least one."""
        first_ns, last_ns = int(rows["ts_event_ns"].min()), int(rows["ts_event_ns"].max())
        found = self.found.setdefault(instrument, Found(instrument, 0, first_ns, last_ns))
        found.rows += rows.size
        found.first_ns = min(found.first_ns, first_ns)
        found.last_ns = max(found.last_ns, last_ns)

    def refuse(self, bad: BadRow) -> None:
        """Count a row that is not kept."""
        self.refused += 1
        if len(self.listed) < MAX_LISTED:
            self.listed.append(bad)


class Reading(Protocol):
    """A file that is being imported."""

    @property
    def title(self) -> str:
        """The kind of file, for the trader."""
        ...

    @property
    def unit(self) -> str:
        """What the numbers of refused rows count: ``line``, ``frame`` or ``row``."""
        ...

    @property
    def tally(self) -> Tally:
        """What was kept and what not, so far."""
        ...

    def blocks(self) -> Iterator[Block]:
        """Yield the trades, once, in blocks of bounded size.

        Raises:
            RecordingError: nothing (more) can be read, with the reason.
        """
        ...

    def close(self) -> None:
        """Let go of what was opened."""
        ...
