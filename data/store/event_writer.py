"""One event of a run into the store: what is not there yet, and a book's checkpoint where due."""

from dataclasses import replace
from typing import TypeAlias

import numpy as np

from core.domain.events import REST, Channel, Gap, Rows, TradeBlock
from core.domain.instrument import InstrumentId
from core.domain.units import Ns
from data.store.checkpoints import Checkpoints
from data.store.store import Store

Recordable: TypeAlias = TradeBlock | Rows | Gap
"""What the engine says that it accepted."""
Queued: TypeAlias = Recordable | InstrumentId
"""An id stands where messages of its book were lost."""


class EventWriter:
    """Writes the events of one source, in order. For one thread at a time."""

    def __init__(self, store: Store, source: str) -> None:
        self._store = store
        self._source = source
        self._checkpoints = Checkpoints()
        self._told_ns: dict[InstrumentId, Ns] = {}

    def write(self, event: Queued) -> None:
        """Append an event.

        Raises:
            ValueError: it cannot be stored.
            OSError: the disk does not take it; rows are with the store then, a gap is not.
            RecordingError: another process writes here.
        """
        if isinstance(event, TradeBlock):
            self._store.append(self._source, event.instrument, event.channel, event.rows)
        elif isinstance(event, InstrumentId):
            self._checkpoints.lost(event)
        elif isinstance(event, Gap):
            self._store.append_gap(self._source, event)
            if event.channel is Channel.BOOK:
                self._checkpoints.missed(event)
        elif event.rows.size:
            self._write_rows(event)

    def _write_rows(self, event: Rows) -> None:
        if event.channel is not Channel.BOOK:
            self._store.append_rows(self._source, self._not_stored(event))
            return
        checkpoint = self._checkpoints.before(event)
        rows = event if checkpoint is None else _joined(checkpoint, event)
        try:
            self._store.append_rows(self._source, rows)
        except ValueError:
            self._checkpoints.lost(event.instrument.id)
            raise
        except OSError:
            self._checkpoints.took(event)
            raise
        self._checkpoints.took(event)

    def _not_stored(self, event: Rows) -> Rows:
        """Leave out what REST tells of the time before the last run's end, as it does each time."""
        if event.channel is not Channel.TICKER:
            return event
        found, rows = event.instrument.id, event.rows
        if found not in self._told_ns:
            self._told_ns[found] = self._last_ns(found)
        if event.stream != REST:
            return event
        return replace(event, rows=rows[rows["ts_event_ns"] > self._told_ns[found]])

    def _last_ns(self, instrument_id: InstrumentId) -> Ns:
        """Return when the last ticker came that is stored; 0 = none, or a disk that cannot say."""
        try:
            return self._store.last_ns(self._source, instrument_id, Channel.TICKER) or 0
        except OSError:  # stored twice is better than lost
            return 0


def _joined(checkpoint: Rows, event: Rows) -> Rows:
    # In one piece: a disk that fails between the two would leave one of them to be written twice.
    return replace(event, rows=np.concatenate([checkpoint.rows, event.rows]))
