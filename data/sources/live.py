"""The live market: sockets for the present, REST for the past, every venue by itself."""

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from threading import Event
from typing import Final, TypeAlias

from core.domain.arrays import TradeArray, empty_trades
from core.domain.events import Channel, Gap, MarketEvent
from core.domain.instrument import Instrument, InstrumentId, MarketKind, Venue
from core.domain.units import NS_PER_S, Ns
from data.buffers.keeper import Request
from data.clock import monotonic_s, wall_ns
from data.feeds.deck import Clock, Keep, Timing
from data.feeds.health import HealthBoard
from data.feeds.intake import Resumed
from data.feeds.lane import Surroundings
from data.feeds.rest import Rest
from data.feeds.supervisor import Supervisor
from data.settings import Endpoints
from data.sources.backfill import Backfill
from data.sources.book_requests import BookRequests
from data.sources.notes import Notes
from data.sources.probe import probe
from data.venues.market import Market
from data.venues.registry import MARKETS

__all__ = ["LiveSource", "probe"]

STOP_S: Final = 2.0

_Key: TypeAlias = tuple[Venue, MarketKind]


class LiveSource:
    """All markets of all venues. One that is dead never holds up another."""

    name = "live"

    def __init__(  # noqa: PLR0913 - parts that a test replaces
        self,
        instruments: Sequence[InstrumentId],
        *,
        endpoints: Endpoints,
        health: HealthBoard,
        markets: Mapping[_Key, Market] = MARKETS,
        timing: Timing | None = None,
        channels: Collection[Channel] = tuple(Channel),
        keep: Keep | None = None,
    ) -> None:
        """Make one; nothing is opened before ``start``.

        Args:
            instruments: followed from the start; ``want`` adds more.
            channels: what is followed of each, besides trades.
            keep: wants every message as it came.
        """
        self.run_id = f"live-{datetime.fromtimestamp(wall_ns() // NS_PER_S, UTC):%Y%m%dT%H%M%S}"
        self._first = tuple(instruments)
        self._endpoints = endpoints
        self._health = health
        self._markets = markets
        self._timing = timing or Timing()
        self._clock = Clock()
        self._notes = Notes()
        self._known: dict[InstrumentId, TradeArray] = {}
        self._rest = Rest(markets, endpoints=endpoints, keep=keep)
        self._ended = Event()
        self._submit: Callable[[MarketEvent], None] = _nowhere
        self._supervisor = Supervisor(
            markets,
            Surroundings(
                submit=self._pass_on,
                health=health,
                newest_id=self._newest_id,
                resumed=self._resumed,
                timing=self._timing,
                clock=self._clock,
                known=lambda each: self._known.get(each, empty_trades()),
                channels=frozenset(channels),
                keep=keep,
            ),
            endpoints=endpoints,
        )
        self._books = BookRequests(
            markets, self._rest, self._supervisor, submit=self._pass_on, health=health
        )
        self._backfills = {
            key: Backfill(
                market,
                rest=self._rest,
                supervisor=self._supervisor,
                submit=self._pass_on,
                health=health,
                notes=self._notes,
            )
            for key, market in markets.items()
        }

    def go_on_from(self, known: Mapping[InstrumentId, TradeArray]) -> None:
        """Join the first trades to come to these, over REST or by a gap; before ``start``.

        Args:
            known: the newest trades held of each instrument, sorted.
        """
        self._known.update(known)

    def start(self, submit: Callable[[MarketEvent], None]) -> None:
        """Start a thread per market; sockets open as soon as a market has said what it lists."""
        self._submit = submit
        for each in self._first:
            self._backfills[each.venue, each.kind].follow(each)
        for backfill in self._backfills.values():
            backfill.start()

    def stop(self) -> None:
        """End everything within STOP_S."""
        self._ended.set()
        deadline_s = monotonic_s() + STOP_S
        for backfill in self._backfills.values():
            backfill.finish()
        sockets = self._supervisor.finish()
        self._rest.finish()
        for thread in (*sockets, *self._backfills.values()):
            # One in the middle of a name lookup ends by itself later, and brings nothing.
            if thread.ident is not None:
                thread.join(max(deadline_s - monotonic_s(), 0.0))
        self._rest.join(deadline_s)
        self._health.forget(
            InstrumentId(each.venue, each.kind, each.symbol) for each in self._health.snapshot()
        )

    def now_ns(self) -> Ns:
        """Return the wall clock."""
        return self._clock.wall_ns()

    def instruments(self) -> tuple[Instrument, ...]:
        """Return what the venues list; of one that has not said so yet, nothing."""
        return tuple(each for one in self._backfills.values() for each in one.listed())

    def notes(self) -> tuple[str, ...]:
        """Return what the trader should know about the venues."""
        return self._notes.sentences()

    def want(self, instrument_id: InstrumentId, timeframe: str, bars: int) -> None:
        """Follow an instrument and fetch candles; a symbol that is not listed becomes a note."""
        self._backfills[instrument_id.venue, instrument_id.kind].want(
            instrument_id.symbol, timeframe, bars
        )

    def ask(self, instrument_id: InstrumentId, request: Request) -> None:
        """Fetch a snapshot of a book, or subscribe its topic again."""
        if not self._ended.is_set():
            self._books.ask(instrument_id, request)

    def _pass_on(self, event: MarketEvent) -> None:
        if self._ended.is_set():
            return
        if isinstance(event, Gap):
            self._health.gap(event.instrument_id, event.channel)
        self._submit(event)

    def _resumed(self, resumed: Resumed) -> None:
        found = resumed.instrument.id
        self._backfills[found.venue, found.kind].resumed(resumed)

    def _newest_id(self, instrument: Instrument) -> Future[int]:
        found = instrument.id
        return self._rest.newest_id(self._markets[found.venue, found.kind], instrument)


def _nowhere(event: MarketEvent) -> None:
    """Take events before the start: there are none."""
