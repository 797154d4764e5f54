"""Burst rule: what one side must take, for how long, and how much more than the other."""

from dataclasses import dataclass
from fractions import Fraction

from core.calc.trailing import DAYS
from core.domain.units import NS_PER_DAY, Ns


@dataclass(frozen=True, slots=True)
class BurstRule:
    """What counts as a burst.

    Attributes:
        frac: it begins at this quantile of the seconds before with a trade.
        end_frac: it ends with two seconds in a row below this one.
        window_ns: how far back seconds count.
        least: how many there must be; None = as ``Usual``.
        days: from so many days on those of the same hour of the day count, as ``Usual`` has it.
        one_sided_frac: least difference of the sides over their sum.
        fixed_lots: begins above and holds at so many lots a second instead of the quantiles.
        least_s: seconds in a row that it takes to begin, >= 1.
    """

    frac: Fraction = Fraction(995, 1000)
    end_frac: Fraction = Fraction(9, 10)
    window_ns: Ns = NS_PER_DAY
    least: int | None = None
    days: int | None = DAYS
    one_sided_frac: float = 0.6
    fixed_lots: float | None = None
    least_s: int = 1


def classic(lot_base: float) -> BurstRule:
    """Return the fixed form that circulates: above 100 base coins a second for two seconds."""
    return BurstRule(one_sided_frac=0.0, fixed_lots=100 / lot_base, least_s=2)
