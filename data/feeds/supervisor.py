"""Which topics ride on which sockets, of all markets; added and removed while they run."""

from collections.abc import Mapping
from random import Random
from threading import Lock

from core.domain.instrument import Instrument, InstrumentId, MarketKind, Venue
from data.feeds.endpoints import ws_url
from data.feeds.intake import Intake
from data.feeds.lane import Lane, Surroundings
from data.feeds.socket import Socket
from data.settings import Endpoints
from data.venues.market import Market


class Supervisor:
    """All sockets. Trades of all of them go to one ``submit``."""

    def __init__(
        self,
        markets: Mapping[tuple[Venue, MarketKind], Market],
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
        self._lock = Lock()
        self._stopped = False
        self._lanes: dict[tuple[Venue, MarketKind], list[Lane]] = {}

    def add(self, instrument: Instrument) -> None:
        """Subscribe the trades of ``instrument``; nothing happens where they already are."""
        key = (instrument.id.venue, instrument.id.kind)
        with self._lock:
            if self._stopped or self._lane(instrument.id) is not None:
                return
            lanes = self._lanes.setdefault(key, [])
            room = self._markets[key].facts.topics_per_socket
            free = [lane for lane in lanes if len(lane.intakes) < room]
            if not free:
                free = [self._open(self._markets[key])]
                lanes += free
            free[0].add(instrument)

    def remove(self, instrument_id: InstrumentId) -> None:
        """Unsubscribe; the socket stays open for its other topics, and ends without any."""
        with self._lock:
            lane = self._lane(instrument_id)
            if lane is None:
                return
            lane.remove(instrument_id.symbol)
            if not lane.intakes:
                self._lanes[instrument_id.venue, instrument_id.kind].remove(lane)
                lane.stop()
        self._around.health.forget([instrument_id])

    def intake(self, instrument_id: InstrumentId) -> Intake | None:
        """Return the instrument's way in; None = it is not subscribed."""
        with self._lock:
            lane = self._lane(instrument_id)
            return None if lane is None else lane.intakes.get(instrument_id.symbol)

    def finish(self) -> list[Socket]:
        """Tell every socket to end; return them, to be joined."""
        with self._lock:
            self._stopped = True
            lanes = [lane for lanes in self._lanes.values() for lane in lanes]
        return [socket for lane in lanes for socket in lane.stop()]

    def _open(self, market: Market) -> Lane:
        return Lane(market, ws_url(market, self._endpoints), self._around, rng=self._rng)

    def _lane(self, instrument_id: InstrumentId) -> Lane | None:
        lanes = self._lanes.get((instrument_id.venue, instrument_id.kind), [])
        return next((lane for lane in lanes if instrument_id.symbol in lane.intakes), None)
