"""Would have: how often a rule would have fired over the past, and what followed."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from threading import Thread
from typing import Final

import numpy as np

from core.calc.followed import Followed, followed
from core.domain.errors import TapescopeError
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_HOUR, NS_PER_S, Ns
from data.alerts.figures import FIGURES, scaled_by, watched
from data.alerts.market import Market
from data.alerts.readings import Look, last_price, mid_price
from data.alerts.rule import Rule
from data.alerts.watcher import Watch
from data.engine import Engine
from data.rehearsal import HELD, Past, Progress, Rehearsed, held_past, rehearse, stored_past
from data.views.moment import Moment

MOST_LOOKS: Final = 15_000
"""Of a longer past it is looked at less often than once a second, and said so."""
_OLD_NS: Final[Ns] = 60 * NS_PER_S

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WouldHave:
    """What a rehearsal of a rule found.

    Attributes:
        source: whose recordings, or HELD.
        fired_ns: when it would have fired.
        rehearsed: how far it came.
        step_ns: how often it was looked at.
        known_frac: at which share of the looks the figure was known, in [0, 1].
        followed: what followed, per horizon; of markers in favour of their side.
    """

    source: str
    fired_ns: tuple[Ns, ...]
    rehearsed: Rehearsed
    step_ns: Ns
    known_frac: float
    followed: tuple[Followed, ...]


def would_have_fired(rule: Rule, past: Past, progress: Progress) -> WouldHave:
    """Play the past, and look at it as the watcher would have."""
    step_ns = step_of(past.span_ns)
    looks = _Looks(rule, past.span_ns[0])
    rehearsed = rehearse(past, looks, step_ns=step_ns, progress=progress)
    sides = np.array(looks.sides, np.int64)
    return WouldHave(
        source=past.source,
        fired_ns=tuple(looks.fired_ns),
        rehearsed=rehearsed,
        step_ns=step_ns,
        known_frac=looks.known / max(rehearsed.looks, 1),
        followed=followed(
            np.array(looks.fired_ns, np.int64),
            np.array(looks.times_ns, np.int64),
            np.array(looks.prices, np.float64),
            sides=np.where(sides == 0, 1, sides),
        ),
    )


def step_of(span_ns: tuple[Ns, Ns]) -> Ns:
    """Return how often a past of this length is looked at, whole seconds."""
    return max(-(-(span_ns[1] - span_ns[0]) // (MOST_LOOKS * NS_PER_S)), 1) * NS_PER_S


class _Looks:
    """What was seen at each look."""

    def __init__(self, rule: Rule, begin_ns: Ns) -> None:
        self.fired_ns: list[Ns] = []
        self.sides: list[int] = []
        self.times_ns: list[Ns] = []
        self.prices: list[float] = []
        self.known = 0
        self._rule = rule
        self._watch = Watch(rule, begin_ns)
        self._query = rule.spec.query()

    def __call__(self, engine: Engine, moment: Moment) -> None:
        """Look once."""
        seen = self._query.view(engine, moment)
        self.known += not seen.missing
        for fired in self._watch.told(seen, moment, None):
            # What a slow reading knows afterwards could not have been acted on before.
            self.fired_ns.append(max(fired.known_ns, self.fired_ns[-1] if self.fired_ns else 0))
            self.sides.append(fired.side)
        self.times_ns.append(moment.now_ns)
        self.prices.append(_price(engine, self._rule.instrument, moment.now_ns))


class Job:
    """A rehearsal in a thread of its own.

    Attributes:
        progress: how far it is.
        result: None while it runs, and where it failed.
        problem: why it failed, one sentence; empty = it did not.
    """

    def __init__(self, rule: Rule, past: Past) -> None:
        """Start it."""
        self.rule = rule
        self.progress = Progress()
        self.result: WouldHave | None = None
        self.problem = ""
        self._past = past
        self._thread = Thread(target=self._run, name="alerts-rehearsal", daemon=True)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether it is on its way."""
        return self._thread.is_alive()

    def cancel(self) -> None:
        """End it soon; what it found until then is its result."""
        self.progress.cancel.set()

    def _run(self) -> None:
        try:
            self.result = would_have_fired(self.rule, self._past, self.progress)
        except TapescopeError as error:
            self.problem = error.ui_message
        except Exception:
            log.exception("a rule could not be rehearsed")
            self.problem = "It could not be rehearsed; the log of the server says why."


def past_of(market: Market, rule: Rule, source: str, hours: float) -> Past | str:
    """Return the past that a rule can be rehearsed over, or why there is none, one sentence.

    Args:
        source: one of ``market.store.sources()``, or HELD for what is held now.
        hours: how much of it, the newest.
    """
    ids = _needed(rule, market.source.instruments())
    if source == HELD:
        now_ns = market.source.now_ns()
        past = held_past(market.engine, ids, (now_ns - round(hours * NS_PER_HOUR), now_ns))
    else:
        newest_ns = market.store.last_ns(source, rule.instrument, Channel.TRADES) or 0
        end_ns = newest_ns + 1
        span_ns = (end_ns - round(hours * NS_PER_HOUR), end_ns)
        past = stored_past(market.store, source, ids, span_ns)
    if past is None:
        return f"Nothing of {rule.instrument} is there to be looked at."
    if Channel.BOOK in FIGURES[rule.figure].channels and not past.has_books:
        return (
            f"{FIGURES[rule.figure].title} rests on the order book, of which no past is held: "
            "it can be looked at over recordings with books."
        )
    return past


def _needed(rule: Rule, listed: Sequence[Instrument]) -> list[InstrumentId]:
    """Return the instruments that a figure is read off."""
    return [*watched(rule.spec, listed), *scaled_by(rule.spec, listed)]


def _price(engine: Engine, instrument: InstrumentId, now_ns: Ns) -> float:
    """Return the middle, or where there are no quotes the last price; NaN where it is old."""
    tape = engine.tape(instrument)
    if tape is None:
        return float("nan")
    look = Look(tape, now_ns)
    middle = mid_price(look)
    if not isnan(middle):
        return middle
    newest_ns = tape.trades.newest_ns
    is_old = newest_ns is None or now_ns - newest_ns > _OLD_NS
    return float("nan") if is_old else last_price(look)
