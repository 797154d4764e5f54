"""CVD divergence by slope: price leans one way and the taken volume the other."""

from collections.abc import Sequence

from core.calc.finders.slope_divergences import SlopeDivergences, SlopeRule
from core.domain.arrays import BarArray
from core.domain.instrument import Instrument
from core.domain.marker import Markers
from core.domain.units import Ns

__all__ = ["SlopeRule", "cvd_divergence_slope"]


def cvd_divergence_slope(
    bars: BarArray,
    instrument: Instrument,
    *,
    step_ns: Ns,
    rule: SlopeRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return where the slopes of price and CVD began to point opposite ways, both steep.

    ``value`` is the lesser of the two ranks among the slopes before, ``threshold`` the quantile;
    ``strength`` is how far beyond, times how much the two go against each other. Two walks that
    have nothing to do with each other do it too: a marker means something beside that base rate.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``, closed; minutes by default of the rule.
        instrument: what its ticks and lots are.
        step_ns: length of a bar. A window in which a bar is missing has no slope.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades may be missing; no window touches one.

    Source:
        DEFINITIONS section 9, slope form.
    """
    told = SlopeDivergences(instrument, step_ns=step_ns, rule=rule)
    return Markers(tuple(told.after(bars, gaps_ns)), told.not_ready)
