"""What the server asks of each venue's dialect."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from core.domain.instrument import MarketKind, Venue


@dataclass
class Client:
    """One WebSocket connection, seen from the server.

    Attributes:
        entry: for Binance USD-M the entry point (``market`` or ``public``), else empty.
        combined: Binance: events come in the combined wrapper.
        topics: what it gets pushed.
        acked: every topic it was told is fine, pushed or not.
        received: text messages that it sent.
    """

    venue: Venue
    kind: MarketKind | None
    entry: str = ""
    combined: bool = False
    topics: set[str] = field(default_factory=set)
    acked: set[str] = field(default_factory=set)
    received: list[str] = field(default_factory=list)


class Dialect(Protocol):
    """One venue's way of speaking.

    Attributes:
        push: the module of what it pushes, and answers over REST, besides trades.
    """

    push: Any

    def connect(self, path: str, query: dict[str, str]) -> Client | None:
        """Return the client for an upgrade path, or None when the path is not this venue's."""
        ...

    def on_text(self, client: Client, text: str, faults: Any) -> list[str]:
        """Return the answers to a text message, and note its subscriptions on the client."""
        ...

    def topic(self, listed: Any) -> str:
        """Return the topic of an instrument's trades."""
        ...

    def rest(self, path: str, query: dict[str, str], exchange: Any) -> tuple[int, Any] | None:
        """Return (status, JSON body), or None when the path is not this venue's."""
        ...
