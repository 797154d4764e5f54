"""Moment: when a panel is asked, and which channels are not live then."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from core.domain.events import Channel
from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_S, Ns
from data.feeds.health import ChannelHealth, State

AGO_NS: Final[tuple[Ns, Ns]] = (NS_PER_HOUR, NS_PER_DAY)
"""A figure stands beside what it was so long ago."""
FRESH_NS: Final[Ns] = 10 * NS_PER_S
"""A market that is not live has no health: what came of it within this time is present."""


@dataclass(frozen=True, slots=True)
class Off:
    """Why a channel is not live.

    Attributes:
        state: a word such as ``stale``.
        since_ns: on the source's clock.
        reason: one sentence; may be empty.
    """

    state: str
    since_ns: Ns
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant of one source.

    Attributes:
        now_ns: the source's clock.
        source: ``live``, ``simulated`` or ``replay``.
        off: the channels that are not live; one that is not named is.
    """

    now_ns: Ns
    source: str = "simulated"
    off: Mapping[tuple[InstrumentId, Channel], Off] = field(default_factory=dict)

    def off_of(self, instrument_id: InstrumentId, *channels: Channel) -> Off | None:
        """Return why what rests on these channels of an instrument is not live.

        Returns:
            Of the one that is off for longest; None = all are live.
        """
        found = [self.off[key] for each in channels if (key := (instrument_id, each)) in self.off]
        return min(found, key=lambda each: each.since_ns, default=None)


def followed(
    channels: Iterable[ChannelHealth],
) -> dict[tuple[InstrumentId, Channel], Off | None]:
    """Return what the channels that are followed are worth.

    Args:
        channels: of the live market; of another one health knows nothing.

    Returns:
        Of each why it is not live, None = it is; one that is not followed is not in it.
    """
    return {
        (InstrumentId(each.venue, each.kind, each.symbol), Channel(each.channel)): None
        if each.state is State.LIVE
        else Off(str(each.state), each.since_ns, each.reason)
        for each in channels
    }
