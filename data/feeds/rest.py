"""REST of all venues: one worker thread per venue, a queue of questions, futures for answers."""

import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import count
from queue import PriorityQueue
from random import Random
from threading import Event, Lock, Thread
from typing import Any, Final, TypeAlias

from core.domain.arrays import BarArray, RowArray, TradeArray
from core.domain.derivatives import DerivativeTicker
from core.domain.errors import FeedError, TapescopeError, VenueDown, VenueError
from core.domain.events import BookSnapshot
from core.domain.instrument import Instrument, MarketKind, Venue
from core.domain.units import Ns
from data.clock import monotonic_s, wall_ns
from data.feeds.breaker import Breaker
from data.feeds.client import VenueClient
from data.feeds.deck import Keep
from data.settings import Endpoints
from data.venues.market import Market
from data.venues.streams import Poll

URGENT: Final = 0
"""A silent socket is suspect, a hole in the trades is to be closed, or a book waits."""
NORMAL: Final = 1

log = logging.getLogger(__name__)

_Key: TypeAlias = tuple[Venue, MarketKind]


@dataclass(order=True, slots=True)
class _Question:
    priority: int
    number: int
    key: _Key = field(compare=False)
    method: str = field(compare=False)
    params: Mapping[str, Any] = field(compare=False)
    read: Callable[[Any], Any] = field(compare=False)
    answer: "Future[Any]" = field(compare=False)


class Rest:
    """Questions to the venues. Every answer may instead be a VenueError or a FeedError."""

    def __init__(
        self,
        markets: Mapping[_Key, Market],
        *,
        endpoints: Endpoints,
        rng: Random | None = None,
        keep: Keep | None = None,
    ) -> None:
        """Make one; a worker starts at its venue's first question.

        Args:
            rng: of the breakers' pauses.
            keep: wants every snapshot of a book as it came.
        """
        self._keep = keep
        self._numbers = count()
        rng = rng or Random()
        self._desks: dict[Venue, _Desk] = {}
        for key, market in markets.items():
            desk = self._desks.setdefault(key[0], _Desk(key[0]))
            desk.clients[key] = VenueClient(market, endpoints)
            desk.breakers[key] = Breaker(rng)

    def instruments(self, market: Market) -> Future[list[Instrument]]:
        """Ask what the market lists."""
        method, params = market.instruments_call()
        return self._ask(market, (method, params), market.parse_instruments, NORMAL)

    def trades(
        self,
        market: Market,
        instrument: Instrument,
        *,
        before_id: int | None,
        limit: int,
        priority: int = NORMAL,
    ) -> Future[TradeArray] | None:
        """Ask for a page of trades, as ``Market.trades_call`` says; None = no such page."""
        call = market.trades_call(instrument.id.symbol, before_id=before_id, limit=limit)
        if call is None:
            return None
        return self._ask(market, call, lambda body: market.parse_trades(body, instrument), priority)

    def klines(
        self,
        market: Market,
        instrument: Instrument,
        timeframe: str,
        *,
        end_ns: Ns | None,
        limit: int,
        now_ns: Ns,
    ) -> Future[BarArray] | None:
        """Ask for a page of closed candles, as ``Market.klines_call`` says; None = no such page."""
        call = market.klines_call(instrument.id.symbol, timeframe, end_ns=end_ns, limit=limit)
        if call is None:
            return None
        return self._ask(
            market,
            call,
            lambda body: market.parse_klines(body, instrument, timeframe, now_ns=now_ns),
            NORMAL,
        )

    def newest_id(self, market: Market, instrument: Instrument) -> Future[int]:
        """Ask for the id of the newest trade; 0 = nothing was ever traded."""
        call = market.trades_call(instrument.id.symbol, before_id=None, limit=1)
        if call is None:
            msg = f"{market.facts.venue} {market.facts.kind} cannot be asked for trades"
            raise ValueError(msg)

        def read(body: Any) -> int:
            rows = market.parse_trades(body, instrument)
            return int(rows["trade_id"][-1]) if rows.size else 0

        return self._ask(market, call, read, URGENT)

    def book(self, market: Market, instrument: Instrument) -> Future[BookSnapshot]:
        """Ask for a snapshot of the book; it is stamped when it has come."""
        call = market.book_call(instrument.id.symbol)

        def read(body: Any) -> BookSnapshot:
            now_ns = wall_ns()
            if self._keep is not None:
                venue, kind, symbol = instrument.id.venue, instrument.id.kind, instrument.id.symbol
                self._keep(venue, kind, json.dumps(body).encode(), now_ns, asked=symbol)
            return market.parse_book(body, instrument, ts_recv_ns=now_ns)

        return self._ask(market, call, read, URGENT)

    def poll(
        self, market: Market, instrument: Instrument, poll: Poll
    ) -> Future[list[DerivativeTicker]]:
        """Ask one of ``Market.polls``."""

        def read(body: Any) -> list[DerivativeTicker]:
            return market.parse_poll(body, poll, instrument, ts_recv_ns=wall_ns())

        return self._ask(market, (poll.method, poll.params), read, NORMAL)

    def past_open_interest(
        self, market: Market, instrument: Instrument, *, limit: int
    ) -> Future[RowArray] | None:
        """Ask for open interest of the past; None = the market has none."""
        call = market.past_open_interest_call(instrument.id.symbol, limit=limit)
        if call is None:
            return None

        def read(body: Any) -> RowArray:
            return market.parse_past_open_interest(body, instrument, ts_recv_ns=wall_ns())

        return self._ask(market, call, read, NORMAL)

    def wait_s(self, market: Market) -> float:
        """Return seconds until the market may be asked again; ``inf`` = not before a restart."""
        key = (market.facts.venue, market.facts.kind)
        return self._desks[key[0]].breakers[key].wait_s(monotonic_s())

    def finish(self) -> None:
        """Answer no more; what is still asked is cancelled."""
        for desk in self._desks.values():
            desk.finish(next(self._numbers))

    def join(self, deadline_s: float) -> None:
        """Wait for the workers until ``deadline_s`` on the steady clock, not longer.

        One that waits for a dead server ends with its request's time-out.
        """
        for desk in self._desks.values():
            if desk.ident is not None:
                desk.join(max(deadline_s - monotonic_s(), 0.0))

    def _ask(
        self,
        market: Market,
        call: tuple[str, Mapping[str, Any]],
        read: Callable[[Any], Any],
        priority: int,
    ) -> "Future[Any]":
        key = (market.facts.venue, market.facts.kind)
        answer: Future[Any] = Future()
        question = _Question(priority, next(self._numbers), key, *call, read, answer)
        self._desks[key[0]].put(question)
        return answer


class _Desk(Thread):
    """One venue's worker."""

    def __init__(self, venue: Venue) -> None:
        super().__init__(name=f"{venue}-rest", daemon=True)
        self.clients: dict[_Key, VenueClient] = {}
        self.breakers: dict[_Key, Breaker] = {}
        self._queue: PriorityQueue[_Question] = PriorityQueue()
        self._finished = Event()
        self._starting = Lock()

    def put(self, question: _Question) -> None:
        """Queue a question; after the end it is cancelled."""
        self._queue.put(question)
        if self._finished.is_set():
            question.answer.cancel()
        with self._starting:  # two threads that ask at once must not start it twice
            if self.ident is None and not self._finished.is_set():
                self.start()

    def finish(self, number: int) -> None:
        """End after the question that is being asked now."""
        self._finished.set()
        nothing: Future[Any] = Future()
        key = next(iter(self.clients))
        self._queue.put(_Question(-1, number, key, "", {}, lambda _: None, nothing))

    def run(self) -> None:
        """Ask, one after another."""
        while not self._finished.is_set():
            question = self._queue.get()
            if self._finished.is_set():
                question.answer.cancel()
            elif question.answer.set_running_or_notify_cancel():
                self._settle(question)
        while not self._queue.empty():
            self._queue.get().answer.cancel()
        for client in self.clients.values():
            client.close()

    def _settle(self, question: _Question) -> None:
        """Put the answer, or the error, into the future."""
        try:
            question.answer.set_result(self._answer(question))
        except TapescopeError as error:
            question.answer.set_exception(error)
        except Exception as error:
            log.exception("%s: a fault of ours in %s", self.name, question.method)
            msg = f"a fault of ours, {type(error).__name__}; see the log"
            question.answer.set_exception(VenueDown(msg, venue=question.key[0]))

    def _answer(self, question: _Question) -> Any:
        client, breaker = self.clients[question.key], self.breakers[question.key]
        refusal = breaker.refusal(monotonic_s())
        if refusal is not None:
            raise refusal
        try:
            body = client.call(question.method, question.params)
        except VenueError as error:
            breaker.failed(error, monotonic_s())
            raise
        breaker.succeeded()
        try:
            return question.read(body)
        except FeedError as error:
            error.raw = client.body.encode()
            raise
