"""Held: in words, what of the past is not known yet, or is not held."""

from typing import Final

import numpy as np

from core.calc.words import share_text
from core.domain.arrays import BoolArray, IntArray
from core.domain.units import NS_PER_DAY, Ns
from pages.figures.part import Trace, corner_note
from pages.figures.scale import moment_text

_LATE: Final = 0.1
"""Of the bars shown: a first value that comes later than so many has to be explained."""


def since_words(known: BoolArray, open_ns: IntArray, shown_ns: IntArray) -> str:
    """Return in words since when values are held; empty = nearly from the first bar shown on.

    Args:
        known: bool[n], of which bars there is a value.
        open_ns: int64[n], ascending, when those bars open.
        shown_ns: int64[m], ascending, opens of the chart's bars.

    Returns:
        Empty where nothing is known at all, too: then there is another reason.
    """
    if not known.any() or not shown_ns.size:
        return ""
    first_ns: Ns = int(open_ns[np.argmax(known)])
    if np.searchsorted(shown_ns, first_ns) <= _LATE * shown_ns.size:
        return ""
    text = moment_text(first_ns)
    is_today = first_ns // NS_PER_DAY == int(shown_ns[-1]) // NS_PER_DAY
    return f", held since {text[-5:] if is_today else text}"


def past_notes(name: str, read_frac: float) -> list[Trace]:
    """Return the corner note of what reads the past over several frames; empty = all is read.

    Args:
        name: of what is drawn.
        read_frac: in [0, 1].
    """
    return (
        [corner_note(f"{name}: reading the past, {share_text(read_frac)}")] if read_frac < 1 else []
    )
