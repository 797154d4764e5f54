"""One file into the store, and what to tell the trader of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.domain.errors import RecordingError
from core.domain.events import Channel, Gap, Rows
from core.domain.instrument import Instrument
from core.domain.moments import utc_text
from data.imports.files import read_file
from data.imports.market_rows import MarketRows
from data.imports.opened import spoken
from data.imports.reading import Block, Tally
from data.imports.tables import Wish
from data.store.store import Store

_MOST_NAMED: Final = 3
_WORDS: Final = {
    Channel.BOOK: "levels of books",
    Channel.QUOTES: "quotes",
    Channel.TICKER: "tickers",
    Channel.LIQUIDATIONS: "liquidations",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file.

    Attributes:
        name: of the file.
        title: the kind of file.
        unit: what the numbers of the refused rows count: ``line``, ``frame`` or ``row``.
        tally: what was kept and what was refused.
    """

    name: str
    title: str
    unit: str
    tally: Tally

    def sentence(self) -> str:
        """Return one line: kept, refused, the span, the instruments, inferred or as listed."""
        found = self.tally.found
        first_ns = min(each.first_ns for each in found.values())
        last_ns = max(each.last_ns for each in found.values())
        return (
            f"{self.name}: {self.title}, {_counted(self.tally)}, {self.tally.refused} "
            f"refused, {utc_text(first_ns)} to {utc_text(last_ns)}, {_named(found)}"
        )


def import_file(
    path: Path, wish: Wish, store: Store, *, source: str, besides: MarketRows | None = None
) -> Imported:
    """Bring one file into the store; what is stored already is not stored twice when read back.

    Args:
        source: name to store it under.
        besides: as in read_file.

    Raises:
        RecordingError: the file cannot be read, none of it can be kept, or the store cannot be
            written.
    """
    name = wish.called or spoken(path.name)
    try:
        store.root.mkdir(parents=True, exist_ok=True)
        reading = read_file(path, wish, scratch=store.root, besides=besides)
        try:
            for block in reading.blocks():
                _put(store, source, block)
                store.flush()
        finally:
            reading.close()
    except OSError as error:
        msg = f"{name} could not be stored ({error.strerror}); what was stored before is kept"
        raise RecordingError(msg) from error
    if not reading.tally.found:
        msg = f"{name} holds no trade that can be kept; {reading.tally.refused} rows were refused"
        raise RecordingError(msg)
    return Imported(name, reading.title, reading.unit, reading.tally)


def _put(store: Store, source: str, block: Block) -> None:
    if isinstance(block, Rows):
        store.append_rows(source, block)
    elif isinstance(block, Gap):
        store.append_gap(source, block)
    else:
        store.append(source, *block)


def _counted(tally: Tally) -> str:
    """Return what was kept: trades, and rows of other channels."""
    others = [f", {count} {_WORDS[channel]}" for channel, count in tally.others.items()]
    return f"{tally.kept} rows kept" + "".join(others)


def _named(instruments: Iterable[Instrument]) -> str:
    texts = [
        f"{each.id} ({'inferred' if each.inferred else 'listed'} tick {each.tick_size:f}, "
        f"lot {each.lot_size:f})"
        for each in instruments
    ]
    more = f" and {len(texts) - _MOST_NAMED} more" if len(texts) > _MOST_NAMED else ""
    return ", ".join(texts[:_MOST_NAMED]) + more
