"""Book now: which side of one book holds more, how it flows, and where that puts the price."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.book_imbalance import queue_imbalance, weighted_mid_ticks
from core.calc.microprice import MicropriceFit, MicropriceRule, fit_microprice, microprice_ticks
from core.calc.near_depth import near_depth
from core.calc.ratio import ratio
from core.domain.arrays import QUOTE_DTYPE, FloatArray, RowArray
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S, Ns
from data.buffers.depth_history import Resting
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.book_off import book_off
from data.views.moment import Moment, Off
from data.views.panel import Want, wanted

WITHIN_BPS: Final = (5.0, 10.0, 25.0, 50.0)
FLOW_S: Final = (1, 10, 60)
_RULE: Final = MicropriceRule()


@dataclass(frozen=True, slots=True)
class BookNowSpec:
    """Whose book."""

    instrument: InstrumentId

    def query(self) -> "BookNowQuery":
        """Return a new query that answers it."""
        return BookNowQuery(self)


@dataclass(frozen=True, slots=True)
class BookNowView:
    """One moment of one book; NaN is not known.

    Attributes:
        instrument: the grid of ticks and lots.
        touch: imbalance of the best sizes, in [-1, 1].
        near: float64[k], imbalance within each of WITHIN_BPS.
        near_lots: float64[k, 2], bids and asks within each.
        flow_lots: float64[m], order flow at the best prices over the last FLOW_S whole seconds.
        flow_share: float64[m], likewise in units of the mean of what rested at the best prices.
        bid_ticks: the best; 0 = nobody bids.
        ask_ticks: the best; 0 = nobody offers.
        weighted_mid_ticks: the mid, drawn to the thinner side.
        microprice_ticks: Stoikov's, by the states of the hour before.
        spread_bps: now.
        mean_spread_bps: over the last minute, by time.
        hour_spread_bps: median of the seconds of the last hour.
        at_ns: of the book's newest message.
        off: why the book is not live; None = it is.
    """

    instrument: Instrument
    touch: float
    near: FloatArray
    near_lots: FloatArray
    flow_lots: FloatArray
    flow_share: FloatArray
    bid_ticks: int
    ask_ticks: int
    weighted_mid_ticks: float
    microprice_ticks: float
    spread_bps: float
    mean_spread_bps: float
    hour_spread_bps: float
    at_ns: Ns
    off: Off | None


class BookNowQuery:
    """Answers one spec again and again; the microprice is fitted once a minute."""

    def __init__(self, spec: BookNowSpec) -> None:
        self.spec = spec
        self._fit: tuple[object, MicropriceFit] | None = None

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return the instrument; no candles."""
        return wanted(listed, (self.spec.instrument,))

    def view(self, engine: Engine, moment: Moment) -> BookNowView | None:
        """Return what the book is at this moment; None while no message of it has come."""
        tape = engine.tape(self.spec.instrument)
        if tape is None or not tape.book.ts_recv_ns:
            return None
        book = tape.book.resting()
        sides = book.sides()
        touch = _touch(book)
        lots = near_depth(*sides, within_bps=WITHIN_BPS, known_ticks=book.known_ticks)
        seconds = tape.book.seconds.rows
        ends_ns = book.at_ns // NS_PER_S * NS_PER_S
        minute = seconds.window(ends_ns - NS_PER_MINUTE, ends_ns)
        hour = seconds.window(ends_ns - NS_PER_HOUR, ends_ns)
        flow, share = _flow(minute, ends_ns)
        apart, middle = book.ask_ticks - book.bid_ticks, (book.ask_ticks + book.bid_ticks) / 2
        is_two_sided = bool(book.ask_ticks and book.bid_ticks)
        return BookNowView(
            instrument=tape.instrument,
            touch=float(queue_imbalance(touch["bid_lots"], touch["ask_lots"])[0]),
            near=ratio(lots[:, 0] - lots[:, 1], lots[:, 0] + lots[:, 1]),
            near_lots=lots,
            flow_lots=flow,
            flow_share=share,
            bid_ticks=book.bid_ticks,
            ask_ticks=book.ask_ticks,
            weighted_mid_ticks=float(
                weighted_mid_ticks(*(touch[name].astype(np.int64) for name in _TOUCH))[0]
            ),
            microprice_ticks=float(microprice_ticks(touch, self._fitted(tape, hour, ends_ns))[0]),
            spread_bps=apart / middle * 1e4 if is_two_sided else float("nan"),
            mean_spread_bps=_known_mean(minute["spread_bps"]),
            hour_spread_bps=_known_median(hour["spread_bps"]),
            at_ns=book.at_ns,
            off=book_off(tape, moment),
        )

    def _fitted(self, tape: Tape, hour: RowArray, ends_ns: Ns) -> MicropriceFit:
        key = id(tape), ends_ns // NS_PER_MINUTE
        if self._fit is None or self._fit[0] != key:
            follows = np.diff(hour["ts_event_ns"], prepend=0) == NS_PER_S
            self._fit = key, fit_microprice(hour, rule=_RULE, follows=follows)
        return self._fit[1]


_TOUCH: Final = ("bid_ticks", "bid_lots", "ask_ticks", "ask_lots")


def _touch(book: Resting) -> RowArray:
    """Return QUOTE_DTYPE[1]."""
    row = np.zeros(1, QUOTE_DTYPE)
    row["bid_ticks"], row["ask_ticks"] = book.bid_ticks, book.ask_ticks
    bids, asks = book.ticks[: book.bids], book.ticks[book.bids :]
    row["bid_lots"] = book.lots[: book.bids][bids == book.bid_ticks].sum()
    row["ask_lots"] = book.lots[book.bids :][asks == book.ask_ticks].sum()
    return row


def _flow(minute: RowArray, ends_ns: Ns) -> tuple[FloatArray, FloatArray]:
    """Return the flow of each of FLOW_S, in lots and in mean depths; every second must be known."""
    lots, shares = np.full(len(FLOW_S), np.nan), np.full(len(FLOW_S), np.nan)
    for at, count in enumerate(FLOW_S):
        rows = minute[minute["ts_event_ns"] >= ends_ns - count * NS_PER_S]
        if rows.size == count:
            lots[at] = rows["flow_lots"].sum()
            depth = float((rows["bid_lots"] + rows["ask_lots"]).mean()) / 2
            shares[at] = lots[at] / depth if depth else np.nan
    return lots, shares


def _known_mean(values: FloatArray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def _known_median(values: FloatArray) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else float("nan")
