"""Which topics ride on which sockets, of all markets; added and removed while they run."""

from collections.abc import Mapping
from random import Random
from threading import Lock
from typing import TypeAlias

from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId, MarketKind, Venue
from data.feeds.books import BookInlet
from data.feeds.endpoints import ws_url
from data.feeds.gate import PER_S, Gate
from data.feeds.groups import Group, groups_of
from data.feeds.inlet import Inlet
from data.feeds.intake import Intake
from data.feeds.lane import Lane, Surroundings
from data.feeds.socket import Socket
from data.settings import Endpoints
from data.venues.market import Market

_Market: TypeAlias = tuple[Venue, MarketKind]
_Inlets: TypeAlias = Mapping[tuple[InstrumentId, Channel], Inlet]


class Supervisor:
    """All sockets. What comes on all of them goes to one ``submit``."""

    def __init__(
        self,
        markets: Mapping[_Market, Market],
        around: Surroundings,
        *,
        endpoints: Endpoints,
        rng: Random | None = None,
    ) -> None:
        """Make one; no connection is opened before an instrument is added.

        Args:
            rng: of the back-off; a test may give one with a seed.
        """
        self._markets = markets
        self._around = around
        self._endpoints = endpoints
        self._rng = rng or Random()  # jitter, not secrecy
        self._gates = {venue: Gate(PER_S.get(venue)) for venue in Venue}
        self._lock = Lock()
        self._stopped = False
        self._lanes: dict[_Market, dict[Group, list[Lane]]] = {}
        # Replaced, never changed: the engine looks things up here, and must not wait for a lock
        # that a socket holds while it waits for the engine.
        self._inlets: _Inlets = {}

    def add(self, instrument: Instrument) -> None:
        """Subscribe all channels of ``instrument``; nothing happens where they already are."""
        key = (instrument.id.venue, instrument.id.kind)
        market = self._markets[key]
        with self._lock:
            if self._stopped or (instrument.id, Channel.TRADES) in self._inlets:
                return
            lanes = self._lanes.setdefault(key, {})
            for group, inlets in groups_of(market, instrument, self._around).items():
                added = {(instrument.id, each.channel): each for each in inlets}
                self._inlets = {**self._inlets, **added}
                self._lane_for(market, group, lanes.setdefault(group, [])).add(inlets)

    def remove(self, instrument_id: InstrumentId, reason: str) -> tuple[Channel, ...]:
        """Unsubscribe; a socket stays open for its other topics, and ends without any.

        Returns:
            The channels that were followed.
        """
        key = (instrument_id.venue, instrument_id.kind)
        with self._lock:
            followed = tuple(of for each, of in self._inlets if each == instrument_id)
            self._inlets = {at: one for at, one in self._inlets.items() if at[0] != instrument_id}
            for lanes in self._lanes.get(key, {}).values():
                for lane in list(lanes):
                    lane.remove(instrument_id.symbol, reason)
                    if not lane.inlets:
                        lanes.remove(lane)
                        lane.stop()
        self._around.health.forget([instrument_id])
        return followed

    def inlet(self, instrument_id: InstrumentId, channel: Channel) -> Inlet | None:
        """Return the way in of one channel; None = it is not followed. Never waits."""
        return self._inlets.get((instrument_id, channel))

    def intake(self, instrument_id: InstrumentId) -> Intake | None:
        """Return the way in of the trades; None = they are not subscribed."""
        found = self.inlet(instrument_id, Channel.TRADES)
        return found if isinstance(found, Intake) else None

    def book(self, instrument_id: InstrumentId) -> BookInlet | None:
        """Return the way in of the book; None = it is not subscribed. Never waits."""
        found = self.inlet(instrument_id, Channel.BOOK)
        return found if isinstance(found, BookInlet) else None

    def finish(self) -> list[Socket]:
        """Tell every socket to end; return them, to be joined."""
        with self._lock:
            self._stopped = True
            groups = [group for groups in self._lanes.values() for group in groups.values()]
        return [socket for lanes in groups for lane in lanes for socket in lane.stop()]

    def _lane_for(self, market: Market, group: Group, lanes: list[Lane]) -> Lane:
        """Return a lane with room, which may be a new one."""
        room = group.room(market.facts.topics_per_socket)
        for lane in lanes:
            if len(lane.topics) < room:
                return lane
        lane = Lane(
            market,
            ws_url(market, self._endpoints, group.path),
            self._around,
            trades=group.trades,
            rng=self._rng,
            gate=self._gates[market.facts.venue],
        )
        lanes.append(lane)
        return lane
