"""What a file says about itself, so that it can be read alone: instrument, stream, counts."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import msgspec
import numpy as np

from core.domain.arrays import RowArray, TradeArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import Ns
from data.store.layouts import LAYOUTS, by_arrival
from data.venues.registry import market_of

FORMAT: Final = 1


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Whose rows a file holds.

    Attributes:
        instrument_id: ``venue.kind.symbol``; the other fields are those of Instrument.
        channel: the venue's stream; trades of two streams have ids of two kinds. Of what several
            streams bring, the one that came first.
        holds: what the rows are, and so their layout; a file that does not say holds trades.
        format: of the file; a reader refuses what is newer than it is.
    """

    source: str
    instrument_id: str
    base: str
    quote: str
    tick_size: Decimal
    size_step: Decimal
    contract_value: Decimal
    valid_from_ns: Ns
    inferred: bool
    channel: str
    holds: Channel = Channel.TRADES
    format: int = FORMAT

    @classmethod
    def of(
        cls,
        source: str,
        instrument: Instrument,
        channel: str,
        *,
        holds: Channel = Channel.TRADES,
    ) -> "Facts":
        """Return the facts of rows of one stream."""
        return cls(
            source=source,
            instrument_id=str(instrument.id),
            base=instrument.base,
            quote=instrument.quote,
            tick_size=instrument.tick_size,
            size_step=instrument.size_step,
            contract_value=instrument.contract_value,
            valid_from_ns=instrument.valid_from_ns,
            inferred=instrument.inferred,
            channel=channel,
            holds=holds,
        )

    def instrument(self) -> Instrument:
        """Return the instrument.

        Raises:
            ValueError: a field is not what an instrument can have.
        """
        return Instrument(
            id=InstrumentId.parse(self.instrument_id),
            base=self.base,
            quote=self.quote,
            tick_size=self.tick_size,
            size_step=self.size_step,
            contract_value=self.contract_value,
            valid_from_ns=self.valid_from_ns,
            inferred=self.inferred,
        )


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What a file holds, without reading its rows.

    Attributes:
        first_ns: venue time of the first trade; of other rows, when the first reached us.
        last_ns: of the last.
        first_id: smallest trade id; 0 where there are no trades, as the next two.
        last_id: largest trade id.
        fills: what the rows were merged from, a row that does not say counted as one.
        last_recv_ns: when the newest bytes reached us.
    """

    rows: int
    first_ns: Ns
    last_ns: Ns
    first_id: int
    last_id: int
    fills: int
    last_recv_ns: Ns


def summary(rows: RowArray, holds: Channel) -> Summary:
    """Return the summary of at least one row."""
    times = rows[LAYOUTS[holds].clock]
    first_id, last_id, fills = 0, 0, 0
    if holds is Channel.TRADES:
        ids = rows["trade_id"]
        first_id, last_id = int(ids.min()), int(ids.max())
        fills = int(np.maximum(rows["fills"].astype(np.int64), 1).sum())
    return Summary(
        rows=rows.size,
        first_ns=int(times.min()),
        last_ns=int(times.max()),
        first_id=first_id,
        last_id=last_id,
        fills=fills,
        last_recv_ns=int(rows["ts_recv_ns"].max()),
    )


def merge_summaries(parts: Sequence[Summary]) -> Summary:
    """Return the summary of the rows of at least one part together."""
    return Summary(
        rows=sum(each.rows for each in parts),
        first_ns=min(each.first_ns for each in parts),
        last_ns=max(each.last_ns for each in parts),
        first_id=min(each.first_id for each in parts),
        last_id=max(each.last_id for each in parts),
        fills=sum(each.fills for each in parts),
        last_recv_ns=max(each.last_recv_ns for each in parts),
    )


def in_order(rows: RowArray, holds: Channel, instrument_id: InstrumentId) -> RowArray:
    """Return ``rows`` as a file keeps them: trades by time and each once, others by arrival."""
    return sort_trades(rows, instrument_id) if holds is Channel.TRADES else by_arrival(rows)


def sort_trades(rows: TradeArray, instrument_id: InstrumentId) -> TradeArray:
    """Return ``rows`` by time, without repeats of one ``(time, id)``; the first one stays.

    Trades of one instant are in the order of their ids where the venue's ids count, else in the
    order given.
    """
    times, ids = rows["ts_event_ns"], rows["trade_id"]
    if bool(np.all(times[1:] > times[:-1])):
        return rows
    order = np.lexsort((np.arange(rows.size), ids, times))
    keep = np.ones(rows.size, bool)
    same = (times[order][1:] == times[order][:-1]) & (ids[order][1:] == ids[order][:-1])
    keep[1:] = ~same
    kept = order[keep]
    if not market_of(instrument_id).facts.ids_count:
        kept = np.sort(kept)
        kept = kept[np.argsort(times[kept], kind="stable")]
    return rows[kept]
