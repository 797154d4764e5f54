"""Mark, index, funding and open interest of one perpetual, once a second.

The index is what the spot markets cost on average. The mark follows the premium of the perpetual's
mid over the index, smoothed. The funding rate is the premium's average over the interval so far,
against what it usually is: the dead band of the venues' own formulas would hold it at 0.01 % for
ever, since premiums are small here. Open interest grows where takers buy, shrinks where they sell
and where positions are liquidated, and comes back to where it was over hours.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from core.domain.arrays import TICKER_DTYPE, FloatArray, IntArray, RowArray
from core.domain.instrument import MarketKind
from core.domain.units import NS_PER_HOUR, NS_PER_MS, Ns
from data.sources.simulated.chance import Scales, Wander, decaying
from data.sources.simulated.happened import Happened
from data.sources.simulated.parameters import MARKETS
from data.sources.simulated.schedule import BINS_PER_S

FUNDING_NS: Final[Ns] = 8 * NS_PER_HOUR
"""Funding is paid at 00, 08 and 16 hours UTC on all three venues."""

_BPS: Final = 1e-4
_SPOT_BPS: Final = float(
    np.mean([model.basis_bps for (_, kind), model in MARKETS.items() if kind is MarketKind.SPOT])
)
_INDEX: Final[Scales] = ((20.0, 0.05), (600.0, 0.15))
"""What a venue's index differs from those of others, basis points."""
_MARK_S: Final = 30.0
_USUAL_RATE: Final = 1e-4
_LARGEST_RATE: Final = 3e-3
_FORGETS_S: Final = 14_400.0
_OPENED: Final = 2e-5
"""By how much of itself open interest changes with one order of median size."""
_CHANGES: Final = 1e-4
"""The same with everything else that happens in a second, standard deviation."""
_BOUND: Final = 0.25


@dataclass(slots=True)
class TickerWriter:
    """Writes the ticker of one perpetual, chunk after chunk.

    Attributes:
        price: where the common price's logarithm is 0, in quote.
        tick: in quote.
        lot_base: base coins in one lot.
        basis_bps: where the market lies relative to the common price, on average.
        open_interest: where it begins, and comes back to, base coins.
        latency_ms: from the venue's stamp to us.
    """

    price: float
    tick: float
    lot_base: float
    basis_bps: float
    open_interest: float
    latency_ms: float
    _index: Wander = field(default_factory=lambda: Wander(_INDEX))
    _premium: float = 0.0
    _interval: int = -1
    _premiums: tuple[float, int] = (0.0, 0)
    _grown: float = 0.0

    def draw(
        self, happened: Happened, closed_base: FloatArray, rng: np.random.Generator
    ) -> RowArray:
        """Return TICKER_DTYPE[seconds], each as its second ends.

        Args:
            closed_base: float64[seconds], base coins of the positions liquidated.
        """
        last = happened.last_bins
        off_bps = _SPOT_BPS + self._index.draw(last.size, rng)
        index = self.price * np.exp(_BPS * (happened.common_bps[last] + off_bps))
        quotes = happened.quotes.take(last)
        premium = 0.5 * self.tick * (quotes.bid_ticks + quotes.ask_ticks) / index - 1.0
        rows = np.zeros(last.size, TICKER_DTYPE)
        rows["ts_event_ns"] = happened.end_ns
        rows["ts_recv_ns"] = rows["ts_event_ns"] + round(self.latency_ms * NS_PER_MS)
        rows["funding_interval_ns"] = FUNDING_NS
        intervals = happened.end_ns // FUNDING_NS
        rows["next_funding_ns"] = (intervals + 1) * FUNDING_NS
        rows["index"] = index
        rows["mark"] = index * (1.0 + self._smoothed(premium))
        rows["funding_rate"] = self._rate(premium, intervals)
        rows["open_interest"] = self._held(happened, closed_base, rng)
        return rows

    def _smoothed(self, premium: FloatArray) -> FloatArray:
        factor = float(np.exp(-1.0 / _MARK_S))
        path = decaying((1.0 - factor) * premium, factor=factor, before=self._premium)
        self._premium = float(path[-1])
        return path

    def _rate(self, premium: FloatArray, intervals: IntArray) -> FloatArray:
        """Return the rate that the premiums of each interval so far come to."""
        place = np.arange(premium.size)
        begins = np.diff(intervals, prepend=intervals[0]) != 0
        first = np.maximum.accumulate(np.where(begins, place, 0))
        total = np.cumsum(premium)
        sums = total - (total - premium)[first]
        counts = place - first + 1
        if intervals[0] == self._interval:
            goes_on = intervals == self._interval
            sums = sums + goes_on * self._premiums[0]
            counts = counts + goes_on * self._premiums[1]
        self._interval = int(intervals[-1])
        self._premiums = float(sums[-1]), int(counts[-1])
        usual = _BPS * (self.basis_bps - _SPOT_BPS)
        return np.clip(_USUAL_RATE + sums / counts - usual, -_LARGEST_RATE, _LARGEST_RATE)

    def _held(
        self, happened: Happened, closed_base: FloatArray, rng: np.random.Generator
    ) -> FloatArray:
        flow = happened.flow.reshape(-1, BINS_PER_S).sum(axis=1)
        other = _CHANGES * np.sqrt(happened.weather.busy) * rng.standard_normal(flow.size)
        pushes = _OPENED * flow + other - closed_base / self.open_interest
        factor = float(np.exp(-1.0 / _FORGETS_S))
        grown = decaying(pushes, factor=factor, before=self._grown)
        self._grown = float(grown[-1])
        held = self.open_interest * (1.0 + _BOUND * np.tanh(grown / _BOUND))
        lots: FloatArray = np.rint(held / self.lot_base) * self.lot_base
        return lots
