"""A recording as events again: all channels of all instruments in the order of their arrival."""

from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush
from typing import Final, TypeAlias

import numpy as np

from core.domain.arrays import IntArray, RowArray
from core.domain.errors import RecordingError
from core.domain.events import Channel, Gap, Rows, TradeBlock
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_MINUTE, NS_PER_MS, NS_PER_S, Ns
from data.store.archive import Archive
from data.store.facts import sort_trades
from data.store.layouts import LAYOUTS
from data.store.past_book import book_at

STEP_NS: Final[Ns] = 100 * NS_PER_MS
LATE_NS: Final[Ns] = NS_PER_MINUTE
"""Trades that reached us later than this after they were made come late here too."""
_SKEW_NS: Final[Ns] = 5 * NS_PER_S
"""A venue's clock may be so far ahead of ours."""

Played: TypeAlias = TradeBlock | Rows | Gap
_Key: TypeAlias = tuple[Ns, int]


class _Cursor:
    """The rows of one channel that did not come yet."""

    def __init__(
        self, instrument: Instrument, channel: Channel, stream: str, blocks: Iterator[RowArray]
    ) -> None:
        self.next_ns: Ns | None = None
        self._instrument = instrument
        self._channel = channel
        self._stream = stream
        self._blocks: Iterator[RowArray] | None = blocks
        self._rows = LAYOUTS[channel].empty()  # by arrival; those before _place have come
        self._arrivals = np.zeros(0, np.int64)
        self._place = 0
        self._read_to_ns: Ns = 0
        self._look(0)

    def take(self, end_ns: Ns) -> Played | None:
        """Return what arrived before ``end_ns``."""
        self._look(end_ns)
        end = int(np.searchsorted(self._arrivals, end_ns))
        rows = self._rows[self._place : end].copy()
        self._place = end
        self._look(0)
        if not rows.size:
            return None
        if self._channel is Channel.TRADES:
            rows = sort_trades(rows, self._instrument.id)
            return TradeBlock(self._instrument, self._stream, rows)
        return Rows(self._instrument, self._channel, self._stream, rows)

    def _look(self, end_ns: Ns) -> None:
        """Read until everything before ``end_ns`` is here, and at least something."""
        ahead_ns = end_ns + (_SKEW_NS if self._channel is Channel.TRADES else 0)
        while self._blocks is not None and (
            self._place == self._rows.size or self._read_to_ns < ahead_ns
        ):
            block = next(self._blocks, None)
            if block is None:
                self._blocks = None
                break
            self._read_to_ns = int(block[LAYOUTS[self._channel].clock][-1])
            rows = np.concatenate([self._rows[self._place :], block])
            arrivals = _arrivals(rows)
            order = np.argsort(arrivals, kind="stable")
            self._rows, self._arrivals, self._place = rows[order], arrivals[order], 0
        has_more = self._place < self._rows.size
        self.next_ns = int(self._arrivals[self._place]) if has_more else None


def play(
    archive: Archive,
    source: str,
    ids: Iterable[InstrumentId],
    span: tuple[Ns, Ns],
    *,
    step_ns: Ns = STEP_NS,
) -> Iterator[Played]:
    """Yield what was recorded in ``[from, to)``, in the order in which it reached us.

    What one channel of one instrument brought within a step is one event; events of a step are in
    the order of their first rows. Trades that came over REST bear no arrival and come at the
    venue's time. A gap comes where it begins, never within an event. Books that are known at the
    beginning come first, as snapshots. Of each channel about two row groups are held at a time.

    Args:
        span: first instant, and end, itself not included; of our clock.
        step_ns: length of a step, > 0.
    """
    from_ns, to_ns = span
    cursors: list[_Cursor] = []
    gaps: list[Gap] = []
    for each in ids:
        instrument = archive.grid(source, each, None)
        if instrument is None:
            continue
        yield from _known_book(archive, source, instrument, from_ns)
        cursors += _cursors(archive, source, instrument, span)
        gaps += [gap for gap in archive.gaps(source, each) if _is_due(gap, span)]
    gaps.sort(key=lambda each: each.from_ns)
    yield from _merged(cursors, gaps, to_ns, step_ns)


def _is_due(gap: Gap, span: tuple[Ns, Ns]) -> bool:
    from_ns, to_ns = span
    if gap.channel is Channel.BOOK:  # one from before is over, or its book did not come first
        return from_ns <= gap.from_ns < to_ns
    return gap.from_ns < to_ns and gap.to_ns > from_ns


def _merged(cursors: list[_Cursor], gaps: list[Gap], to_ns: Ns, step_ns: Ns) -> Iterator[Played]:
    heap: list[_Key] = [
        (each.next_ns, index) for index, each in enumerate(cursors) if each.next_ns is not None
    ]
    heapify(heap)
    waiting = iter([*gaps, None])
    gap = next(waiting)
    while heap or gap is not None:
        if gap is not None and (not heap or gap.from_ns <= heap[0][0]):
            yield gap
            gap = next(waiting)
            continue
        end_ns = min(heap[0][0] + step_ns, to_ns)
        if gap is not None:
            end_ns = min(end_ns, gap.from_ns)
        due: list[int] = []
        while heap and heap[0][0] < end_ns:
            due.append(heappop(heap)[1])
        for index in due:
            cursor = cursors[index]
            event = cursor.take(end_ns)
            if event is not None:
                yield event
            if cursor.next_ns is not None:
                heappush(heap, (cursor.next_ns, index))


def _cursors(
    archive: Archive, source: str, instrument: Instrument, span: tuple[Ns, Ns]
) -> Iterator[_Cursor]:
    from_ns, to_ns = span
    for channel in Channel:
        files = archive.files(source, instrument.id, from_ns - LATE_NS, channel=channel)
        if not files:
            continue
        stream = max(files, key=lambda each: each.summary.rows).facts.channel
        reach = (from_ns - LATE_NS, to_ns + _SKEW_NS) if channel is Channel.TRADES else span
        blocks = archive.read(source, instrument.id, channel, reach, grid=instrument)
        yield _Cursor(instrument, channel, stream, _within(blocks, span))


def _within(blocks: Iterator[RowArray], span: tuple[Ns, Ns]) -> Iterator[RowArray]:
    for rows in blocks:
        arrivals = _arrivals(rows)
        inside = rows[(arrivals >= span[0]) & (arrivals < span[1])]
        if inside.size:
            yield inside


def _arrivals(rows: RowArray) -> IntArray:
    received, made = rows["ts_recv_ns"], rows["ts_event_ns"]
    return np.where(received > 0, received, made)


def _known_book(
    archive: Archive, source: str, instrument: Instrument, from_ns: Ns
) -> Iterator[Rows]:
    try:
        book = book_at(archive, source, instrument, from_ns - 1)
    except RecordingError:
        return  # its next snapshot comes on its own
    yield Rows(instrument, Channel.BOOK, "", book.rows(at_ns=book.ts_recv_ns))
