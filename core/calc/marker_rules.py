"""Marker rules: every rule that marks moments of a tape, by the name that one asks for it."""

from dataclasses import dataclass
from typing import Final

from core.calc.marker_stream import MarkerStream
from core.calc.marker_tape import MarkerTape
from core.calc.trailing import DAYS
from core.domain.marker import Markers, Preset
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, Ns


@dataclass(frozen=True, slots=True)
class MarkerRule:
    """What one must know of a rule to ask for it.

    Attributes:
        back_ns: how far back it looks for what is usual.
        back_bars: and so many bars more.
        has_classic: there are fixed thresholds for it, too.
    """

    back_ns: Ns = NS_PER_DAY
    back_bars: int = 0
    has_classic: bool = False


_BY_HOUR: Final = (DAYS + 1) * NS_PER_DAY
"""What is usual at an hour of the day is that of whole days before."""
_OF_BARS: Final = MarkerRule(back_bars=64)
_WEEK: Final = 7 * NS_PER_DAY + NS_PER_HOUR

MARKER_RULES: Final[dict[str, MarkerRule]] = {
    "burst": MarkerRule(_BY_HOUR, has_classic=True),
    "micro-push": MarkerRule(_BY_HOUR, has_classic=True),
    "micro-pullback": MarkerRule(_BY_HOUR, has_classic=True),
    "diminishing-bursts": MarkerRule(_BY_HOUR, has_classic=True),
    "book-sweep": MarkerRule(_BY_HOUR, has_classic=True),
    "large-trade": MarkerRule(back_ns=_WEEK, has_classic=True),
    "absorption": MarkerRule(_BY_HOUR, has_classic=True),
    "effort-no-result": MarkerRule(_BY_HOUR),
    "bar-absorption": _OF_BARS,
    "delta-fade": _OF_BARS,
    "volume-collapse": _OF_BARS,
    "stop-grab": MarkerRule(back_bars=64, has_classic=True),
    "stacked-imbalance": MarkerRule(back_bars=21, has_classic=True),
    "cvd-divergence-slope": _OF_BARS,
    "cvd-divergence-swing": _OF_BARS,
    "liquidation-cluster": MarkerRule(),
    "liquidation-cascade": MarkerRule(),
}
"""By name, which is that of the marker, or of the rule where several make one kind."""


def find_markers(tape: MarkerTape, name: str, *, preset: Preset = Preset.ADAPTIVE) -> Markers:
    """Return what a rule finds since ``tape.from_ns``, in the order of ``known_ns``.

    Args:
        tape: from as far back as the rule looks, or from where it begins.
        name: one of ``MARKER_RULES``.
        preset: the thresholds.

    Raises:
        ValueError: too much traded, or too far apart, to be summed.
    """
    rule = MARKER_RULES[name]
    back_ns = rule.back_ns + rule.back_bars * tape.step_ns
    begin_ns = (tape.from_ns - back_ns) // tape.step_ns * tape.step_ns
    stream = MarkerStream(
        tape.instrument,
        step_ns=tape.step_ns,
        ticks_per_row=tape.ticks_per_row,
        rules=(name,),
        preset=preset,
        from_ns=tape.from_ns,
    )
    found = stream.after(tape.piece(begin_ns))[name]
    told = tuple(each for each in found if tape.from_ns <= each.known_ns)
    return Markers(told, stream.not_ready().get(name, ""))
