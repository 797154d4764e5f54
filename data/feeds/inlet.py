"""One channel of one instrument, as a connection sees it: where its messages go."""

from collections.abc import Mapping
from typing import Protocol, TypeAlias

from core.domain.derivatives import DerivativeTicker, Liquidations
from core.domain.events import BestQuote, BookDelta, BookSnapshot, Channel, NoTrade, Trades
from core.domain.instrument import Instrument
from core.domain.units import Ns
from data.feeds.health import State

DataEvent: TypeAlias = (
    Trades | NoTrade | BookSnapshot | BookDelta | BestQuote | DerivativeTicker | Liquidations
)
"""What a message says that is not about the connection."""


class Inlet(Protocol):
    """Takes what connections bring of one channel. An epoch is the number of a connection."""

    @property
    def instrument(self) -> Instrument:
        """Whose channel it is."""
        ...

    @property
    def channel(self) -> Channel:
        """Which one."""
        ...

    @property
    def topics(self) -> Mapping[str, float | None]:
        """The topics that bring it -> how many seconds of silence are suspect; None = none are."""
        ...

    @property
    def awaited(self) -> str:
        """What one message brings, in the trader's words."""
        ...

    def topic_of(self, event: DataEvent) -> str:
        """Return the topic that brought ``event``."""
        ...

    def accept(self, event: DataEvent, *, epoch: int) -> None:
        """Take what one message says of it."""
        ...

    def switch(self, epoch: int, *, seamless: bool) -> None:
        """From now on ``epoch`` is the connection that counts.

        Args:
            seamless: it delivered before the older one was given up.
        """
        ...

    def say(self, state: State, *, now_ns: Ns, reason: str = "", topic: str = "") -> None:
        """Change the state, and its reason.

        Args:
            topic: the state is this topic's alone; empty = of all.
        """
        ...

    def sent(self, topic: str, *, epoch: int, now_ns: Ns) -> None:
        """Note that the venue is being asked for ``topic`` on the connection of ``epoch``."""
        ...

    def acked(self, topic: str, *, epoch: int, now_ns: Ns) -> None:
        """Note that the venue agreed to bring ``topic``, or does; may be said again and again.

        Args:
            now_ns: when anything last came on the connection.
        """
        ...

    def doubt(self, *, epoch: int, now_ns: Ns, reason: str) -> None:
        """Note that the connection of ``epoch`` may have lost a message of this."""
        ...

    def restarts(self, *, now_ns: Ns) -> bool:
        """Return whether its topics are to be subscribed again now; asking takes the wish back."""
        ...
