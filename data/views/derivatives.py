"""What the Explorer asks of a perpetual besides trades: funding, basis, liquidations, quotes."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.basis import basis_bps, mids
from core.calc.funding import Funding, funding
from core.calc.liquidations import Liquidated, liquidated
from core.calc.predicted_funding import FundingRule, average_so_far, predicted_funding
from core.domain.arrays import LIQUIDATION_DTYPE, FloatArray, IntArray, RowArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.venues.registry import market_of
from data.venues.streams import Coverage
from data.views.held_bars import HeldBars, Told, opens

MOST_MARKS: Final = 200
"""Of more, the chart is circles."""
_BEHIND_NS: Final[Ns] = NS_PER_S
"""Quotes this much older than the book's best are not the newest word on it."""


def _mid(rows: RowArray, instrument: Instrument) -> FloatArray:
    return mids(rows, tick_quote=float(instrument.tick_size))[:, None]


def _rate(rows: RowArray, _: Instrument) -> FloatArray:
    interval_ns = rows["funding_interval_ns"]
    known = np.where(interval_ns > 0, interval_ns, np.nan)
    return np.stack([rows["funding_rate"], known], axis=1)


def _premium(rows: RowArray, _: Instrument) -> FloatArray:
    index = np.where(rows["index"] > 0, rows["index"], np.nan)
    premium: FloatArray = (rows["mark"] / index - 1)[:, None]
    return premium


# OKX tells its rate every 30 to 90 s; of best quotes only changes are sent, so silence may be calm.
_MID: Final = Told(Channel.QUOTES, NS_PER_MINUTE, _mid, 1)
_PREMIUM: Final = Told(Channel.TICKER, NS_PER_MINUTE, _premium, 1)
_RATE: Final = Told(Channel.TICKER, 90 * NS_PER_S, _rate, 2)


@dataclass(frozen=True, slots=True)
class DerivativesSpec:
    """What is shown.

    Attributes:
        timeframe: a key of TIMEFRAMES_NS.
        liquidations: perpetuals of which they are shown.
        perp: whose funding is shown, and whose basis; None = neither.
        spot: against which the basis is taken; None = there is none.
        quotes: of which the best bid and ask are shown; None = of none.
    """

    timeframe: str
    liquidations: tuple[InstrumentId, ...] = ()
    perp: InstrumentId | None = None
    spot: InstrumentId | None = None
    quotes: InstrumentId | None = None

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return what it rests on."""
        followed = [(each, Channel.LIQUIDATIONS) for each in self.liquidations]
        if self.perp is not None:
            followed += [(self.perp, Channel.TICKER), (self.perp, Channel.QUOTES)]
        if self.spot is not None:
            followed.append((self.spot, Channel.QUOTES))
        if self.quotes is not None:
            followed += [(self.quotes, Channel.QUOTES), (self.quotes, Channel.BOOK)]
        return tuple(dict.fromkeys(followed))


@dataclass(frozen=True, slots=True)
class Best:
    """The newest best bid and ask.

    Attributes:
        bid_ticks: None = nobody bids.
        ask_ticks: None = nobody offers.
        recv_ns: when it reached us.
        channel: what told it: QUOTES or BOOK.
    """

    instrument: Instrument
    bid_ticks: int | None
    ask_ticks: int | None
    recv_ns: Ns
    channel: Channel


@dataclass(frozen=True, slots=True)
class DerivativesView:
    """One moment; every array of float64[n] has one value per bar, NaN is not known.

    Attributes:
        now_ns: when, on the source's clock.
        open_ns: int64[n], open of every bar of the window, whether it traded or not; the last one
            is open.
        funding: of ``spec.perp``; None = not asked.
        predicted: what the premium of the mark over the index so far in each interval would lead
            to, a fraction; None = not asked.
        next_funding_ns: when it is paid next; None = the venue has not said.
        basis: basis points; None = not asked, or there is no spot market to compare with.
        liquidations: None = not asked; ``part`` counts in ``spec.liquidations``.
        coverage: how much each of ``spec.liquidations`` tells of all its liquidations.
        complete: none of the window is missing, as far as is known: the sums are no lower bounds.
        best: None = not asked, or nothing has come.
    """

    spec: DerivativesSpec
    now_ns: Ns
    step_ns: Ns
    open_ns: IntArray
    funding: Funding | None
    predicted: FloatArray | None
    next_funding_ns: Ns | None
    basis: FloatArray | None
    liquidations: Liquidated | None
    coverage: tuple[Coverage, ...]
    complete: bool
    best: Best | None


class DerivativesQuery:
    """Answers one spec again and again; what closed bars cost is paid once."""

    def __init__(self, spec: DerivativesSpec) -> None:
        self.spec = spec
        self._step_ns = TIMEFRAMES_NS[spec.timeframe]
        self._epoch = -1
        self._held: dict[tuple[InstrumentId, str], HeldBars] = {}
        self._marks: tuple[object, Liquidated] | None = None

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> DerivativesView:
        """Return the newest view.

        Args:
            from_ns: open of the first bar, a multiple of the step.
            now_ns: the source's clock.
        """
        if engine.epoch != self._epoch:
            self._epoch, self._held, self._marks = engine.epoch, {}, None
        spec = self.spec
        open_ns = opens(from_ns, now_ns, self._step_ns)
        moment = _Moment(engine, open_ns, now_ns)
        rates, next_ns = self._funding(moment), _next_funding_ns(moment, spec.perp)
        return DerivativesView(
            spec=spec,
            now_ns=now_ns,
            step_ns=self._step_ns,
            open_ns=open_ns,
            funding=rates,
            predicted=self._predicted(moment, rates, next_ns) if rates is not None else None,
            next_funding_ns=next_ns,
            basis=self._basis(moment),
            liquidations=self._liquidations(moment) if spec.liquidations else None,
            coverage=tuple(market_of(each).facts.liquidations for each in spec.liquidations),
            complete=all(tells_all(engine.tape(each), from_ns) for each in spec.liquidations),
            best=_best(engine.tape(spec.quotes)) if spec.quotes is not None else None,
        )

    def _bars(
        self, moment: "_Moment", instrument_id: InstrumentId, name: str, told: Told
    ) -> FloatArray:
        tape = moment.engine.tape(instrument_id)
        if tape is None:
            return np.full((moment.open_ns.size, told.numbers), np.nan)
        held = self._held.get((instrument_id, name))
        if held is None:
            held = self._held[instrument_id, name] = HeldBars(self._step_ns, told)
        return held.update(tape, from_ns=int(moment.open_ns[0]), now_ns=moment.now_ns)

    def _funding(self, moment: "_Moment") -> Funding | None:
        if self.spec.perp is None:
            return None
        told = self._bars(moment, self.spec.perp, "rate", _RATE)
        return funding(moment.open_ns, told[:, 0], told[:, 1])

    def _predicted(self, moment: "_Moment", rates: Funding, next_ns: Ns | None) -> FloatArray:
        """Return the rate that the premium since each interval began would lead to."""
        unknown = np.full(moment.open_ns.size, np.nan)
        told_h = rates.interval_h[~np.isnan(rates.interval_h)]
        if self.spec.perp is None or not told_h.size:
            return unknown
        interval_ns = round(float(told_h[-1]) * NS_PER_HOUR)
        if 2 * self._step_ns > interval_ns:
            return unknown
        phase_ns = (next_ns or 0) % interval_ns
        from_ns = int(moment.open_ns[0])
        back = (from_ns - phase_ns) % interval_ns // self._step_ns
        open_ns = opens(from_ns - back * self._step_ns, moment.now_ns, self._step_ns)
        whole = _Moment(moment.engine, open_ns, moment.now_ns)
        premium = self._bars(whole, self.spec.perp, "premium", _PREMIUM)[:, 0]
        average = average_so_far(premium, (open_ns - phase_ns) // interval_ns)[back:]
        return predicted_funding(average, rule=FundingRule(interval_h=interval_ns / NS_PER_HOUR))

    def _basis(self, moment: "_Moment") -> FloatArray | None:
        spec = self.spec
        if spec.perp is None or spec.spot is None:
            return None
        perp, spot = (
            self._bars(moment, each, "mid", _MID)[:, 0] for each in (spec.perp, spec.spot)
        )
        return basis_bps(perp, spot)

    def _liquidations(self, moment: "_Moment") -> Liquidated:
        from_ns = int(moment.open_ns[0])
        tapes = [moment.engine.tape(each) for each in self.spec.liquidations]
        state = from_ns, [tape and (id(tape), tape.version(Channel.LIQUIDATIONS)) for tape in tapes]
        if self._marks is None or self._marks[0] != state:
            parts = [
                (tape.liquidations.window(from_ns, 2**62), float(tape.instrument.lot_size))
                if tape
                else (np.zeros(0, LIQUIDATION_DTYPE), 1.0)
                for tape in tapes
            ]
            self._marks = state, liquidated(parts, most=MOST_MARKS)
        return self._marks[1]


@dataclass(frozen=True, slots=True)
class _Moment:
    """When and of what a view is made."""

    engine: Engine
    open_ns: IntArray
    now_ns: Ns


def _next_funding_ns(moment: _Moment, perp: InstrumentId | None) -> Ns | None:
    tape = moment.engine.tape(perp) if perp is not None else None
    newest = tape.tickers.newest if tape is not None else None
    told_ns = int(newest["next_funding_ns"]) if newest is not None else 0
    return told_ns if told_ns > moment.now_ns else None


def tells_all(tape: Tape | None, from_ns: Ns) -> bool:
    """Return whether every liquidation since ``from_ns`` was told to us.

    Quotes are never fetched afterwards: where one is held from before the window, its instrument
    was followed by then.
    """
    if tape is None or market_of(tape.instrument.id).facts.liquidations is not Coverage.ALL:
        return False
    missed = any(gap.to_ns > from_ns for gap in tape.gaps_of(Channel.LIQUIDATIONS))
    return not missed and tape.quotes.count(0, from_ns + 1) > 0


def _best(tape: Tape | None) -> Best | None:
    """Return the newest of what quotes and book say."""
    if tape is None:
        return None
    quote, book = tape.quotes.newest, tape.book
    quoted_ns = int(quote["ts_recv_ns"]) if quote is not None else 0
    if quote is not None and book.ts_recv_ns - quoted_ns <= _BEHIND_NS:
        bid = int(quote["bid_ticks"]) if quote["bid_lots"] else None
        ask = int(quote["ask_ticks"]) if quote["ask_lots"] else None
        return Best(tape.instrument, bid, ask, quoted_ns, Channel.QUOTES)
    bid, ask = book.best()
    if bid is None and ask is None:
        return None
    return Best(tape.instrument, bid, ask, book.ts_recv_ns, Channel.BOOK)
