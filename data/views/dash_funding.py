"""Dashboard, funding: what each venue's perpetual pays next, and how fast that moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.funding import funding
from core.calc.funding_state import Payer, funding_trend, is_extreme, payer, rate_per_8h
from core.calc.held import held
from core.domain.arrays import FloatArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.left_out import LeftOut, known_mean, live_tapes
from data.views.moment import Moment
from data.views.panel import Want, wanted

# OKX tells its rate every 30 to 90 s.
_HOLD_NS: Final[Ns] = 90 * NS_PER_S
_EVERY_NS: Final[Ns] = 5 * NS_PER_MINUTE
"""The rates of the past are looked at so often."""
_HOUR: Final = NS_PER_HOUR // _EVERY_NS
_DAY: Final = NS_PER_DAY // _EVERY_NS


@dataclass(frozen=True, slots=True)
class FundingNowSpec:
    """Whose funding.

    Attributes:
        instruments: perpetuals of one coin.
        extreme_frac: as in ``is_extreme``.
    """

    instruments: tuple[InstrumentId, ...]
    extreme_frac: float = 0.0004

    def query(self) -> "FundingNowQuery":
        """Return a new query that answers it."""
        return FundingNowQuery(self)


@dataclass(frozen=True, slots=True)
class FundingPast:
    """What is known of one market's past rates, per eight hours; NaN is not known.

    Attributes:
        hour_frac: an hour ago.
        day_frac: a day ago.
        changes: float64[n], by how much each hour of the last day moved it, every five minutes.
    """

    hour_frac: float
    day_frac: float
    changes: FloatArray


@dataclass(frozen=True, slots=True)
class FundingPart:
    """One market; NaN is not known.

    Attributes:
        rate_frac: of one interval.
        interval_h: as the venue tells it.
        per_8h_frac: the rate as it would be for eight hours.
        apr_frac: kept up for a year, without compounding.
        trend: arrows, as in ``funding_trend``; None = not known.
        next_ns: when it is paid; None = the venue has not said.
    """

    instrument_id: InstrumentId
    rate_frac: float
    interval_h: float
    per_8h_frac: float
    apr_frac: float
    trend: int | None
    next_ns: Ns | None
    past: FundingPast


@dataclass(frozen=True, slots=True)
class FundingView:
    """One moment; means are plain ones over the parts, NaN where nothing is known.

    Attributes:
        mean_8h_frac: per eight hours.
        mean_apr_frac: by the year.
        payer: who pays by the mean; None = not known.
        is_extreme: by the mean.
        trend: arrows of the mean's change; None = not known.
        next_ns: the earliest payment that is told.
        parts: markets that are live.
        left: those that are not.
        ago: the mean an hour and a day ago, of those of which it is known.
    """

    spec: FundingNowSpec
    now_ns: Ns
    mean_8h_frac: float
    mean_apr_frac: float
    payer: Payer | None
    is_extreme: bool
    trend: int | None
    next_ns: Ns | None
    parts: tuple[FundingPart, ...]
    left: tuple[LeftOut, ...]
    ago: tuple[float, float]


class FundingNowQuery:
    """Answers one spec again and again; the past is looked up once a minute."""

    def __init__(self, spec: FundingNowSpec) -> None:
        self.spec = spec
        self._pasts: dict[InstrumentId, tuple[object, FundingPast]] = {}

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return the markets; no candles."""
        return wanted(listed, self.spec.instruments)

    def view(self, engine: Engine, moment: Moment) -> FundingView:
        """Return the newest view."""
        now_ns, limit = moment.now_ns, self.spec.extreme_frac
        tapes, left = live_tapes(engine, moment, self.spec.instruments, Channel.TICKER)
        parts: list[FundingPart] = []
        for tape in tapes:
            part = self._part(tape, engine.epoch, now_ns)
            if part is None:
                left.append(LeftOut(tape.instrument.id, "its rate is not told of late"))
            else:
                parts.append(part)
        mean = known_mean([each.per_8h_frac for each in parts])
        hour = known_mean([each.past.hour_frac for each in parts])
        day = known_mean([each.past.day_frac for each in parts])
        # Of the markets of which the hour before is known, or it is no change of the same thing.
        both = [each for each in parts if not np.isnan(each.past.hour_frac)]
        change = known_mean([each.per_8h_frac - each.past.hour_frac for each in both])
        past = [each.past.changes for each in both]
        return FundingView(
            spec=self.spec,
            now_ns=now_ns,
            mean_8h_frac=mean,
            mean_apr_frac=known_mean([each.apr_frac for each in parts]),
            payer=payer(mean),
            is_extreme=is_extreme(mean, extreme_frac=limit),
            trend=funding_trend(change, np.mean(past, axis=0)) if past else None,
            next_ns=min((each.next_ns for each in parts if each.next_ns), default=None),
            parts=tuple(parts),
            left=tuple(left),
            ago=(hour, day),
        )

    def _part(self, tape: Tape, epoch: int, now_ns: Ns) -> FundingPart | None:
        newest = tape.tickers.newest
        if newest is None or now_ns - int(newest["ts_event_ns"]) > _HOLD_NS:
            return None
        rate = float(newest["funding_rate"])
        if np.isnan(rate):
            return None
        interval_ns = float(newest["funding_interval_ns"])
        told = funding(np.array([now_ns]), np.array([rate]), np.array([interval_ns]))
        interval_h = float(told.interval_h[0])
        per_8h = rate_per_8h(rate, interval_h)
        past = self._past(tape, epoch, now_ns)
        next_ns = int(newest["next_funding_ns"])
        return FundingPart(
            instrument_id=tape.instrument.id,
            rate_frac=rate,
            interval_h=interval_h,
            per_8h_frac=per_8h,
            apr_frac=float(told.apr_frac[0]),
            trend=funding_trend(per_8h - past.hour_frac, past.changes),
            next_ns=next_ns if next_ns > now_ns else None,
            past=past,
        )

    def _past(self, tape: Tape, epoch: int, now_ns: Ns) -> FundingPast:
        minute_ns = now_ns // NS_PER_MINUTE * NS_PER_MINUTE
        key = epoch, id(tape), minute_ns
        known = self._pasts.get(tape.instrument.id)
        if known is None or known[0] != key:
            known = self._pasts[tape.instrument.id] = key, _read_past(tape, minute_ns)
        return known[1]


def _read_past(tape: Tape, minute_ns: Ns) -> FundingPast:
    """Return the rates of the day before a minute, every five minutes, oldest first."""
    at_ns = minute_ns - np.arange(_DAY, -1, -1, dtype=np.int64) * _EVERY_NS
    rows = tape.tickers.window(int(at_ns[0]) - _HOLD_NS, minute_ns)
    interval_ns = np.where(rows["funding_interval_ns"] > 0, rows["funding_interval_ns"], np.nan)
    per_8h = rows["funding_rate"] * (8 * NS_PER_HOUR / interval_ns)
    gaps_ns = [(gap.from_ns, gap.to_ns) for gap in tape.gaps_of(Channel.TICKER)]
    rates = held(rows["ts_event_ns"], per_8h, at_ns, hold_ns=_HOLD_NS, gaps_ns=gaps_ns)
    changes = rates[_HOUR:] - rates[:-_HOUR]
    return FundingPast(float(rates[-1 - _HOUR]), float(rates[0]), changes[:-1])
