"""Which auctions of candles that have closed were left unfinished, and when price came back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.calc.unfinished import revisited_ns, unfinished
from core.domain.arrays import BarArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import Ns
from data.engine import Engine
from data.views.closed_candles import ClosedCandle, FollowedCandles, looked_from_ns
from data.views.lives import Lives
from data.views.series import Tapes

MOST: Final = 40
"""The newest of either kind are told."""


@dataclass(frozen=True, slots=True)
class UnfinishedSpec:
    """Of which candles.

    Attributes:
        instruments: as in ExplorerSpec; volumes are the sum over all, and the first one's price
            finishes an auction.
    """

    instruments: tuple[InstrumentId, ...]
    timeframe: str

    def query(self) -> "UnfinishedQuery":
        """Return a new query that answers it."""
        return UnfinishedQuery(self)


@dataclass(frozen=True, slots=True)
class UnfinishedExtreme:
    """A candle's last price up or down, at which both sides traded.

    Attributes:
        side: +1 = its high, -1 = its low.
        event_ns: open of the candle.
        known_ns: its close.
        end_ns: open of the first later bar whose range holds the price; None = none does yet.
    """

    side: int
    price_ticks: int
    event_ns: Ns
    known_ns: Ns
    end_ns: Ns | None = None


@dataclass(frozen=True, slots=True)
class UnfinishedView:
    """The newest of them.

    Attributes:
        instrument: the grid of the ticks.
        left: the MOST newest to which price has not come back, oldest first.
        finished: the MOST to which it came back last, in that order.
        read_frac: which share of the past has been read, in [0, 1].
    """

    instrument: Instrument
    left: tuple[UnfinishedExtreme, ...]
    finished: tuple[UnfinishedExtreme, ...]
    read_frac: float


class UnfinishedQuery:
    """Answers one spec again and again; what closed candles cost is paid once."""

    def __init__(self, spec: UnfinishedSpec) -> None:
        self.spec = spec
        self._step_ns = TIMEFRAMES_NS[spec.timeframe]
        self._followed = FollowedCandles(
            spec.instruments, self._step_ns, begin=self._begin, find=self._find
        )

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return nothing: it rests on trades alone."""
        return ()

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> UnfinishedView | None:
        """Return what is unfinished now; None while no trade is held of the first instrument.

        The past is read over several calls.

        Args:
            from_ns: open of the first bar shown; candles before it may count too.
            now_ns: the source's clock.
        """
        since_ns = looked_from_ns(from_ns, now_ns, self._step_ns)
        told = self._followed.read(engine, since_ns=since_ns, now_ns=now_ns)
        if told is None:
            return None
        grid, tapes, candles = told
        left, over = self._lives.update(
            *tapes[0], candles.found, version=candles.version, since_ns=since_ns
        )
        return UnfinishedView(
            instrument=grid,
            left=tuple(left[-MOST:]),
            finished=tuple(over[-MOST:]),
            read_frac=candles.read_frac,
        )

    def _begin(self, _tapes: Tapes, _grid: Instrument, _now_ns: Ns) -> None:
        self._lives = Lives(self.spec.timeframe, self._step_ns, _ends)

    def _find(self, candle: ClosedCandle) -> tuple[UnfinishedExtreme, ...] | None:
        if not candle.is_whole:
            return None
        found = unfinished(candle.volumes)
        at_ns, known_ns = candle.open_ns, candle.open_ns + self._step_ns
        return (
            tuple(
                UnfinishedExtreme(side, ticks, at_ns, known_ns)
                for side, ticks in ((1, found.high_ticks), (-1, found.low_ticks))
                if ticks is not None
            )
            or None
        )


def _ends(extremes: Sequence[UnfinishedExtreme], bars: BarArray) -> list[UnfinishedExtreme]:
    """Return the extremes with their ends; most are far from where price is."""
    if not bars.size:
        return list(extremes)
    low, high = int(bars["low_ticks"].min()), int(bars["high_ticks"].max())
    return [
        replace(each, end_ns=revisited_ns(each.price_ticks, known_ns=each.known_ns, bars=bars))
        if low <= each.price_ticks <= high
        else each
        for each in extremes
    ]
