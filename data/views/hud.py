"""HUD: a market's price and its way, its CVD in money, and the open interest of its coin."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_MINUTE, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.cvd import SUM, CvdQuery, CvdSpec
from data.views.left_out import LeftOut, live_tapes
from data.views.moment import Moment, Off
from data.views.panel import Want, wanted

MOVE_NS: Final[Ns] = NS_PER_MINUTE
"""The price is compared with the one so long before."""
INTEREST_NS: Final[Ns] = 5 * NS_PER_MINUTE
"""Open interest that was told longer ago is not the present; so rarely the venues may tell."""
_TIMEFRAME: Final = "1m"


@dataclass(frozen=True, slots=True)
class HudSpec:
    """What is asked.

    Attributes:
        instrument: whose price and CVD.
        perps: of the same coin, whose open interest is summed.
    """

    instrument: InstrumentId
    perps: tuple[InstrumentId, ...] = ()

    def query(self) -> "HudQuery":
        """Return a new query that answers it."""
        return HudQuery(self)


@dataclass(frozen=True, slots=True)
class HudView:
    """One moment. NaN is not known.

    Attributes:
        instrument: its grid.
        price: of the newest trade, quote coins.
        change_frac: of the price over the MOVE_NS before that trade, or as much of it as is held.
        cvd_quote: money bought less money sold since ``cvd_since_ns``, quote coins.
        cvd_since_ns: first instant counted; None = nothing is.
        is_whole: that is all of the session.
        trades_off: why price and CVD are not live; None = they are.
        interest_quote: open interest of the markets in ``interest_of``, one side, quote coins.
        interest_of: those of which it is known.
        left: those of which it is not.
    """

    instrument: Instrument
    price: float
    change_frac: float
    cvd_quote: float
    cvd_since_ns: Ns | None
    is_whole: bool
    trades_off: Off | None
    interest_quote: float
    interest_of: tuple[InstrumentId, ...]
    left: tuple[LeftOut, ...]


class HudQuery:
    """Answers one spec again and again; trades that settled are counted once."""

    def __init__(self, spec: HudSpec) -> None:
        self.spec = spec
        self._cvd = CvdQuery(CvdSpec((spec.instrument,), _TIMEFRAME, in_quote=True))

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return the markets; no candles."""
        return wanted(listed, (self.spec.instrument, *self.spec.perps))

    def view(self, engine: Engine, moment: Moment) -> HudView | None:
        """Return the newest view; None while nothing has come of the instrument."""
        tape = engine.tape(self.spec.instrument)
        if tape is None:
            return None
        price, change_frac = _price(tape)
        cvd_quote, since_ns, is_whole = self._cvd_quote(engine, moment.now_ns)
        worth, left = _interest(engine, moment, self.spec.perps)
        return HudView(
            instrument=tape.instrument,
            price=price,
            change_frac=change_frac,
            cvd_quote=cvd_quote,
            cvd_since_ns=since_ns,
            is_whole=is_whole,
            trades_off=moment.off_of(self.spec.instrument, Channel.TRADES),
            interest_quote=sum(worth.values()) if worth else float("nan"),
            interest_of=tuple(worth),
            left=left,
        )

    def _cvd_quote(self, engine: Engine, now_ns: Ns) -> tuple[float, Ns | None, bool]:
        """Return the sum of now, since when, and whether that is all of the session."""
        open_ns = now_ns // NS_PER_MINUTE * NS_PER_MINUTE
        found = self._cvd.view(engine, from_ns=open_ns, now_ns=now_ns)
        if found is None:
            return float("nan"), None, False
        line = found.lines.get(SUM)
        whole = found.since_ns is not None and found.since_ns - found.asked_ns < NS_PER_MINUTE
        return float("nan") if line is None else float(line[-1]), found.since_ns, whole


def _price(tape: Tape) -> tuple[float, float]:
    """Return the price of the newest trade, and its change; of nothing held NaN."""
    newest_ns = tape.trades.newest_ns
    if newest_ns is None:
        return float("nan"), float("nan")
    ticks = tape.trades.window(newest_ns - MOVE_NS, newest_ns + 1)["price_ticks"]
    first, last = int(ticks[0]), int(ticks[-1])
    return last * float(tape.instrument.tick_size), last / first - 1


def _interest(
    engine: Engine, moment: Moment, perps: Sequence[InstrumentId]
) -> tuple[dict[InstrumentId, float], tuple[LeftOut, ...]]:
    """Return the worth of each market's open interest at its own mark, and the markets without."""
    tapes, left = live_tapes(engine, moment, perps, Channel.TICKER)
    worth: dict[InstrumentId, float] = {}
    for tape in tapes:
        newest = tape.tickers.newest
        told = float("nan") if newest is None else float(newest["open_interest"] * newest["mark"])
        if newest is None or np.isnan(told):
            left.append(LeftOut(tape.instrument.id, "not told"))
        elif moment.now_ns - int(newest["ts_recv_ns"]) > INTEREST_NS:
            left.append(LeftOut(tape.instrument.id, "not told", int(newest["ts_recv_ns"])))
        else:
            worth[tape.instrument.id] = told
    return worth, tuple(left)
