"""What was recorded lately, back into the engine; and from where the live market has to go on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.domain.events import Channel, Gap, Rows, TradeBlock
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_HOUR, Ns
from data.store.manifest import StoredFile
from data.store.store import Store

MAX_ROWS: Final = 4_000_000
"""Two to three seconds of reading; with more, fewer hours come back."""
MAX_SIDE_ROWS: Final = 1_500_000
"""Of each channel besides trades; less than a second of reading."""
HOURS: Final = (24, 12, 6, 3, 1)
SIDE_CHANNELS: Final = (Channel.QUOTES, Channel.TICKER, Channel.LIQUIDATIONS)
"""What comes back besides trades. A book of the past is not the present."""
_FOREVER: Final[Ns] = 2**62


@dataclass(frozen=True, slots=True)
class Recent:
    """An instrument of which there are rows of a channel lately.

    Attributes:
        since_ns: the first instant from which all files are of this stream and on these steps.
        last_ns: the newest row.
        rows: about how many rows there are since.
    """

    instrument: Instrument
    channel: str
    since_ns: Ns
    last_ns: Ns
    rows: int


def recover(store: Store, source: str, since_ns: Ns) -> Iterator[TradeBlock | Rows | Gap]:
    """Yield what is stored since an instant: of each instrument its trades, then its gaps.

    Only the newest stream on the newest steps, which is what the live market goes on with. Quotes,
    tickers and liquidations follow, of as many of the last hours as are quickly read.
    """
    for each in recent(store, source, since_ns):
        found = each.instrument.id
        for rows in store.read_trades(source, found, each.since_ns, _FOREVER, grid=each.instrument):
            yield TradeBlock(each.instrument, each.channel, rows, history=True)
        for gap in store.gaps(source, found):
            if gap.to_ns > each.since_ns:
                yield gap
    for channel in SIDE_CHANNELS:
        yield from _recover_rows(store, source, since_ns, channel)


def _recover_rows(store: Store, source: str, since_ns: Ns, channel: Channel) -> Iterator[Rows]:
    newest_ns = max((each.last_ns for each in recent(store, source, since_ns, channel)), default=0)
    quick_ns = quick_since_ns(store, source, newest_ns, channel=channel, max_rows=MAX_SIDE_ROWS)
    for each in recent(store, source, max(since_ns, quick_ns), channel):
        span = each.since_ns, _FOREVER
        for rows in store.read(source, each.instrument.id, channel, span, grid=each.instrument):
            yield Rows(each.instrument, channel, each.channel, rows)


def quick_since_ns(
    store: Store,
    source: str,
    now_ns: Ns,
    *,
    max_rows: int = MAX_ROWS,
    channel: Channel = Channel.TRADES,
) -> Ns:
    """Return since when to recover: as many of the last 24 hours as are quickly read."""
    for hours in HOURS:
        since_ns = now_ns - hours * NS_PER_HOUR
        if sum(each.rows for each in recent(store, source, since_ns, channel)) <= max_rows:
            break
    return since_ns


def recent(
    store: Store, source: str, since_ns: Ns, channel: Channel = Channel.TRADES
) -> list[Recent]:
    """Return the instruments with rows of a channel since an instant, the busiest first."""
    found = []
    for instrument_id in store.ids(source):
        files = store.files(source, instrument_id, since_ns, channel=channel)
        if files:
            found.append(_recent(files, since_ns))
    return sorted(found, key=lambda each: -each.rows)


def _recent(files: list[StoredFile], since_ns: Ns) -> Recent:
    newest = max(files, key=lambda each: each.summary.last_ns)
    instrument, channel = newest.facts.instrument(), newest.facts.channel
    steps = instrument.tick_size, instrument.lot_size
    is_trades = newest.facts.holds is Channel.TRADES
    others = [
        each
        for each in files
        if _steps(each) != steps or (is_trades and each.facts.channel != channel)
    ]
    since_ns = max([since_ns, *(each.summary.last_ns + 1 for each in others)])
    rows = sum(_rows_since(each, since_ns) for each in files)
    return Recent(instrument, channel, since_ns, newest.summary.last_ns, rows)


def _steps(file: StoredFile) -> tuple[object, object]:
    return file.facts.tick_size, file.facts.size_step * file.facts.contract_value


def _rows_since(file: StoredFile, since_ns: Ns) -> int:
    counts = file.summary
    span_ns = counts.last_ns - counts.first_ns + 1
    return counts.rows * max(counts.last_ns + 1 - max(since_ns, counts.first_ns), 0) // span_ns
