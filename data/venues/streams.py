"""What a market offers besides its trades: topics to subscribe, and questions to ask over REST."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.domain.events import Channel


@dataclass(frozen=True, slots=True)
class Stream:
    """One topic that brings a channel of an instrument.

    Attributes:
        channel: any but TRADES; a channel may need several topics.
        topic: the venue's; several instruments may share one (all liquidations of a market).
        path: of the connection that carries it, and query, starting with ``/``.
        silence_s: silent for longer is suspect; None = it may have nothing to say for days.
    """

    channel: Channel
    topic: str
    path: str
    silence_s: float | None


@dataclass(frozen=True, slots=True)
class Poll:
    """One question that is asked again and again, since no topic answers it.

    Attributes:
        channel: what the answer belongs to.
        method: ccxt's implicit method.
        params: its parameters.
        every_s: seconds between two.
    """

    channel: Channel
    method: str
    params: Mapping[str, Any]
    every_s: float


class Coverage(StrEnum):
    """How much of all liquidations a venue tells."""

    ALL = "all of them"
    LARGEST = "the largest of each second"
    SOME = "not all of them"
    NONE = "none: nothing is liquidated on this market"
