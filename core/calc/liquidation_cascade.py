"""Liquidation cascade: forced orders that move the price, which forces more of them."""

from collections.abc import Sequence

from core.calc.bars import merge_bars
from core.calc.cascade_rule import CascadeRule
from core.calc.finders.cascades import Around, LiquidationCascades
from core.domain.arrays import BarArray, FloatArray, IntArray, RowArray, require_sorted
from core.domain.instrument import Instrument
from core.domain.marker import Markers
from core.domain.units import NS_PER_MINUTE, Ns

__all__ = ["CascadeRule", "liquidation_cascade"]


def liquidation_cascade(
    rows: RowArray,
    seconds: BarArray,
    interest: tuple[IntArray, FloatArray],
    instrument: Instrument,
    *,
    rule: CascadeRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return the first moment at which each cluster is a cascade.

    Open interest must have fallen since the cluster began, as far as it has been told by then;
    where it has not been told anew there is no marker. ``side`` -1 = longs were closed. ``value``
    is how many ATR the price has moved.

    Args:
        rows: LIQUIDATION_DTYPE[n] of one venue, sorted by ``ts_event_ns``.
        seconds: BAR_DTYPE[m] of one second, sorted; one counts once it is over.
        interest: (int64[k] when told, sorted; float64[k] base coins, NaN = not told).
        instrument: what its ticks and lots are.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades or liquidations may be missing; nothing is marked
            if one touches the minutes that the ATR is of, or what comes after them.

    Raises:
        ValueError: ``rows`` or ``seconds`` is not sorted.

    Source:
        DEFINITIONS section 13, liquidations.
    """
    for each, name in ((rows, "ts_event_ns"), (seconds, "open_ns")):
        require_sorted(each, name)
    told = LiquidationCascades(instrument, rule)
    minutes = merge_bars(seconds, step_ns=NS_PER_MINUTE)
    found = told.after(rows, Around(seconds, minutes, *interest, gaps_ns, gaps_ns))
    return Markers(tuple(found), told.not_ready)
