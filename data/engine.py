"""The background thread: every event goes through here, in one order, into the buffers."""

import logging
from collections import deque
from collections.abc import Callable
from functools import partial
from itertools import starmap
from struct import Struct
from threading import Event, Thread, current_thread
from typing import Final, TypeAlias

import numpy as np

from core.calc.common_grid import factors, rescale_trades
from core.domain.arrays import TRADE_DTYPE, TradeArray
from core.domain.events import (
    Gap,
    Klines,
    Listed,
    MarketEvent,
    Rows,
    TradeBlock,
    TradeRow,
    Trades,
)
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, Ns
from data.buffers.desk import Desk, SideEvent
from data.buffers.keeper import Request
from data.buffers.tape import Tape
from data.clock import monotonic_s, sleep_s, wall_ns
from data.feeds.book_health import report
from data.feeds.health import HealthBoard

BATCH_S: Final = 0.01
"""Events that come within this time are written together: the cost is per batch, not per row."""
QUEUE_EVENTS: Final = 262_144
MAX_TRADES: Final = 30_000_000
MAX_AGE_NS: Final[Ns] = NS_PER_DAY + NS_PER_HOUR
"""To tell what the hour was like that ended a day ago, or what held then, nothing may be gone."""
_TRIM_EVERY_S: Final = 1.0

log = logging.getLogger(__name__)

Tap: TypeAlias = Callable[[TradeBlock | Rows | Gap], None]
"""Is told what was accepted: of trades those that were new, sorted; of a book what was applied.
Runs in the engine's thread, so it must return at once."""
Ask: TypeAlias = Callable[[InstrumentId, Request], None]
"""Carries out what a book needs of its venue; must return at once."""
_Item: TypeAlias = MarketEvent | Callable[[], None]
_Whole: TypeAlias = TradeBlock | Rows | Klines | Listed | Gap
_WHOLE: Final = (TradeBlock, Rows, Klines, Listed, Gap)
_PACK: Final = Struct("<qqqqibBH").pack
"""A row of TRADE_DTYPE as its bytes: twice as fast as numpy's way through tuples."""
_Pending: TypeAlias = dict[tuple[int, str], tuple[Trades, list[TradeRow]]]
"""Rows by (identity of the instrument object, channel): hashing a name costs more than a row."""


class Engine:
    """The only writer of the buffers.

    Attributes:
        epoch: changes when what was held was dropped (a replay that jumped back, an instrument with
            new steps): caches start again.
        trades_kept: trades written since the start, duplicates not counted.
        faults: events that could not be written because of a fault of ours; logged in full.
    """

    def __init__(self, *, max_trades: int = MAX_TRADES, max_age_ns: Ns = MAX_AGE_NS) -> None:
        self.epoch = 0
        self.trades_kept = 0
        self.faults = 0
        self._max_trades = max_trades
        self._max_age_ns = max_age_ns
        self._tapes: dict[InstrumentId, Tape] = {}
        # A deque takes and gives in single steps that no other thread can split: no lock a row.
        self._queue: deque[_Item] = deque()
        self._stopping = False
        self._taps: tuple[Tap, ...] = ()
        self._thread = Thread(target=self._run, name="engine", daemon=True)
        self._trimmed_s = 0.0
        self._desk = Desk(wall_ns)
        self._ask: Ask = _nobody
        self._health: HealthBoard | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Write what is queued, then end the thread."""
        self._stopping = True
        if self._thread.is_alive():
            self._thread.join()

    def submit(self, event: MarketEvent) -> None:
        """Queue an event; any thread. Waits while the queue is full: nothing is dropped.

        The engine's own thread never waits: nobody else would make room.
        """
        while len(self._queue) >= QUEUE_EVENTS and not self._stopping:
            if current_thread() is self._thread:
                break
            sleep_s(BATCH_S)
        self._queue.append(event)

    def clear(self) -> None:
        """Drop everything held, after what is queued now."""
        self._queue.append(self._clear)

    def tap(self, *taps: Tap) -> None:
        """From what is queued next on, tell ``taps``, and nobody else, what was accepted."""
        self._queue.append(partial(self._set_taps, taps))

    def follow(
        self, ask: Ask, *, now_ns: Callable[[], Ns], health: HealthBoard | None = None
    ) -> None:
        """From what is queued next on, books ask ``ask``, by the clock of the source.

        Args:
            health: where books say what they are worth; None = nowhere.
        """
        self._queue.append(partial(self._follow, ask, now_ns, health))

    def settle(self, timeout_s: float = 10.0) -> bool:
        """Wait until everything queued before this call is written; False = not in time."""
        done = Event()
        self._queue.append(done.set)
        return done.wait(timeout_s)

    def tape(self, instrument_id: InstrumentId) -> Tape | None:
        """Return what is held of an instrument; None = it was never heard of."""
        return self._tapes.get(instrument_id)

    def ids(self) -> tuple[InstrumentId, ...]:
        """Return the instruments in the order they were listed."""
        return tuple(self._tapes)

    @property
    def queued(self) -> int:
        """Events waiting to be written."""
        return len(self._queue)

    def _run(self) -> None:
        while True:
            stopping = self._stopping
            self._write_queued()
            if monotonic_s() - self._trimmed_s >= _TRIM_EVERY_S:
                self._trim()
            if stopping:
                return
            sleep_s(BATCH_S)

    def _write_queued(self) -> None:
        """Write what is queued now; rows that arrived together are written together."""
        pending: _Pending = {}
        popleft = self._queue.popleft
        instrument: Instrument | None = None
        channel = ""
        rows: list[TradeRow] = []
        for _ in range(len(self._queue)):
            item = popleft()
            if isinstance(item, Trades):
                # Trades come in runs: what the last one went to is not looked up again.
                if item.instrument is not instrument or item.channel is not channel:
                    instrument, channel = item.instrument, item.channel
                    key = (id(instrument), channel)
                    _, rows = pending.setdefault(key, (item, []))
                rows += item.rows
            elif isinstance(item, _WHOLE) or callable(item):
                self._flush(pending)
                instrument = None
                self._guarded(item if callable(item) else partial(self._take, item))
            else:
                self._guarded(partial(self._take_side, item))
        self._flush(pending)

    def _guarded(self, write: Callable[[], None]) -> None:
        """One event that cannot be written, by a fault of ours, must not stop the others."""
        try:
            write()
        except Exception:
            self.faults += 1
            log.exception("an event could not be written")

    def _set_taps(self, taps: tuple[Tap, ...]) -> None:
        self._taps = taps
        self._desk.tell(on=bool(taps))

    def _follow(self, ask: Ask, now_ns: Callable[[], Ns], health: HealthBoard | None) -> None:
        self._ask, self._desk.now_ns, self._health = ask, now_ns, health

    def _take_side(self, event: SideEvent) -> None:
        self._desk.take(self._tape_for(event), event)

    def _take(self, event: _Whole) -> None:
        if isinstance(event, Gap):
            tape = self._tapes.get(event.instrument_id)
            if tape is not None:
                tape.take_gap(event)
                self._tell(event)
            return
        tape = self._tape_for(event)
        if isinstance(event, TradeBlock):
            self._write_rows(event, event.rows)
        elif isinstance(event, Rows):
            tape.take_rows(event.channel, event.stream, event.rows)
            self._tell(event)
        elif isinstance(event, Klines):
            tape.take_klines(event.timeframe, event.bars)
        else:
            self._list(tape, event.instrument)

    def _list(self, tape: Tape, instrument: Instrument) -> None:
        """Take new facts; trades on another grid (recorded before a change of steps) go."""
        held = tape.instrument
        if (held.tick_size, held.lot_size) == (instrument.tick_size, instrument.lot_size):
            tape.instrument = instrument
        else:
            self._tapes[instrument.id] = Tape(instrument)
            self._desk.drop(tape)
            self.epoch += 1

    def _tape_for(self, event: Trades | TradeBlock | Rows | Klines | Listed | SideEvent) -> Tape:
        tape = self._tapes.get(event.instrument.id)
        if tape is None:
            tape = self._tapes[event.instrument.id] = Tape(event.instrument)
        return tape

    def _flush(self, pending: _Pending) -> None:
        for event, rows in pending.values():
            self._guarded(partial(self._write_batch, event, rows))
        pending.clear()
        self._guarded(self._flush_desk)

    def _flush_desk(self) -> None:
        """Write what is not trades, and pass on what came of it."""
        desk = self._desk
        for rows in desk.flush():
            self._tell(rows)
        gaps, desk.gaps = desk.gaps, []
        for gap in gaps:
            self._take(gap)
        states, desk.states = desk.states, []
        if self._health is not None and (gaps or states):
            report(self._health, states, gaps, now_ns=desk.now_ns())
        requests, desk.requests = desk.requests, []
        for tape, request in requests:
            self._ask(tape.instrument.id, request)

    def _write_batch(self, event: Trades, rows: list[TradeRow]) -> None:
        self._write_rows(event, np.frombuffer(b"".join(starmap(_PACK, rows)), TRADE_DTYPE))

    def _write_rows(self, event: Trades | TradeBlock, rows: TradeArray) -> None:
        tape = self._tape_for(event)
        if event.instrument is not tape.instrument:
            # Facts may have changed between the bytes and here; a grid that does not fit raises.
            rows = rescale_trades(rows, factors(event.instrument, tape.instrument))
        fresh = tape.take_trades(event.channel, rows)
        if fresh.size:
            tape.written_ns = wall_ns()
            tape.waited_ns = tape.written_ns - int(fresh["ts_recv_ns"].max())
            self.trades_kept += fresh.size
            self._tell(TradeBlock(tape.instrument, event.channel, fresh))

    def _tell(self, event: TradeBlock | Rows | Gap) -> None:
        for tap in self._taps:
            self._guarded(partial(tap, event))

    def _clear(self) -> None:
        self._tapes = {}
        self._desk.forget()
        self.epoch += 1

    def _trim(self) -> None:
        self._trimmed_s = monotonic_s()
        tapes = list(self._tapes.values())
        for tape in tapes:
            self._desk.tick(tape)
            tape.drop_rows(self._max_age_ns)
            newest_ns = tape.trades.newest_ns
            if newest_ns is not None:
                # An hour at a time: what leaves makes readers start their caches again.
                step_ns = min(NS_PER_HOUR, self._max_age_ns)
                tape.drop_before((newest_ns - self._max_age_ns) // step_ns * step_ns)
        while sum(len(tape.trades) for tape in tapes) > self._max_trades:
            droppable = [tape for tape in tapes if tape.trades.blocks > 1]
            if not droppable:
                break
            oldest = min(droppable, key=lambda tape: tape.trades.first_ns or 0)
            oldest.trades.drop_oldest_block()
            oldest.note_dropped()


def _nobody(instrument_id: InstrumentId, request: Request) -> None:
    """Carry out nothing: there is no venue to ask."""
