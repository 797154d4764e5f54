"""Dashboard, liquidations: zones of price in which positions were closed by force, of late."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

from core.calc.liquidation_buckets import cascade_risk
from core.calc.liquidation_zones import (
    LiquidationZones,
    is_dangerous,
    liquidation_zones,
    sum_zones,
)
from core.calc.round_step import scaled_step
from core.domain.arrays import BoolArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_DAY, NS_PER_S, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.venues.registry import market_of
from data.venues.streams import Coverage
from data.views.derivatives import tells_all
from data.views.left_out import LeftOut, live_tapes
from data.views.moment import AGO_NS, Moment
from data.views.panel import Want, wanted


@dataclass(frozen=True, slots=True)
class ZonesSpec:
    """Whose liquidations.

    Attributes:
        instruments: perpetuals of one coin; the price is that of the first whose trades are live.
        bitcoin: perpetuals by whose price the height of a bucket is scaled; those of BTC are
            their own.
        bucket_btc_quote: height of a bucket of BTC.
        memory_s: how far back.
        danger_quote: as in ``is_dangerous``.
    """

    instruments: tuple[InstrumentId, ...]
    bitcoin: tuple[InstrumentId, ...]
    bucket_btc_quote: float = 100.0
    memory_s: float = 300.0
    danger_quote: float = 1e6

    def query(self) -> "ZonesQuery":
        """Return a new query that answers it."""
        return ZonesQuery(self)


@dataclass(frozen=True, slots=True)
class ZonesPart:
    """One market.

    Attributes:
        long_quote: notional of the longs closed.
        short_quote: of the shorts.
        longs: how many.
        shorts: how many.
        tells_all: nothing of it is missing, as far as is known.
        coverage: how much the venue tells.
    """

    instrument_id: InstrumentId
    long_quote: float
    short_quote: float
    longs: int
    shorts: int
    tells_all: bool
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class PastZones:
    """How much was closed in such a span a while ago.

    Attributes:
        total_quote: longs and shorts together; NaN = of no market it is known.
        is_least: some of it may be missing.
    """

    total_quote: float
    is_least: bool


@dataclass(frozen=True, slots=True)
class ZonesView:
    """One moment.

    Attributes:
        zones: over the parts; None = no market is live, or the height of a bucket is not known.
        danger: bool[n], which of them are dangerous.
        risk: of a cascade, 0 to 1; NaN = the price is not known.
        price: quote coins; NaN = of no market that is live it is known.
        parts: the markets in it.
        left: those that are not.
        is_least: some may be missing: sums are lower bounds.
        ago: an hour ago, a day ago.
    """

    spec: ZonesSpec
    zones: LiquidationZones | None
    danger: BoolArray | None
    risk: float
    price: float
    parts: tuple[ZonesPart, ...]
    left: tuple[LeftOut, ...]
    is_least: bool
    ago: tuple[PastZones, PastZones]


class ZonesQuery:
    """Answers one spec again and again; the height of a bucket is chosen once a day."""

    def __init__(self, spec: ZonesSpec) -> None:
        self.spec = spec
        self._memory_ns = round(spec.memory_s * NS_PER_S)
        self._step: tuple[object, float] | None = None
        self._past: tuple[object, tuple[PastZones, PastZones]] | None = None

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return the markets, and those of BTC; no candles."""
        return wanted(listed, (*self.spec.instruments, *self.spec.bitcoin))

    def view(self, engine: Engine, moment: Moment) -> ZonesView:
        """Return the newest view."""
        spec, now_ns = self.spec, moment.now_ns
        tapes, left = live_tapes(engine, moment, spec.instruments, Channel.LIQUIDATIONS)
        priced, _ = live_tapes(engine, moment, spec.instruments, Channel.TRADES)
        price = price_of(engine, [each.instrument.id for each in priced])
        step = self._step_quote(engine, now_ns)
        since_ns = now_ns - self._memory_ns
        zones = None
        parts: list[ZonesPart] = []
        if step is not None and tapes:
            found = [_zones(each, since_ns, step) for each in tapes]
            zones = sum_zones(found, step_quote=step)
            parts = [_part(*each, since_ns) for each in zip(tapes, found, strict=True)]
        known = zones is not None
        return ZonesView(
            spec=spec,
            zones=zones,
            danger=is_dangerous(zones, danger_quote=spec.danger_quote) if zones else None,
            risk=cascade_risk(zones.buckets, price) if zones else nan,
            price=price,
            parts=tuple(parts),
            left=tuple(left),
            is_least=known and not all(each.tells_all for each in parts),
            ago=self._ago(engine, tapes, now_ns),
        )

    def _step_quote(self, engine: Engine, now_ns: Ns) -> float | None:
        """Return the height of a bucket; it stays for a day, however prices move."""
        key = engine.epoch, now_ns // NS_PER_DAY
        if self._step is None or self._step[0] != key:
            spec = self.spec
            price, bitcoin = price_of(engine, spec.instruments), price_of(engine, spec.bitcoin)
            if not price > 0 or not bitcoin > 0:
                return None
            is_own = set(spec.instruments) & set(spec.bitcoin)
            step = spec.bucket_btc_quote
            if not is_own:
                step = scaled_step(step, price=price, btc_price=bitcoin)
            self._step = key, step
        return self._step[1]

    def _ago(
        self, engine: Engine, tapes: Sequence[Tape], now_ns: Ns
    ) -> tuple[PastZones, PastZones]:
        second_ns = now_ns // NS_PER_S * NS_PER_S
        key = second_ns, engine.epoch, [id(tape) for tape in tapes]
        if self._past is None or self._past[0] != key:
            hour, day = (self._at(tapes, second_ns - ago) for ago in AGO_NS)
            self._past = key, (hour, day)
        return self._past[1]

    def _at(self, tapes: Sequence[Tape], to_ns: Ns) -> PastZones:
        from_ns = to_ns - self._memory_ns
        # Nothing is fetched afterwards: a market that was not followed then tells nothing of it.
        held = [each for each in tapes if each.quotes.count(0, from_ns + 1)]
        if not held:
            return PastZones(nan, is_least=True)
        total = 0.0
        for tape in held:
            rows = tape.liquidations.window(from_ns, to_ns)
            total += float((rows["price"] * rows["size_lots"]).sum()) * _lot(tape)
        whole = len(held) == len(tapes) and all(tells_all(each, from_ns) for each in held)
        return PastZones(total, is_least=not whole)


def price_of(engine: Engine, instruments: Sequence[InstrumentId]) -> float:
    """Return the last price of the first of these markets that has traded; NaN of none."""
    for tape in map(engine.tape, instruments):
        newest_ns = tape.trades.newest_ns if tape is not None else None
        if tape is not None and newest_ns is not None:
            last = tape.trades.window(newest_ns, newest_ns + 1)
            return float(last["price_ticks"][-1]) * float(tape.instrument.tick_size)
    return nan


def _zones(tape: Tape, since_ns: Ns, step_quote: float) -> LiquidationZones:
    rows = tape.liquidations.window(since_ns, 2**62)
    return liquidation_zones(rows, lot_base=_lot(tape), step_quote=step_quote)


def _part(tape: Tape, zones: LiquidationZones, since_ns: Ns) -> ZonesPart:
    return ZonesPart(
        instrument_id=tape.instrument.id,
        long_quote=float(zones.long_quote.sum()),
        short_quote=float(zones.short_quote.sum()),
        longs=int(zones.longs.sum()),
        shorts=int(zones.shorts.sum()),
        tells_all=tells_all(tape, since_ns),
        coverage=market_of(tape.instrument.id).facts.liquidations,
    )


def _lot(tape: Tape) -> float:
    return float(tape.instrument.lot_size)
