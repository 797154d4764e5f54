"""CVD divergence by swing: price makes a new high that the taken volume does not follow."""

from collections.abc import Sequence

from core.calc.finders.swing_divergences import SwingDivergences, SwingRule
from core.domain.arrays import BarArray
from core.domain.instrument import Instrument
from core.domain.marker import Markers
from core.domain.units import Ns

__all__ = ["SwingRule", "cvd_divergence_swing"]


def cvd_divergence_swing(
    bars: BarArray,
    instrument: Instrument,
    *,
    step_ns: Ns,
    rule: SwingRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return the swings that CVD, at the close of the same bars, did not follow.

    Highs are compared with the high before (bearish), lows with the low before (bullish). Of two
    series that have nothing to do with each other one pair in four diverges. ``value`` is by how
    many lots CVD went the other way, ``strength`` that as a share of its range between the two.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``, closed.
        instrument: what its ticks and lots are.
        step_ns: length of a bar; distances count the bars that traded.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades may be missing; no pair touches one.

    Source:
        DEFINITIONS section 9, swing form.
    """
    told = SwingDivergences(instrument, step_ns=step_ns, rule=rule)
    return Markers(tuple(told.after(bars, gaps_ns)), told.not_ready)
