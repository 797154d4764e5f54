"""Which inlet a message's event goes to, and which topics they need."""

from collections.abc import Mapping
from typing import Final

from core.domain.derivatives import DerivativeTicker, Liquidations
from core.domain.events import BestQuote, BookDelta, BookSnapshot, Channel, NoTrade, Trades
from core.domain.instrument import Instrument
from data.feeds.deck import InletKey
from data.feeds.inlet import DataEvent, Inlet

_CHANNEL_OF: Final[Mapping[type[DataEvent], Channel]] = {
    Trades: Channel.TRADES,
    NoTrade: Channel.TRADES,
    BookSnapshot: Channel.BOOK,
    BookDelta: Channel.BOOK,
    BestQuote: Channel.QUOTES,
    DerivativeTicker: Channel.TICKER,
    Liquidations: Channel.LIQUIDATIONS,
}


class Routes:
    """The inlets of one connection, by what leads to them.

    Attributes:
        inlets: as they were handed in.
        instruments: symbol -> instrument, also of those that were followed here before: what was
            just unsubscribed may still come; it is known, and not used.
        of_topic: topic -> the inlets that it serves, at least one.
    """

    def __init__(self, inlets: Mapping[InletKey, Inlet], before: Mapping[str, Instrument]) -> None:
        self.inlets = inlets
        self.instruments = {**before, **{key[0]: each.instrument for key, each in inlets.items()}}
        self.of_topic: dict[str, list[Inlet]] = {}
        for each in inlets.values():
            for topic in each.topics:
                self.of_topic.setdefault(topic, []).append(each)
        self._by_event: dict[type[DataEvent], dict[str, Inlet]] = {
            kind: {symbol: each for (symbol, of), each in inlets.items() if of is channel}
            for kind, channel in _CHANNEL_OF.items()
        }

    def inlet(self, event: DataEvent) -> Inlet | None:
        """Return where ``event`` goes; None = nobody follows it here any more."""
        return self._by_event[type(event)].get(event.instrument.id.symbol)

    def silence_s(self, topic: str) -> float | None:
        """Return how long a topic may be silent; None = for ever."""
        return self.of_topic[topic][0].topics[topic]
