"""What a market tells over REST alone, asked again and again; and open interest of the past."""

from collections.abc import Callable
from functools import partial
from math import inf
from typing import Final

from core.domain.derivatives import DerivativeTicker, not_known, values_of
from core.domain.errors import TapescopeError
from core.domain.events import REST, Channel, MarketEvent, Rows
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_S, Ns
from data.feeds.health import State
from data.feeds.rest import Rest
from data.feeds.side import SideInlet
from data.feeds.supervisor import Supervisor
from data.sources.chores import Chore, Chores
from data.venues.market import Market
from data.venues.streams import Poll

PAST_ROWS: Final = 500
"""Of five minutes each: more than a day where the venue gives so many."""
FORGET_AFTER: Final = 6
"""So many answers late, what the last one told is not known any more."""
RETRY_S: Final = 10.0
"""After a failure, where the venue does not say when."""


class Polls:
    """The polls of one market, as chores of its thread; they raise what REST raises."""

    def __init__(
        self,
        market: Market,
        *,
        rest: Rest,
        supervisor: Supervisor,
        chores: Chores,
        submit: Callable[[MarketEvent], None],
        now_ns: Callable[[], Ns],
    ) -> None:
        self._market = market
        self._rest = rest
        self._supervisor = supervisor
        self._chores = chores
        self._submit = submit
        self._now_ns = now_ns
        self._told: dict[tuple[InstrumentId, str], tuple[Ns, frozenset[str]]] = {}

    def follow(self, instrument: Instrument, priority: int) -> None:
        """Begin to ask; it ends by itself when the channel is not followed any more."""
        if self._inlet(instrument, Channel.TICKER) is None:
            return  # spot, or nobody wants it
        past = partial(self._past, instrument)
        self._chores.put(Chore(past, priority, name=f"past open interest {instrument.id}"))
        for poll in self._market.polls(instrument.id.symbol):
            self._put(instrument, poll, priority, after_s=0.0)

    def _put(self, instrument: Instrument, poll: Poll, priority: int, *, after_s: float) -> None:
        run = partial(self._ask, instrument, poll, priority)
        name = f"poll {instrument.id} {poll.method}"
        self._chores.put(Chore(run, priority, name=name), after_s=after_s)

    def _ask(self, instrument: Instrument, poll: Poll, priority: int) -> None:
        """Ask once, and see to the next time, however this one ends."""
        inlet = self._inlet(instrument, poll.channel)
        if inlet is None:
            return
        wait_s = poll.every_s
        try:
            tickers = self._rest.poll(self._market, instrument, poll).result()
            inlet.polled(poll.method, tickers, now_ns=self._now_ns())
            self._note(instrument, poll, tickers)
        except TapescopeError as error:
            words = f"what only REST tells could not be asked for: {error.ui_message}"
            inlet.say(State.STALE, now_ns=self._now_ns(), reason=words, topic=poll.method)
            wait_s = max(min(wait_s, RETRY_S), self._rest.wait_s(self._market))
            self._forget(instrument, poll, for_good=wait_s == inf)
            raise
        finally:
            if wait_s < inf:
                self._put(instrument, poll, priority, after_s=wait_s)

    def _note(self, instrument: Instrument, poll: Poll, tickers: list[DerivativeTicker]) -> None:
        """Remember what an answer told, and when."""
        told = frozenset(name for each in tickers for name in values_of(each))
        if told:
            self._told[instrument.id, poll.method] = (self._now_ns(), told)

    def _forget(self, instrument: Instrument, poll: Poll, *, for_good: bool) -> None:
        """Take back what was last told: once it is older than several answers, or none follows."""
        now_ns = self._now_ns()
        then_ns, told = self._told.get((instrument.id, poll.method), (now_ns, frozenset[str]()))
        if not told or (not for_good and now_ns - then_ns < FORGET_AFTER * poll.every_s * NS_PER_S):
            return
        del self._told[instrument.id, poll.method]
        self._submit(not_known(instrument, told, channel=REST, at_ns=now_ns))

    def _past(self, instrument: Instrument) -> None:
        answer = self._rest.past_open_interest(self._market, instrument, limit=PAST_ROWS)
        rows = None if answer is None else answer.result()
        if rows is not None and rows.size:
            self._submit(Rows(instrument, Channel.TICKER, REST, rows))

    def _inlet(self, instrument: Instrument, channel: Channel) -> SideInlet | None:
        found = self._supervisor.inlet(instrument.id, channel)
        return found if isinstance(found, SideInlet) else None
