"""Left out: the markets that a sum or a mean is not of, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Final

from core.domain.events import Channel
from core.domain.instrument import InstrumentId
from core.domain.units import Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.moment import Moment

NOTHING: Final = "nothing has come of it yet"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A market that is not in a figure.

    Attributes:
        why: a clause.
        since_ns: since when; None = it never was.
    """

    instrument_id: InstrumentId
    why: str
    since_ns: Ns | None = None


def live_tapes(
    engine: Engine, moment: Moment, instruments: Sequence[InstrumentId], *channels: Channel
) -> tuple[list[Tape], list[LeftOut]]:
    """Return the tapes of which these channels are live, and the markets of the others.

    Args:
        instruments: in the order in which both are returned.
    """
    tapes: list[Tape] = []
    left: list[LeftOut] = []
    for each in instruments:
        tape, off = engine.tape(each), moment.off_of(each, *channels)
        if off is not None:
            left.append(LeftOut(each, off.state, off.since_ns))
        elif tape is None:
            left.append(LeftOut(each, NOTHING))
        else:
            tapes.append(tape)
    return tapes, left


def known_mean(values: Sequence[float]) -> float:
    """Return the plain mean of those that are known; NaN of none."""
    known = [each for each in values if not isnan(each)]
    return sum(known) / len(known) if known else nan
