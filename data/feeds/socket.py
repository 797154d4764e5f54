"""One thread per socket: connect, talk until the connection is lost, wait, connect again."""

import logging
from itertools import count
from random import Random
from threading import Event, Thread
from typing import Final, Protocol

from data.feeds.backoff import LONG_S, Backoff
from data.feeds.deck import Deck
from data.feeds.gate import Gate
from data.feeds.session import Session
from data.feeds.wire import POLICY_VIOLATION, ConnectionLost, Wire

log = logging.getLogger(__name__)

_numbers: Final = count(1)


class Owner(Deck, Protocol):
    """Who runs sockets, and is told what becomes of them."""

    @property
    def url(self) -> str:
        """Where to connect."""
        ...

    @property
    def gate(self) -> Gate:
        """Where a connection waits before it is opened."""
        ...

    def next_epoch(self) -> int:
        """Return the number of the next connection; numbers only grow."""
        ...

    def counts(self, socket: "Socket") -> bool:
        """Return whether this socket's troubles are the trader's: it has no other to rely on."""
        ...

    def opened(self, socket: "Socket", epoch: int) -> None:
        """Note that the connection is open and will be subscribed now."""
        ...

    def lost(self, socket: "Socket", loss: ConnectionLost, wait_s: float | None) -> bool:
        """Note that the connection ended; return whether the socket is still needed.

        Args:
            wait_s: when it would try again; None = never, the venue does not serve us.
        """
        ...

    def wants_successor(self, socket: "Socket", reason: str) -> None:
        """Note that this connection will end soon."""
        ...

    def took_over(self, socket: "Socket") -> None:
        """Note that this connection serves every topic."""
        ...


class Socket(Thread):
    """Keeps one connection open until it is retired."""

    def __init__(self, owner: Owner, *, rng: Random) -> None:
        facts = owner.market.facts
        super().__init__(name=f"{facts.venue}-{facts.kind}-{next(_numbers)}", daemon=True)
        timing = owner.timing
        self._owner = owner
        self._backoff = Backoff(rng, first_s=timing.first_retry_s, stable_s=timing.stable_s)
        self._retired = Event()
        self._wire: Wire | None = None
        self._session: Session | None = None

    def run(self) -> None:
        """Connect again and again."""
        while not self._retired.is_set():
            wait_s = self._connection()
            if wait_s is None or self._retired.wait(wait_s):
                return

    def retire(self) -> None:
        """End soon, from any thread; what the connection still brings is not used."""
        self._retired.set()
        wire = self._wire
        if wire is not None:
            wire.interrupt()

    def _connection(self) -> float | None:
        """Live through one connection; return the seconds until the next, None = no next."""
        if self._retired.wait(self._owner.gate.take(self._owner.clock.monotonic_s())):
            return None
        wire = self._wire = Wire(self._owner.url)
        self._session = None
        try:
            self._serve(wire)
        except ConnectionLost as error:
            loss = error
        except Exception as error:
            log.exception("%s: a fault of ours ended the connection", self.name)
            loss = ConnectionLost(f"a fault of ours, {type(error).__name__}; see the log")
        else:
            return None
        finally:
            wire.close()
        if self._retired.is_set():
            return None
        return self._after(loss)

    def _serve(self, wire: Wire) -> None:
        """Talk until retired.

        Raises:
            ConnectionLost: the connection ended before.
        """
        wire.open(within_s=self._owner.timing.handshake_s)
        epoch = self._owner.next_epoch()
        session = Session(self._owner, wire, epoch=epoch, counts=lambda: self._owner.counts(self))
        self._session = session
        self._owner.opened(self, epoch)
        while not self._retired.is_set():
            session.tick()
            message = wire.receive()
            if message is not None:
                session.take(message)
            if session.restart:
                self._owner.wants_successor(self, session.restart)
                session.restart = ""
            if session.settled and not self._owner.counts(self):
                self._owner.took_over(self)

    def _after(self, loss: ConnectionLost) -> float | None:
        """Tell the owner; return the wait before the next try."""
        delivered_s = 0.0 if self._session is None else self._session.delivered_s
        wait_s = None
        if not loss.refused:
            at_least_s = max(loss.at_least_s, LONG_S if loss.code == POLICY_VIOLATION else 0.0)
            wait_s = self._backoff.next_s(delivered_s=delivered_s, at_least_s=at_least_s)
        log.info("%s: %s (next try in %s s)", self.name, loss.reason, wait_s)
        return wait_s if self._owner.lost(self, loss, wait_s) else None
