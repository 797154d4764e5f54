"""What one file holds: the rows that were kept, and a list of what was not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from core.domain.arrays import RowArray, TradeArray
from core.domain.events import Channel, Gap, Rows
from core.domain.instrument import Instrument
from core.domain.units import Ns
from data.imports.blocks import BadRow
from data.store.layouts import LAYOUTS

MAX_LISTED: Final = 20
"""Refused rows that are listed one by one; the others are counted."""

Block: TypeAlias = tuple[Instrument, str, TradeArray] | Rows | Gap
"""Instrument, the venue's stream, TRADE_DTYPE[n] in the order of the file; or what the file holds
besides trades, and where rows of it are missing."""


@dataclass(slots=True)
class Found:
    """What a file holds of one instrument.

    Attributes:
        rows: trades.
        others: rows of the other channels that it holds.
        first_ns: venue time of the earliest trade; of other rows, when it arrived.
        last_ns: of the latest.
    """

    instrument: Instrument
    rows: int
    first_ns: Ns
    last_ns: Ns
    others: dict[Channel, int] = field(default_factory=dict)


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
        """Trades that were kept."""
        return sum(each.rows for each in self.found.values())

    @property
    def others(self) -> dict[Channel, int]:
        """Rows of other channels that were kept."""
        counts: dict[Channel, int] = {}
        for found in self.found.values():
            for channel, rows in found.others.items():
                counts[channel] = counts.get(channel, 0) + rows
        return counts

    def keep(
        self, instrument: Instrument, rows: RowArray, channel: Channel = Channel.TRADES
    ) -> None:
        """Count rows that are kept, at least one."""
        times = rows[LAYOUTS[channel].clock]
        first_ns, last_ns = int(times.min()), int(times.max())
        found = self.found.setdefault(instrument, Found(instrument, 0, first_ns, last_ns))
        if channel is Channel.TRADES:
            found.rows += rows.size
        else:
            found.others[channel] = found.others.get(channel, 0) + rows.size
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
        """Yield what is in the file, once, in blocks of bounded size.

        Raises:
            RecordingError: nothing (more) can be read, with the reason.
        """
        ...

    def close(self) -> None:
        """Let go of what was opened."""
        ...
