"""Effort rule: which effort had no result, and what is known of one at every second."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from core.calc.refill import Zone
from core.calc.trailing import DAYS, Usual
from core.domain.arrays import BoolArray, FloatArray, IntArray
from core.domain.frame import Framed
from core.domain.units import NS_PER_S

_RARE: Final = Usual(Fraction(99, 100), days=DAYS)


@dataclass(frozen=True, slots=True)
class EffortRule:
    """What counts as effort without a result.

    Attributes:
        window_s: whole seconds, >= 1.
        zone_least_ticks: the zone at the edge of the window's prices is at least so high.
        zone_frac: and at least this share of the median range of the minutes before.
        zone_minutes: how many minutes that traded this median is of.
        usual: which of the earlier efforts one must reach; of the windows that end within one
            window the largest counts.
        least_refill: at the price of the zone that took up most, so many times what rested there
            was filled; where no quote told what rested, nothing is asked.
        most_frac: the mid went at most this share of the way that such a flow usually takes it.
        fit_s: how many windows before, a second apart, that way is measured over.
        fit_least: and how many of them must be known.
    """

    window_s: int = 10
    zone_least_ticks: int = 2
    zone_frac: float = 0.25
    zone_minutes: int = 30
    usual: Usual = _RARE
    least_refill: float = 1.5
    most_frac: float = 0.25
    fit_s: int = 3_600
    fit_least: int = 300


@dataclass(frozen=True, slots=True)
class Effort(Framed):
    """One value per window; a window ends with each whole second from the first trade's on.

    Attributes:
        end_ns: int64[n], end of the window, ascending by one second.
        lots: float64[n], taken against the side in the zone.
        usual_lots: float64[n], what it had to reach; NaN is not known yet.
        edge_ticks: int64[n], the zone's outer price; nothing where nothing traded.
        zone_ticks: float64[n], height of the zone; NaN is not known yet.
        moved_ticks: float64[n], change of the mid in favour of the side; NaN = no quote.
        expected_ticks: float64[n], how far such a flow usually takes it, >= 0; NaN is not known.
        filled_lots: float64[n], at the price of the zone that took up most; NaN = not looked at.
        shown_lots: float64[n], the most that rested there; 0 = no quote told, NaN = not looked at.
        holds: bool[n], the effort had no result.
    """

    end_ns: IntArray
    lots: FloatArray
    usual_lots: FloatArray
    edge_ticks: IntArray
    zone_ticks: FloatArray
    moved_ticks: FloatArray
    expected_ticks: FloatArray
    filled_lots: FloatArray
    shown_lots: FloatArray
    holds: BoolArray

    def zone(self, at: int, *, side: int, window_s: int) -> Zone:
        """Return where and when the effort of window ``at`` was."""
        end_ns, height = int(self.end_ns[at]), float(self.zone_ticks[at])
        from_ns = end_ns - window_s * NS_PER_S
        return Zone(side, int(self.edge_ticks[at]), height, from_ns, end_ns)
