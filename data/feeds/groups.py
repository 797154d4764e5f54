"""Which channels of an instrument share a connection: a heavy book must never delay a trade."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from core.domain.events import Channel
from core.domain.instrument import Instrument
from data.feeds.books import BookInlet
from data.feeds.inlet import Inlet
from data.feeds.intake import Intake
from data.feeds.lane import Surroundings
from data.feeds.liquidations import LiquidationInlet
from data.feeds.side import SideInlet
from data.feeds.tickers import TickerInlet
from data.venues.market import Market
from data.venues.streams import Stream

MOST_BOOKS: Final = 30
"""OKX, WS / Order book channel, advises fewer on one connection; on the others it does no harm."""
_RESTING: Final = frozenset({Channel.BOOK, Channel.QUOTES})
_DERIVED: Final = frozenset({Channel.TICKER, Channel.LIQUIDATIONS})
_INLETS: Final[dict[Channel, type[SideInlet]]] = {
    Channel.BOOK: BookInlet,
    Channel.QUOTES: SideInlet,
    Channel.TICKER: TickerInlet,
    Channel.LIQUIDATIONS: LiquidationInlet,
}


class Group(NamedTuple):
    """What one connection of a market is for.

    Attributes:
        channels: those that may ride on it.
        path: as ``Stream.path``.
    """

    channels: frozenset[Channel]
    path: str

    def room(self, topics_per_socket: int) -> int:
        """Return how many topics one connection takes."""
        if Channel.BOOK not in self.channels:
            return topics_per_socket
        return min(topics_per_socket, MOST_BOOKS * len(self.channels))

    @property
    def trades(self) -> bool:
        """Whether it is for trades."""
        return Channel.TRADES in self.channels


def groups_of(
    market: Market, instrument: Instrument, around: Surroundings
) -> dict[Group, list[Inlet]]:
    """Return new inlets of all channels of ``instrument``, by the connection that they share."""
    intake = Intake(
        instrument,
        topic=market.trade_topic(instrument.id.symbol),
        facts=market.facts,
        submit=around.submit,
        health=around.health,
        resumed=around.resumed,
    )
    intake.learn(around.known(instrument.id))
    trades = Group(frozenset({Channel.TRADES}), market.socket_path())
    made: dict[Group, list[Inlet]] = {trades: [intake]}
    for channel, streams in _by_channel(market.streams(instrument.id.symbol)).items():
        if channel in around.channels:
            shared = _RESTING if channel in _RESTING else _DERIVED
            kind = _INLETS[channel]
            inlet = kind(instrument, streams, submit=around.submit, health=around.health)
            made.setdefault(Group(shared, streams[0].path), []).append(inlet)
    return made


def _by_channel(streams: Iterable[Stream]) -> dict[Channel, list[Stream]]:
    found: dict[Channel, list[Stream]] = {}
    for each in streams:
        found.setdefault(each.channel, []).append(each)
    return found
