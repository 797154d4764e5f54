"""One market's thread: list, subscribe, fill the past, close holes, fetch the candles wanted.

Nothing here is in a hurry: trades flow from the sockets to the engine without this thread.
"""

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError
from functools import partial
from math import inf
from threading import Event, Lock, Thread
from typing import Final

from core.domain.errors import FeedError, NotListed, RateLimited, VenueDown, VenueRefused
from core.domain.events import Listed, MarketEvent
from core.domain.instrument import Instrument, InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, NS_PER_S
from data.clock import wall_ns
from data.feeds.health import HealthBoard, State
from data.feeds.intake import Resumed
from data.feeds.rest import Rest
from data.feeds.supervisor import Supervisor
from data.sources.chores import Chore, Chores
from data.sources.history import BACK_PAGES, History
from data.sources.holes import Holes, Span
from data.sources.notes import Notes
from data.sources.polls import Polls
from data.sources.proof import Proof
from data.venues.market import Market

LIST, HOLE, CANDLES, POLL, PAST = range(5)
"""Priorities, first to last."""
MOST_TRIES: Final = 10
LIST_AGAIN_S: Final = 1800.0
SESSION_BARS: Final = 300
TOP_UP_S: Final = 2.0
"""After a minute closed, its candle is there."""

log = logging.getLogger(__name__)


class Backfill(Thread):
    """What one market needs besides its sockets."""

    def __init__(
        self,
        market: Market,
        *,
        rest: Rest,
        supervisor: Supervisor,
        submit: Callable[[MarketEvent], None],
        health: HealthBoard,
        notes: Notes,
    ) -> None:
        self._called = f"{market.facts.venue} {market.facts.kind}"
        super().__init__(name=f"{self._called} backfill", daemon=True)
        self._market = market
        self._rest = rest
        self._supervisor = supervisor
        self._submit = submit
        self._health = health
        self._notes = notes
        self._ended = Event()
        self._chores = Chores()
        self._history = History(market, rest, submit=submit, pause=self._ended.wait, now_ns=wall_ns)
        self._holes = Holes(market.facts)
        self._polls = Polls(
            market,
            rest=rest,
            supervisor=supervisor,
            chores=self._chores,
            submit=submit,
            now_ns=wall_ns,
        )
        self._lock = Lock()
        self._wanted: dict[str, dict[str, int]] = {}
        self._listed: dict[str, Instrument] | None = None
        self._followed: dict[str, Instrument] = {}
        self._chores.put(Chore(self._list, LIST, name="list"))
        Proof(
            self._history,
            self._chores,
            followed=lambda: tuple(self._followed.values()),
            now_ns=wall_ns,
            priority=CANDLES,
        )

    def listed(self) -> tuple[Instrument, ...]:
        """Return what can be picked; empty until the venue has said it."""
        with self._lock:
            return tuple((self._listed or {}).values())

    def follow(self, instrument_id: InstrumentId) -> None:
        """Subscribe an instrument when the venue has said what it lists; before ``start``."""
        with self._lock:
            self._wanted.setdefault(instrument_id.symbol, {})

    def want(self, symbol: str, timeframe: str, bars: int) -> None:
        """Make sure of a symbol's trades and of that many candles; cheap to repeat."""
        with self._lock:
            new = symbol not in self._wanted
            frames = self._wanted.setdefault(symbol, {})
            more = frames.get(timeframe, 0) < bars
            if more:
                frames[timeframe] = bars
            instrument = self._followed.get(symbol)
            known = self._listed is not None
        if new and known:
            self._chores.put(Chore(self._follow_wanted, LIST, name="follow"))
        elif more and instrument is not None:
            self._put_candles(instrument, timeframe, bars)

    def resumed(self, resumed: Resumed) -> None:
        """A stream began, resumed or jumped: fetch what is before its trade. Returns at once."""
        if resumed.before is None:
            self._put_past(resumed, resumed.first.trade_id, BACK_PAGES)
        else:
            span = self._holes.put(resumed)
            if span is not None:
                give_up = partial(self._give_up, span)
                self._chores.put(Chore(partial(self._close_hole, span), HOLE, give_up=give_up))
        self._top_up(resumed.instrument)

    def finish(self) -> None:
        """Let the thread end."""
        self._ended.set()
        self._chores.close()

    def run(self) -> None:
        """Do one chore after another."""
        while (chore := self._chores.take()) is not None:
            chore.tries += 1
            try:
                chore.run()
                self._notes.drop((self._called, "down"))
            except CancelledError:  # REST was stopped first
                return
            except (RateLimited, VenueDown) as error:
                self._later(chore, error)
            except (VenueRefused, NotListed) as error:
                self._notes.put((self._called, type(error)), error.ui_message)
                self._drop(chore)
            except FeedError as error:
                self._refused(error)
                self._drop(chore)
            except Exception:
                log.exception("%s: a fault of ours in a chore", self._called)
                self._drop(chore)

    def _list(self) -> None:
        """Ask what is listed; while that fails, go on with the defaults, and ask again."""
        try:
            listed = self._history.instruments()
        except (RateLimited, VenueDown, VenueRefused, FeedError) as error:
            self._without_listing()
            if isinstance(error, FeedError):
                self._refused(error)
                return
            if not isinstance(error, VenueRefused):
                self._notes.put(
                    (self._called, "list"),
                    f"{self._called} does not say what it lists ({error.ui_message}); "
                    "the usual instruments are used until it does.",
                )
            raise
        self._notes.drop((self._called, "list"))
        with self._lock:
            self._listed = {each.id.symbol: each for each in listed}
        self._halt_unlisted()
        self._compare()
        self._follow_wanted()
        self._chores.put(Chore(self._list, PAST, name="list"), after_s=LIST_AGAIN_S)

    def _without_listing(self) -> None:
        with self._lock:
            if self._listed is not None:
                return
            self._listed = {each.id.symbol: each for each in self._market.facts.defaults}
        self._follow_wanted()

    def _halt_unlisted(self) -> None:
        """What the venue no longer trades is halted; it is not a matter of connections."""
        with self._lock:
            listed = self._listed or {}
            gone = [each for symbol, each in self._followed.items() if symbol not in listed]
            for each in gone:
                del self._followed[each.id.symbol]
        for each in gone:
            reason = f"{self._called} does not trade {each.id.symbol} any more, or not now"
            for channel in self._supervisor.remove(each.id, reason):
                self._health.set_state(
                    each.id, channel, State.HALTED, now_ns=wall_ns(), reason=reason
                )

    def _compare(self) -> None:
        """A grid cannot change under trades that are held; what is off the old one is refused."""
        with self._lock:
            listed = self._listed or {}
            changed = [each for key, each in self._followed.items() if listed[key] != each]
        for each in changed:
            self._notes.put(
                (self._called, each.id.symbol, "steps"),
                f"{self._called} now lists {each.id.symbol} with other steps of price or "
                "size; start again to use them.",
            )

    def _follow_wanted(self) -> None:
        with self._lock:
            listed = self._listed or {}
            fresh = [symbol for symbol in self._wanted if symbol not in self._followed]
            known = {symbol: listed[symbol] for symbol in fresh if symbol in listed}
            self._followed.update(known)
        for symbol in fresh:
            if symbol in known:
                self._follow(known[symbol])
            else:
                self._notes.put((self._called, symbol), f"{self._called} does not list {symbol}.")

    def _follow(self, instrument: Instrument) -> None:
        symbol = instrument.id.symbol
        self._notes.drop((self._called, symbol))
        self._submit(Listed(instrument))
        self._supervisor.add(instrument)
        with self._lock:
            frames = dict(self._wanted[symbol])
        since_open = wall_ns() % NS_PER_DAY // NS_PER_MINUTE
        frames["1m"] = max(since_open, SESSION_BARS, frames.get("1m", 0))
        for timeframe, bars in frames.items():
            self._put_candles(instrument, timeframe, bars)
        self._polls.follow(instrument, POLL)

    def _put_candles(self, instrument: Instrument, timeframe: str, bars: int) -> None:
        run = partial(self._history.klines, instrument, timeframe, bars)
        self._chores.put(Chore(run, CANDLES))

    def _top_up(self, instrument: Instrument) -> None:
        """Fetch the candles of the bars that are open now once they have closed.

        Trades are held from somewhere inside them, so only the venue's candle is whole.
        """
        with self._lock:
            frames = {"1m", *self._wanted.get(instrument.id.symbol, {})}
        now_ns = wall_ns()
        for timeframe in sorted(frames & TIMEFRAMES_NS.keys()):
            step_ns = TIMEFRAMES_NS[timeframe]
            wait_s = (step_ns - now_ns % step_ns) / NS_PER_S + TOP_UP_S
            run = partial(self._history.klines, instrument, timeframe, 3)
            name = f"top up {instrument.id} {timeframe}"
            self._chores.put(Chore(run, PAST, name=name), after_s=wait_s)

    def _put_past(self, resumed: Resumed, end_id: int, pages: int) -> None:
        self._chores.put(Chore(partial(self._past, resumed, end_id, pages), PAST))

    def _past(self, resumed: Resumed, end_id: int, pages: int) -> None:
        """Fetch one page of older trades, and see to the next."""
        intake = self._supervisor.intake(resumed.instrument.id)
        if intake is None:
            return
        next_id = self._history.page_back(resumed, intake, end_id=end_id)
        if next_id is not None and pages > 1:
            self._put_past(resumed, next_id, pages - 1)

    def _close_hole(self, span: Span) -> None:
        resumed = self._holes.begin(span)
        intake = self._supervisor.intake(resumed.instrument.id)
        if intake is not None and resumed.before is not None:
            try:
                self._history.close_hole(resumed, resumed.before, intake)
            except (RateLimited, VenueDown):
                self._holes.wait(span)
                raise

    def _give_up(self, span: Span) -> None:
        resumed = self._holes.begin(span)
        if resumed.before is not None:
            reason = f"{resumed.reason}, and REST could not be asked for what was missed"
            self._history.mark_gap(resumed, resumed.before, reason=reason)

    def _later(self, chore: Chore, error: RateLimited | VenueDown) -> None:
        """Try a chore again when the venue may be asked again; not for ever."""
        wait_s = self._rest.wait_s(self._market)
        if chore.name != "list":
            self._notes.put((self._called, "down"), f"{error.ui_message}.")
        if chore.name == "list" or (chore.tries < MOST_TRIES and wait_s < inf):
            self._chores.put(chore, after_s=max(wait_s, 0.1))
        else:
            self._drop(chore)

    def _drop(self, chore: Chore) -> None:
        if chore.give_up is not None:
            chore.give_up()

    def _refused(self, error: FeedError) -> None:
        facts = self._market.facts
        self._health.refused(
            facts.venue, facts.kind, raw=error.raw, reason=error.ui_message, now_ns=wall_ns()
        )
        log.warning("%s: a REST answer could not be used: %s", self._called, error)
