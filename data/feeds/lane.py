"""A set of topics and the connection that serves them; two while one replaces the other."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import count
from random import Random
from threading import Lock
from typing import Final

from core.domain.arrays import TradeArray, empty_trades
from core.domain.events import AnyWireEvent, Channel, MarketEvent
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import Ns
from data.feeds.deck import Clock, InletKey, Keep, Timing
from data.feeds.gate import Gate
from data.feeds.health import HealthBoard, State
from data.feeds.inlet import Inlet
from data.feeds.intake import Resumed
from data.feeds.refusals import unavailable
from data.feeds.socket import Socket
from data.feeds.wire import ConnectionLost
from data.venues.market import Market

_NONE_COUNTS: Final = 2**62
"""Stands for a connection that never is: whatever still comes is not used."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all lanes share.

    Attributes:
        submit: takes what comes; may block while the engine is behind.
        newest_id: starts to ask REST for the id of an instrument's newest trade; 0 = it has none.
        resumed: told when a stream began or began again; must return at once.
        known: returns the newest trades held of an instrument from before, sorted; its first trade
            to come is joined to them as after a lost connection.
        channels: what is followed of each instrument.
        keep: wants every message as it came; None = nobody does.
    """

    submit: Callable[[MarketEvent], None]
    health: HealthBoard
    newest_id: Callable[[Instrument], Future[int]]
    resumed: Callable[[Resumed], None]
    timing: Timing = field(default_factory=Timing)
    clock: Clock = field(default_factory=Clock)
    known: Callable[[InstrumentId], TradeArray] = lambda _: empty_trades()
    channels: frozenset[Channel] = frozenset(Channel)
    keep: Keep | None = None


class Lane:
    """One connection's worth of topics of one market: trades, or other channels, never both."""

    def __init__(
        self,
        market: Market,
        url: str,
        around: Surroundings,
        *,
        trades: bool,
        rng: Random,
        gate: Gate,
    ) -> None:
        self._gate = gate
        self._market = market
        self._trades = trades
        self._patience: dict[str, int] | None = None if trades else {}
        self._url = url
        self._around = around
        self._rng = rng
        self._lock = Lock()
        self._epochs = count(1)
        self._inlets: Mapping[InletKey, Inlet] = {}
        self._first: Socket | None = None
        self._second: Socket | None = None
        self._first_epoch: int | None = None
        self._second_epoch: int | None = None
        self._refused = ""
        self._retired: list[Socket] = []
        self._was_lost = False
        self._stopped = False

    @property
    def market(self) -> Market:
        """The market served."""
        return self._market

    @property
    def url(self) -> str:
        """Where its connections go."""
        return self._url

    @property
    def gate(self) -> Gate:
        """The venue's."""
        return self._gate

    @property
    def health(self) -> HealthBoard:
        """The board."""
        return self._around.health

    @property
    def timing(self) -> Timing:
        """How long things may take."""
        return self._around.timing

    @property
    def clock(self) -> Clock:
        """What time it is."""
        return self._around.clock

    @property
    def keep(self) -> Keep | None:
        """Who wants every message as it came."""
        return self._around.keep

    @property
    def inlets(self) -> Mapping[InletKey, Inlet]:
        """What is followed here; a new mapping with every change."""
        return self._inlets

    @property
    def patience(self) -> dict[str, int] | None:
        """As in Deck: REST excuses silent trades, so that they need no memory."""
        return self._patience

    @property
    def topics(self) -> frozenset[str]:
        """What is subscribed here."""
        return frozenset(topic for each in self._inlets.values() for topic in each.topics)

    def parse(
        self, raw: bytes, *, ts_recv_ns: Ns, instruments: Mapping[str, Instrument]
    ) -> Sequence[AnyWireEvent]:
        """Return what one message says."""
        read = self._market.parse if self._trades else self._market.parse_all
        return read(raw, ts_recv_ns=ts_recv_ns, instruments=instruments)

    def newest_id(self, instrument: Instrument) -> Future[int]:
        """Start to ask REST for the newest trade's id."""
        return self._around.newest_id(instrument)

    def add(self, inlets: Iterable[Inlet]) -> None:
        """Subscribe the topics of ``inlets``; the first ones open the connection."""
        added = {(each.instrument.id.symbol, each.channel): each for each in inlets}
        with self._lock:
            for each in added.values():
                self._welcome(each)
            self._inlets = {**self._inlets, **added}
            if self._first is None and not self._stopped:
                self._first = self._start()

    def remove(self, symbol: str, reason: str) -> None:
        """Unsubscribe what is of ``symbol`` alone; its book ends."""
        with self._lock:
            gone = [one for key, one in self._inlets.items() if key[0] == symbol]
            self._inlets = {key: one for key, one in self._inlets.items() if key[0] != symbol}
        now_ns = self.clock.wall_ns()
        for inlet in gone:
            inlet.switch(_NONE_COUNTS, seamless=False)
            inlet.say(State.HALTED, now_ns=now_ns, reason=reason)

    def stop(self) -> list[Socket]:
        """Tell the sockets to end; return them, to be joined."""
        with self._lock:
            self._stopped = True
            sockets = [*self._retired]
            sockets += [one for one in (self._first, self._second) if one is not None]
        for socket in sockets:
            socket.retire()
        return sockets

    def next_epoch(self) -> int:
        """Return the number of the next connection."""
        return next(self._epochs)

    def counts(self, socket: Socket) -> bool:
        """Return whether ``socket`` is the first, whose troubles are the trader's."""
        return socket is self._first

    def opened(self, socket: Socket, epoch: int) -> None:
        """Let in what the connection brings."""
        with self._lock:
            if socket is self._second:
                self._second_epoch = epoch
            elif socket is self._first:
                self._let_in(epoch)

    def lost(self, socket: Socket, loss: ConnectionLost, wait_s: float | None) -> bool:
        """Say so on the board, unless the other connection goes on; False = not needed any more."""
        with self._lock:
            if self._stopped or socket not in {self._first, self._second}:
                return False
            if socket is self._second:
                self._second_epoch = None
                return True
            self._was_lost, self._first_epoch = True, None
            if wait_s is None:
                facts = self._market.facts
                self._refused = unavailable(facts.venue, facts.kind, loss.code)
                self._say(State.REJECTED, self._refused)
                return True
            self._say(State.STALE, f"{loss.reason}; next try in {wait_s:.1f} s")
            return not self._second_steps_in()

    def wants_successor(self, socket: Socket, reason: str) -> None:
        """Open the connection that will replace ``socket``, and say why in its log."""
        with self._lock:
            if socket is self._first and self._second is None and not self._stopped:
                self._second = self._start(reason)

    def took_over(self, socket: Socket) -> None:
        """Let the second connection be the first; the old one ends. Nothing was missed."""
        with self._lock:
            epoch, old = self._second_epoch, self._first
            if socket is not self._second or epoch is None or old is None:
                return
            for inlet in self._inlets.values():
                inlet.switch(epoch, seamless=True)
            self._first, self._second = socket, None
            self._first_epoch, self._second_epoch = epoch, None
            self._retire(old)

    def _start(self, reason: str = "") -> Socket:
        socket = Socket(self, rng=self._rng)
        socket.start()
        if reason:
            log.info("%s replaces a connection: %s", socket.name, reason)
        return socket

    def _second_steps_in(self) -> bool:
        """The first was lost during the overlap: the second, open or not, is now the first."""
        if self._second is None:
            return False
        epoch = self._second_epoch
        self._first, self._second, self._second_epoch = self._second, None, None
        if epoch is not None:
            self._let_in(epoch)
        return True

    def _let_in(self, epoch: int) -> None:
        self._first_epoch = epoch
        now_ns = self.clock.wall_ns()
        for inlet in self._inlets.values():
            self._welcome(inlet)
            if self._was_lost:
                self.health.reconnected(inlet.instrument.id, inlet.channel, now_ns=now_ns)
        self._was_lost = False

    def _welcome(self, inlet: Inlet) -> None:
        """Let an inlet take from the connection that is open, and say what state that makes."""
        now_ns = self.clock.wall_ns()
        if self._first_epoch is not None:
            inlet.switch(self._first_epoch, seamless=False)
            inlet.say(State.SYNCING, now_ns=now_ns, reason=f"connected; no {inlet.awaited} yet")
        elif self._refused:
            inlet.say(State.REJECTED, now_ns=now_ns, reason=self._refused)
        else:
            inlet.say(State.CONNECTING, now_ns=now_ns)

    def _say(self, state: State, reason: str) -> None:
        now_ns = self.clock.wall_ns()
        for inlet in self._inlets.values():
            inlet.say(state, now_ns=now_ns, reason=reason)

    def _retire(self, socket: Socket) -> None:
        self._retired = [one for one in self._retired if one.is_alive()]
        self._retired.append(socket)
        socket.retire()
