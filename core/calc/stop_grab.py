"""Stop grab: a bar trades through a swing, on volume, and closes back on the side it came from."""

from collections.abc import Sequence

from core.calc.finders.stop_grabs import StopGrabs
from core.calc.stop_grab_rule import StopGrabRule
from core.domain.arrays import BarArray, require_sorted
from core.domain.instrument import Instrument
from core.domain.marker import Markers
from core.domain.units import Ns


def stop_grab(
    bars: BarArray,
    instrument: Instrument,
    *,
    step_ns: Ns,
    rule: StopGrabRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return the grabs above highs (side -1: of lower prices) and below lows (+1).

    Only a swing that no bar has traded beyond since counts; of several that one bar trades through
    the furthest. ``value`` is the bar's volume in multiples of the usual.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``, closed.
        instrument: what its ticks and lots are.
        step_ns: length of a bar.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades may be missing; nothing is marked if one touches
            the bars from the swing, or from the first whose volume counts, to the last needed.

    Raises:
        ValueError: ``bars`` is not sorted by ``open_ns``.

    Source:
        DEFINITIONS section 8, stop_grab; section 20 for stop_grab_rule.CLASSIC.
    """
    require_sorted(bars, "open_ns")
    grabs = StopGrabs(instrument, step_ns=step_ns, rule=rule)
    return Markers(tuple(grabs.after(bars, gaps_ns)), grabs.not_ready)
