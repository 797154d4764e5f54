"""The venue's candles from before the history: one path per coin, aggregated to every timeframe.

The path ends at the first trade of the history. It has quarters of an hour for as long as 300 days
need, and minutes for the last 25 hours, so that the day of the history is whole at any timeframe.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from core.calc.bars import merge_bars, time_bars
from core.domain.arrays import (
    BAR_DTYPE,
    BarArray,
    BoolArray,
    FloatArray,
    IntArray,
    Provenance,
    TradeArray,
)
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, NS_PER_S, Ns
from data.sources.simulated.chance import Scales, Wander, generator
from data.sources.simulated.climate import usual_business
from data.sources.simulated.coin import CoinChunk
from data.sources.simulated.schedule import BINS_PER_S, Schedule

BARS: Final = 300
"""Bars of each timeframe before the history, at least."""

_DAYS: Final = BARS
_QUARTER_NS: Final[Ns] = 15 * NS_PER_MINUTE
_PER_QUARTER: Final = 15
_MINUTES: Final = 1_500
_FROM_MINUTES: Final = ("1m", "3m", "5m")
_FROM_QUARTERS: Final = ("15m", "30m", "1h", "4h", "1d")
# Time constants in quarters of an hour: two hours, a day, ten days, two months.
_NERVOUS: Final[Scales] = ((8.0, 0.25), (96.0, 0.28), (960.0, 0.25), (5_760.0, 0.2))
_BUSY_FOLLOWS: Final = 1.3
"""Volume grows with volatility by this power."""
_BUSY_SIGMA: Final = 0.3
_ALIKE: Final = 0.8
_OWN: Final = 0.6
"""Coins rise and fall together: the part of each that is the leader's, and the one that is not."""
_BUYING: Final = 0.05
_BUYING_SIGMA: Final = 0.025
_BPS: Final = 1e-4


@dataclass(frozen=True, slots=True)
class PastPrices:
    """The path of one coin, as seen by one of its markets.

    Attributes:
        key: of this market's own chance.
        open_ns: int64[n].
        step_ns: int64[n], a quarter of an hour first, a minute later.
        prices_bps: float64[4, n]: open, high, low, close, of the logarithm; ends at 0.
        nervous: float64[n], logarithm of how volatile it is, around 0.
        rise: float64[n], close - open in standard deviations.
    """

    key: tuple[int, ...]
    open_ns: IntArray
    step_ns: IntArray
    prices_bps: FloatArray
    nervous: FloatArray
    rise: FloatArray

    @classmethod
    def draw(
        cls, key: tuple[int, ...], history: list[CoinChunk], leader: "PastPrices | None"
    ) -> "PastPrices":
        """Return the path that leads to ``history``, as volatile as that, hour by hour.

        Args:
            key: of this coin's own chance.
            leader: the path that this one resembles; None = it leads.
        """
        rng = generator(*key)
        end_ns = history[0].chunk.start_ns
        open_ns, step_ns = _grid(end_ns)
        quarters = open_ns.size - _MINUTES + _MINUTES // _PER_QUARTER
        nervous = Wander(_NERVOUS).draw(quarters, rng)
        nervous = np.repeat(nervous, np.where(_late(quarters), _PER_QUARTER, 1))
        rise = rng.standard_normal(open_ns.size)
        if leader is not None:
            nervous = _OWN * nervous + _ALIKE * leader.nervous
            rise = _OWN * rise + _ALIKE * leader.rise
        usual = usual_business(open_ns)
        sigma = _sigma_bps(history) * np.sqrt(usual * step_ns / NS_PER_S) * np.exp(nervous)
        # Extremes of a Brownian bridge between open and close, each by its exact law.
        reach = -2.0 * np.log(1.0 - rng.random((2, open_ns.size)))
        high, low = 0.5 * (rise + np.array([[1.0], [-1.0]]) * np.sqrt(rise**2 + reach))
        close = np.cumsum(rise * sigma)
        opened = close - rise * sigma
        prices = np.stack([opened, opened + high * sigma, opened + low * sigma, close])
        return cls(key, open_ns, step_ns, prices - close[-1], nervous, rise)

    def of_market(self, place: int) -> "PastPrices":
        """Return the same path for one of the coin's markets."""
        return replace(self, key=(*self.key, 1 + place))


def candles(past: PastPrices, trades: TradeArray, schedule: Schedule) -> dict[str, BarArray]:
    """Return timeframe -> closed bars that open before the history, sorted.

    A bar in which the history begins is there once it has closed, as a venue would have it: its
    later part is made of ``trades``.

    Args:
        trades: the history, TRADE_DTYPE[n], n >= 1, from ``schedule.begin_ns`` on.

    Returns:
        BAR_DTYPE[>= 300] each, provenance KLINES.
    """
    drawn = _bars(past, trades, schedule)
    minutes = np.concatenate([drawn[-_MINUTES:], time_bars(trades, step_ns=NS_PER_MINUTE)])
    out = {}
    for name in _FROM_MINUTES:
        bars = merge_bars(minutes, step_ns=TIMEFRAMES_NS[name])
        out[name] = _closed(bars, name, schedule)
    bars = np.concatenate([drawn[:-_MINUTES], minutes])
    for name in _FROM_QUARTERS:
        bars = merge_bars(bars, step_ns=TIMEFRAMES_NS[name])
        out[name] = _closed(bars, name, schedule)
    return out


def _closed(bars: BarArray, timeframe: str, schedule: Schedule) -> BarArray:
    """Return the newest bars that open before the history and have closed by the start."""
    ends = bars["open_ns"] + TIMEFRAMES_NS[timeframe]
    keep = (bars["open_ns"] < schedule.begin_ns) & (ends <= schedule.start_ns)
    kept = bars[keep] if timeframe == "1m" else bars[keep][-BARS - 1 :]
    kept["provenance"] = Provenance.KLINES
    return kept


def _grid(end_ns: Ns) -> tuple[IntArray, IntArray]:
    """Return (open_ns, step_ns) of the path: whole days of quarters, then minutes."""
    minutes_ns = end_ns - _MINUTES * NS_PER_MINUTE
    first_ns = (end_ns // NS_PER_DAY - _DAYS) * NS_PER_DAY
    open_ns = np.concatenate(
        [
            np.arange(first_ns, minutes_ns, _QUARTER_NS),
            np.arange(minutes_ns, end_ns, NS_PER_MINUTE),
        ]
    )
    return open_ns, np.diff(open_ns, append=end_ns)


def _late(quarters: int) -> BoolArray:
    """Return which quarters are cut into minutes."""
    return np.arange(quarters) >= quarters - _MINUTES // _PER_QUARTER


def _sigma_bps(history: list[CoinChunk]) -> float:
    """Return basis points per root second at average business, from the moves of each minute."""
    path = np.concatenate([chunk.price_bps for chunk in history])[:: 60 * BINS_PER_S]
    seconds = np.concatenate([chunk.chunk.second_ns for chunk in history])
    return float(np.std(np.diff(path)) / np.sqrt(60.0 * usual_business(seconds).mean()))


def _bars(past: PastPrices, trades: TradeArray, schedule: Schedule) -> BarArray:
    """Return the path as bars of one market, on its grid of ticks and lots."""
    rng = generator(*past.key)
    bars = np.zeros(past.open_ns.size, BAR_DTYPE)
    bars["open_ns"] = bars["first_ns"] = past.open_ns
    bars["last_ns"] = past.open_ns + past.step_ns - 1
    first_ticks = int(trades["price_ticks"][0])
    ticks = np.rint(first_ticks * np.exp(_BPS * past.prices_bps)).astype(np.int64)
    for name, column in zip(("open", "high", "low", "close"), ticks, strict=True):
        bars[f"{name}_ticks"] = column

    seconds = np.arange(schedule.begin_ns, int(trades["ts_event_ns"][-1]), NS_PER_S)
    lots_per_s = trades["size_lots"].sum() / usual_business(seconds).sum()
    busy = _BUSY_FOLLOWS * past.nervous + _BUSY_SIGMA * rng.standard_normal(bars.size)
    busy = np.exp(busy) * usual_business(past.open_ns)
    lots = np.maximum(lots_per_s * busy * (past.step_ns / NS_PER_S), 1.0).astype(np.int64)
    share = 0.5 + _BUYING * np.tanh(past.rise) + _BUYING_SIGMA * rng.standard_normal(bars.size)
    bars["buy_lots"] = np.rint(lots * np.clip(share, 0.0, 1.0))
    bars["sell_lots"] = lots - bars["buy_lots"]
    bars["trades"] = np.maximum(lots / trades["size_lots"].mean(), 1.0)
    bars["provenance"] = Provenance.KLINES
    delta = bars["buy_lots"] - bars["sell_lots"]
    bars["min_delta_lots"], bars["max_delta_lots"] = np.minimum(delta, 0), np.maximum(delta, 0)

    # As of a venue's candle: prices even over [low, high], about the mean of its four prices.
    above = ticks.mean(axis=0) - ticks[0]
    bars["moment1"] = np.rint(lots * above)
    bars["moment2"] = lots * ((ticks[1] - ticks[2]) ** 2 / 12.0 + above**2)
    return bars
