"""Order flags: which findings an order of the tape is part of."""

from collections.abc import Sequence
from typing import Final

from core.calc.sweep_rule import BookSweepRule
from core.domain.marker import Marker, MarkerKind
from core.domain.units import Ns

FLAGS: Final = {
    MarkerKind.BURST: "BURST",
    MarkerKind.SWEEP: "SWEEP",
    MarkerKind.LARGE_TRADE: "LARGE",
}
"""Words by what was found, in the order in which they are told."""
_SWEEP_NS: Final[Ns] = BookSweepRule().window_ns


def order_flags(at_ns: Ns, side: int, marks: Sequence[Marker]) -> tuple[str, ...]:
    """Return the words of FLAGS for one order.

    It has what was found on its own side: a burst from its first second until it is known, a sweep
    whose orders it can be among, a large trade of its own instant. What goes on after a burst or a
    sweep was known has no mark.

    Args:
        at_ns: the venue's time of the order.
        side: Aggressor.
        marks: of its instrument, any order and kind.

    Source:
        DEFINITIONS section 20.
    """
    found = {mark.kind for mark in marks if mark.side == side and _covers(mark, at_ns)}
    return tuple(word for kind, word in FLAGS.items() if kind in found)


def _covers(mark: Marker, at_ns: Ns) -> bool:
    if mark.kind is MarkerKind.BURST:
        return mark.event_ns <= at_ns < mark.known_ns
    if mark.kind is MarkerKind.SWEEP:
        return mark.event_ns - _SWEEP_NS <= at_ns <= mark.event_ns
    return mark.event_ns == at_ns
