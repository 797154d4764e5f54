"""What a market offers besides its trades: topics to subscribe, and questions to ask over REST."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.domain.derivatives import DerivativeTicker
from core.domain.events import Channel
from core.domain.instrument import Instrument
from core.domain.units import Ns


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


class NoPolls:
    """Of a market whose topics tell everything."""

    __slots__ = ()

    def polls(self, symbol: str) -> tuple[Poll, ...]:  # noqa: ARG002 - the contract names it
        """Return nothing."""
        return ()

    def parse_poll(
        self, body: Any, poll: Poll, instrument: Instrument, *, ts_recv_ns: Ns
    ) -> list[DerivativeTicker]:
        """Refuse.

        Raises:
            ValueError: always; nothing was asked.
        """
        del body, instrument, ts_recv_ns
        msg = f"{poll.method} is not polled"
        raise ValueError(msg)


class Coverage(StrEnum):
    """How much of all liquidations a venue tells."""

    ALL = "all of them"
    LARGEST = "the largest of each second"
    SOME = "not all of them"
    NONE = "none: nothing is liquidated on this market"
