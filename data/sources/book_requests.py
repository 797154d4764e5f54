"""What a book asks of its venue, carried out: a snapshot over REST, or its topic anew."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from typing import TypeAlias

from core.domain.errors import FeedError
from core.domain.events import BookSnapshot, MarketEvent, NoSnapshot
from core.domain.instrument import Instrument, InstrumentId, MarketKind, Venue
from data.buffers.keeper import Request
from data.clock import wall_ns
from data.feeds.health import HealthBoard
from data.feeds.rest import Rest
from data.feeds.supervisor import Supervisor
from data.venues.market import Market
from data.venues.sync import FetchSnapshot, Resubscribe

log = logging.getLogger(__name__)

_Key: TypeAlias = tuple[Venue, MarketKind]


class BookRequests:
    """Returns at once, whatever is asked: the one who asks is who writes all buffers."""

    def __init__(
        self,
        markets: Mapping[_Key, Market],
        rest: Rest,
        supervisor: Supervisor,
        *,
        submit: Callable[[MarketEvent], None],
        health: HealthBoard,
    ) -> None:
        self._health = health
        self._markets = markets
        self._rest = rest
        self._supervisor = supervisor
        self._submit = submit

    def ask(self, instrument_id: InstrumentId, request: Request) -> None:
        """Carry out what is asked of a book that is followed; of another, nothing."""
        inlet = self._supervisor.book(instrument_id)
        if inlet is None:
            return
        if isinstance(request, Resubscribe):
            inlet.again()
        elif isinstance(request, FetchSnapshot):
            market = self._markets[instrument_id.venue, instrument_id.kind]
            answer = self._rest.book(market, inlet.instrument)
            answer.add_done_callback(partial(self._answered, inlet.instrument))

    def _answered(self, instrument: Instrument, answer: Future[BookSnapshot]) -> None:
        """Submit the answer; runs in the thread that asks the venue."""
        if answer.cancelled():  # everything is being stopped
            return
        error = answer.exception()
        if error is None:
            self._submit(answer.result())
            return
        now_ns = wall_ns()
        if isinstance(error, FeedError):
            venue, kind = instrument.id.venue, instrument.id.kind
            self._health.refused(venue, kind, raw=error.raw, reason=error.ui_message, now_ns=now_ns)
        log.info("%s: no snapshot of the book: %s", instrument.id, error)
        self._submit(NoSnapshot(instrument, now_ns))
