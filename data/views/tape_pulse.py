"""How fast several tapes run together, and which side presses, against their minute and day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.flow_share import Flow, sum_flows
from core.calc.notional import notional
from core.calc.per_second import per_second
from core.calc.tape_orders import tape_orders
from core.calc.tape_pulse import COLUMNS, NEEDED_SLOTS, SLOTS_PER_S, TapePulse, pressure, tape_pulse
from core.domain.arrays import FloatArray, IntArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, NS_PER_S, Aggressor, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.atoms import Atoms
from data.views.moment import Moment
from data.views.panel import Want, wanted
from data.views.series import TRANSIT_NS
from data.views.tape_speed import held_trades

PRESSURE_S: Final = (10, 60, 300)
_SLOT_NS: Final[Ns] = NS_PER_S // SLOTS_PER_S
_SLOTS: Final = max(NEEDED_SLOTS, PRESSURE_S[-1] * SLOTS_PER_S)
_PIECE_NS: Final[Ns] = 30 * NS_PER_MINUTE
"""So much of the past day is read at a time, so that no frame waits for long."""


@dataclass(frozen=True, slots=True)
class TapePulseSpec:
    """Which tapes are summed.

    Attributes:
        instruments: in one quote coin.
    """

    instruments: tuple[InstrumentId, ...]

    def query(self) -> "TapePulseQuery":
        """Return a new query that answers it."""
        return TapePulseQuery(self)


@dataclass(frozen=True, slots=True)
class Pressure:
    """What was bought and sold in a while before now.

    Attributes:
        flow: of the markets that are known; None = none is.
        missing: markets that are live and not in it, since trades of that while may be missing.
    """

    flow: Flow | None
    missing: tuple[InstrumentId, ...]


@dataclass(frozen=True, slots=True)
class TapePulseView:
    """One moment, a little ago: what may still be on its way is waited for.

    Attributes:
        now: of the markets that are known together; None = none is.
        missing: markets that are live and not in it.
        off: markets whose trades are not live, in none of the sums.
        pressure: by seconds, in the order of PRESSURE_S.
        orders_range: lowest and highest mean of a whole minute of the day before, orders a second;
            None = no minute is known of all markets that are in ``now``.
        quote_range: likewise, quote coins a second.
        day_frac: which share of that day was read, in [0, 1].
        recent: float64[60], orders in each of the last seconds; NaN is not known.
    """

    now: TapePulse | None
    missing: tuple[InstrumentId, ...]
    off: tuple[InstrumentId, ...]
    pressure: Mapping[int, Pressure]
    orders_range: tuple[float, float] | None
    quote_range: tuple[float, float] | None
    day_frac: float
    recent: FloatArray


class TapePulseQuery:
    """Answers one spec again and again; what has settled is summed once."""

    def __init__(self, spec: TapePulseSpec) -> None:
        self.spec = spec
        self._epoch = -1
        self._sums: dict[InstrumentId, _Sums] = {}

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return that trades of its instruments must come; no candles."""
        return wanted(listed, self.spec.instruments)

    def view(self, engine: Engine, moment: Moment) -> TapePulseView | None:
        """Return the newest view; None while nothing was heard of any of its instruments."""
        if engine.epoch != self._epoch:
            self._epoch, self._sums = engine.epoch, {}
        ids = self.spec.instruments
        tapes = [tape for tape in map(engine.tape, ids) if tape is not None]
        if not tapes:
            return None
        off = tuple(each for each in ids if moment.off_of(each, Channel.TRADES))
        live = [tape for tape in tapes if tape.instrument.id not in off]
        now_ns, room = moment.now_ns, [True]
        slots, days, fracs = {}, {}, []
        for tape in live:
            sums = self._sums.setdefault(tape.instrument.id, _Sums())
            slots[tape.instrument.id] = sums.slots(tape, now_ns)
            days[tape.instrument.id], frac = sums.minutes(tape, now_ns, room)
            fracs.append(frac)
        known = {each: rows for each, rows in slots.items() if tape_pulse(rows) is not None}
        whole = np.sum(list(known.values()), axis=0) if known else np.full((_SLOTS, 5), np.nan)
        day = np.sum([days[each] for each in known], axis=0) if known else np.zeros((0, 2))
        return TapePulseView(
            now=tape_pulse(whole) if known else None,
            missing=tuple(each for each in slots if each not in known),
            off=off,
            pressure={seconds: _pressure(slots, seconds) for seconds in PRESSURE_S},
            orders_range=_range(day, 0),
            quote_range=_range(day, 1),
            day_frac=float(np.mean(fracs)) if fracs else 1.0,
            recent=whole[-60 * SLOTS_PER_S :, 0].reshape(60, SLOTS_PER_S).sum(axis=1),
        )


class _Sums:
    """What one tape sums up to, in quarters of a second and in minutes."""

    def __init__(self) -> None:
        self._slots = Atoms(_SLOT_NS, len(COLUMNS))
        self._minutes = Atoms(NS_PER_MINUTE, 2)
        self._first_ns: Ns = 0
        self._until_ns: Ns = 0
        self._state: object = None
        self._day: FloatArray = np.zeros((0, 2))

    def slots(self, tape: Tape, now_ns: Ns) -> FloatArray:
        """Return float64[_SLOTS, 5]: those that are over and can be taken to be whole."""
        end_ns = (now_ns - TRANSIT_NS) // _SLOT_NS * _SLOT_NS
        from_ns = end_ns - _SLOTS * _SLOT_NS
        return self._slots.update(
            held_trades(tape), _reader(tape, _slot_sums), from_ns=from_ns, now_ns=end_ns - 1
        )

    def minutes(self, tape: Tape, now_ns: Ns, room: list[bool]) -> tuple[FloatArray, float]:
        """Return float64[1440, 2] a second of each minute that is over, and what share was read.

        Args:
            room: whether a piece of the past may be read in this frame; the first that does takes
                it.
        """
        end_ns = (now_ns - TRANSIT_NS) // NS_PER_MINUTE * NS_PER_MINUTE
        from_ns = end_ns - NS_PER_DAY
        first_ns = max(from_ns, min(tape.complete_from_ns or end_ns, end_ns))
        first_ns = first_ns // NS_PER_MINUTE * NS_PER_MINUTE
        if first_ns < self._first_ns or not first_ns <= self._until_ns <= end_ns:
            self._until_ns = first_ns
        self._first_ns = first_ns
        if room[0] and self._until_ns < end_ns:
            room[0] = end_ns - self._until_ns <= NS_PER_MINUTE
            self._until_ns = min(self._until_ns + _PIECE_NS, end_ns)
        held = held_trades(tape)
        state = from_ns, self._until_ns, held.from_ns, held.gaps_ns, held.state(self._until_ns)
        if state != self._state:
            self._state = state
            self._day = np.full((NS_PER_DAY // NS_PER_MINUTE, 2), np.nan)
            if self._until_ns > from_ns:
                read, until_ns = _reader(tape, _minute_sums), self._until_ns
                sums = self._minutes.update(held, read, from_ns=from_ns, now_ns=until_ns - 1)
                self._day[: sums.shape[0]] = sums / 60
        share = (self._until_ns - first_ns) / (end_ns - first_ns) if end_ns > first_ns else 1.0
        return self._day, share


def _reader(
    tape: Tape, sums: Callable[[Tape, IntArray], FloatArray]
) -> Callable[[IntArray], FloatArray]:
    def read(edges: IntArray) -> FloatArray:
        return sums(tape, edges)

    return read


def _slot_sums(tape: Tape, edges: IntArray) -> FloatArray:
    """Return COLUMNS of each span."""
    trades = tape.trades.window(int(edges[0]), int(edges[-1]))
    orders, ts_ns = tape_orders(trades).ts_event_ns, trades["ts_event_ns"]
    worth, side = notional(trades), trades["aggressor"]
    counts = [per_second(each, np.ones_like(each), edges) for each in (orders, ts_ns)]
    quote = float(tape.instrument.tick_size * tape.instrument.lot_size)
    money = [
        per_second(ts_ns, np.where(side == each, worth, 0), edges) * quote
        for each in (Aggressor.BUY, Aggressor.SELL, Aggressor.UNKNOWN)
    ]
    return np.stack([*counts, *money], axis=1).astype(np.float64)


def _minute_sums(tape: Tape, edges: IntArray) -> FloatArray:
    """Return orders and quote coins of each span."""
    sums = _slot_sums(tape, edges)
    return np.stack([sums[:, 0], sums[:, 2:].sum(axis=1)], axis=1)


def _pressure(slots: Mapping[InstrumentId, FloatArray], seconds: int) -> Pressure:
    flows = {each: pressure(rows, seconds) for each, rows in slots.items()}
    known = [each for each in flows.values() if each is not None]
    missing = tuple(each for each, found in flows.items() if found is None)
    return Pressure(sum_flows(known) if known else None, missing)


def _range(minutes: FloatArray, column: int) -> tuple[float, float] | None:
    values = minutes[:, column]
    values = values[~np.isnan(values)]
    return (float(values.min()), float(values.max())) if values.size else None
