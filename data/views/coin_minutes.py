"""Coin minutes: what the regime of a coin is read from, minute by minute, over its markets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.basis import basis_bps, mids
from core.calc.common_grid import factors
from core.calc.regime_values import WINDOW, Minutes, Part
from core.domain.arrays import BarArray, BoolArray, FloatArray, IntArray, Provenance, RowArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.coin_markets import CoinMarkets
from data.views.held_bars import HeldBars, Told, opens
from data.views.moment import Moment
from data.views.series import MergedBars

SPAN: Final = 1_440 + WINDOW + 1
"""Minutes: a day, and what the first of its values rests on."""
ENOUGH: Final = 240
"""A market of which so many minutes are known joins a sum, and one that knows as many as any."""
_SILENT_NS: Final[Ns] = NS_PER_MINUTE
_BPS: Final = 1e4
_EIGHT_H_NS: Final[Ns] = 8 * NS_PER_HOUR


def _held(rows: RowArray, _: Instrument) -> FloatArray:
    values: FloatArray = rows["open_interest"][:, None]
    return values


def _rate_8h(rows: RowArray, _: Instrument) -> FloatArray:
    interval_ns = rows["funding_interval_ns"]
    known = np.where(interval_ns > 0, interval_ns, np.nan)
    rate: FloatArray = (rows["funding_rate"] * (_EIGHT_H_NS / known))[:, None]
    return rate


def _quote(rows: RowArray, instrument: Instrument) -> FloatArray:
    """Return the middle, and the spread in basis points of it."""
    tick = float(instrument.tick_size)
    middle = mids(rows, tick_quote=tick)
    wide = (rows["ask_ticks"].astype(np.float64) - rows["bid_ticks"]) * tick
    return np.stack([middle, wide / middle * _BPS], axis=1)


# As long as in section 13: so rarely the venues may tell.
TOLD: Final[Mapping[str, Told]] = {
    "interest": Told(Channel.TICKER, 5 * NS_PER_MINUTE, _held, 1),
    "rate": Told(Channel.TICKER, 90 * NS_PER_S, _rate_8h, 1),
    "quote": Told(Channel.QUOTES, NS_PER_MINUTE, _quote, 2),
}


@dataclass(frozen=True, slots=True)
class Rests:
    """What a contribution rests on.

    Attributes:
        on: markets that are in it.
        without: markets that should be and are not, each with why, a clause.
    """

    on: tuple[InstrumentId, ...] = ()
    without: tuple[tuple[InstrumentId, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CoinMinutes:
    """The minutes of a coin; the last one is open.

    Attributes:
        price_of: whose price and spread; None = of no market a price is known.
        rests: of each part.
    """

    minutes: Minutes
    price_of: Instrument | None
    rests: Mapping[Part, Rests]


@dataclass(frozen=True, slots=True)
class _Series:
    """One market's values, and why it is not live."""

    of: InstrumentId
    values: FloatArray
    off: str


class CoinMinutesQuery:
    """Answers for one coin again and again; what closed bars cost is paid once."""

    def __init__(self, markets: CoinMarkets) -> None:
        """Make one that has read nothing.

        Args:
            markets: of the coin.
        """
        self._markets = markets
        self._epoch = -1
        self._bars: dict[InstrumentId, MergedBars] = {}
        self._told: dict[tuple[InstrumentId, str], HeldBars] = {}

    def update(self, engine: Engine, moment: Moment) -> CoinMinutes:
        """Return the minutes of the day before and of now."""
        if engine.epoch != self._epoch:
            self._epoch, self._bars, self._told = engine.epoch, {}, {}
        frame = _Frame(self, engine, moment)
        spots, perps = self._markets.spots, self._markets.perps
        rests: dict[Part, Rests] = {}
        price_of, price = frame.price((*spots, *perps))
        spot, rests[Part.SPOT_CVD] = _summed([frame.delta(each) for each in spots], frame.count)
        perp, rests[Part.PERP_CVD] = _summed([frame.delta(each) for each in perps], frame.count)
        held = [frame.told(each, "interest") for each in perps]
        interest, rests[Part.OPEN_INTEREST] = _summed(held, frame.count)
        rates = [frame.told(each, "rate") for each in perps]
        rate, rests[Part.FUNDING] = _averaged(rates, frame.count)
        basis, rests[Part.BASIS] = _averaged(frame.bases(spots, perps), frame.count)
        spread = frame.unknown
        own: tuple[InstrumentId, ...] = ()
        if price_of is not None:
            own = (price_of.id,)
            spread = frame.told(price_of.id, "quote", column=1).values
        rests |= dict.fromkeys((Part.PRICE, Part.VOLATILITY, Part.SPREAD), Rests(own))
        minutes = Minutes(frame.open_ns, price, spot, perp, interest, rate, basis, spread)
        return CoinMinutes(minutes, price_of, rests)

    def bars(self, tape: Tape, from_ns: Ns) -> BarArray:
        """Return the minutes of a tape that traded."""
        key = tape.instrument.id
        if key not in self._bars:
            self._bars[key] = MergedBars(NS_PER_MINUTE, "1m")
        own = [factors(tape.instrument, tape.instrument)]
        return self._bars[key].update([tape], own, from_ns=from_ns)

    def held(self, tape: Tape, name: str, from_ns: Ns, now_ns: Ns) -> FloatArray:
        """Return what one channel of a tape told by the end of each minute."""
        key = tape.instrument.id, name
        if key not in self._told:
            self._told[key] = HeldBars(NS_PER_MINUTE, TOLD[name])
        return self._told[key].update(tape, from_ns=from_ns, now_ns=now_ns)


class _Frame:
    """The minutes of one moment."""

    def __init__(self, query: CoinMinutesQuery, engine: Engine, moment: Moment) -> None:
        now_ns = moment.now_ns
        self._query, self._engine, self._moment = query, engine, moment
        self._from_ns = (now_ns // NS_PER_MINUTE - SPAN + 1) * NS_PER_MINUTE
        self.open_ns: IntArray = opens(self._from_ns, now_ns, NS_PER_MINUTE)
        self.count = self.open_ns.size
        self.unknown: FloatArray = np.full(self.count, np.nan)
        self._bars: dict[InstrumentId, BarArray] = {}

    def price(self, ids: Sequence[InstrumentId]) -> tuple[Instrument | None, FloatArray]:
        """Return the first market whose trades are live, and its last price in each minute."""
        for each in ids:
            tape = self._engine.tape(each)
            if tape is None or self._moment.off_of(each, Channel.TRADES) is not None:
                continue
            bars, at = self._placed(tape)
            if bars.size:
                out = self.unknown.copy()
                out[at] = bars["close_ticks"] * float(tape.instrument.tick_size)
                quiet = np.isnan(out) & self._is_held(tape)
                out[quiet] = carried(out)[quiet]
                return tape.instrument, out
        return None, self.unknown

    def delta(self, instrument_id: InstrumentId) -> _Series:
        """Return bought less sold in each minute, base coins."""
        tape = self._engine.tape(instrument_id)
        out, off = self.unknown.copy(), self._off(instrument_id, Channel.TRADES)
        if tape is None:
            return _Series(instrument_id, out, off)
        out[self._is_held(tape)] = 0
        bars, at = self._placed(tape)
        sided = bars["buy_lots"] + bars["sell_lots"]
        signed = (bars["buy_lots"] - bars["sell_lots"]) * float(tape.instrument.lot_size)
        # A candle may stand where trades are missing; trades of a gap are not all of them.
        lost = self._in_gaps(tape)[at] & (bars["provenance"] == Provenance.TRADES)
        unsided = (sided == 0) & (bars["unknown_lots"] > 0)
        out[at] = np.where(lost | unsided, np.nan, signed)
        return _Series(instrument_id, out, off)

    def told(self, instrument_id: InstrumentId, name: str, *, column: int = 0) -> _Series:
        """Return what a channel told by the end of each minute."""
        tape = self._engine.tape(instrument_id)
        off = self._off(instrument_id, TOLD[name].channel)
        if tape is None:
            return _Series(instrument_id, self.unknown, off)
        found = self._query.held(tape, name, self._from_ns, self._moment.now_ns)
        return _Series(instrument_id, found[:, column], off)

    def bases(self, spots: Sequence[InstrumentId], perps: Sequence[InstrumentId]) -> list[_Series]:
        """Return the basis of each venue that has both markets."""
        by_venue = {each.venue: each for each in spots}
        out = []
        for perp in perps:
            if perp.venue in by_venue:
                one, other = (self.told(x, "quote") for x in (perp, by_venue[perp.venue]))
                out.append(_Series(perp, basis_bps(one.values, other.values), one.off or other.off))
        return out

    def _off(self, instrument_id: InstrumentId, channel: Channel) -> str:
        off = self._moment.off_of(instrument_id, channel)
        return off.state if off is not None else ""

    def _placed(self, tape: Tape) -> tuple[BarArray, IntArray]:
        """Return the bars within the frame, and the places of their minutes."""
        key = tape.instrument.id
        if key not in self._bars:
            bars = self._query.bars(tape, self._from_ns)
            self._bars[key] = bars[: np.searchsorted(bars["open_ns"], self.open_ns[-1] + 1)]
        bars = self._bars[key]
        return bars, (bars["open_ns"] - self._from_ns) // NS_PER_MINUTE

    def _is_held(self, tape: Tape) -> BoolArray:
        """Return the minutes of which every trade is held, so that without one nothing traded."""
        if tape.complete_from_ns is None or tape.trades.newest_ns is None:
            return np.zeros(self.count, np.bool_)
        held = self.open_ns >= tape.complete_from_ns
        held &= self.open_ns <= tape.trades.newest_ns + _SILENT_NS
        held &= ~self._in_gaps(tape)
        return held

    def _in_gaps(self, tape: Tape) -> BoolArray:
        torn = np.zeros(self.count, np.bool_)
        for gap in tape.gaps:
            torn |= (self.open_ns + NS_PER_MINUTE > gap.from_ns) & (self.open_ns < gap.to_ns)
        return torn


def carried(values: FloatArray, *, most: int | None = None) -> FloatArray:
    """Return each value, or the last one known before it.

    Args:
        values: float64[n]; NaN is not known.
        most: places that one is carried; None = any number.
    """
    places = np.arange(values.size)
    last = np.maximum.accumulate(np.where(np.isnan(values), -1, places))
    held: FloatArray = values[np.maximum(last, 0)]
    if most is not None:
        held[(last < 0) | (places - last > most)] = np.nan
    return held


def _joined(parts: Sequence[_Series], needed: int) -> tuple[list[FloatArray], Rests]:
    """Return the values of the markets that count, and why the others do not.

    Args:
        needed: the newest minutes that must all be known.
    """
    counts = [int(np.count_nonzero(~np.isnan(each.values))) for each in parts]
    enough = min(ENOUGH, max(counts, default=0))
    on: list[_Series] = []
    without: list[tuple[InstrumentId, str]] = []
    for each, count in zip(parts, counts, strict=True):
        why = each.off
        if not why and np.isnan(each.values[-needed:]).any():
            why = "not known" if not count else "some of its last minutes are not known"
        if not why and count < enough:
            why = f"only {count} of {enough} minutes are known"
        if why:
            without.append((each.of, why))
        else:
            on.append(each)
    return [each.values for each in on], Rests(tuple(each.of for each in on), tuple(without))


def _summed(parts: Sequence[_Series], count: int) -> tuple[FloatArray, Rests]:
    values, rests = _joined(parts, WINDOW)
    return (np.sum(values, axis=0) if values else np.full(count, np.nan)), rests


def _averaged(parts: Sequence[_Series], count: int) -> tuple[FloatArray, Rests]:
    values, rests = _joined(parts, 1)
    return (np.mean(values, axis=0) if values else np.full(count, np.nan)), rests
