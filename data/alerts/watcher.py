"""Watcher: the thread that looks at what armed rules rest on, about four times a second."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import nan
from threading import Event, Thread
from typing import Final

from core.calc.alert_rule import alert_rule, armed
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import Ns
from data.alerts.alert import Alert, alert_id, figure_text, marker_text, unit_of
from data.alerts.figures import FIGURES, FigureQuery, FigureSpec, Seen, watched
from data.alerts.market import NO_MARKET, Market
from data.alerts.rule import Rule
from data.alerts.rules import Rules
from data.clock import monotonic_s, wall_ns
from data.views.moment import Moment, Off, followed

PERIOD_S: Final = 0.25

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a rule stands.

    Attributes:
        value: of its figure; NaN = not known, or a marker.
        missing: why it cannot fire now, a clause; empty = it can, or ``off`` says why.
        off: the channel that is not live; None = all that it rests on is.
        cooling_until_ns: until then nothing fires, on the source's clock; 0 = it never fired.
        ready: False = the figure must come back over the threshold first.
    """

    value: float = nan
    missing: str = ""
    off: Off | None = None
    cooling_until_ns: Ns = 0
    ready: bool = True


@dataclass(frozen=True, slots=True)
class Fired:
    """How a rule fired.

    Attributes:
        known_ns: when what fired it was known, on the source's clock.
        value: of the figure; of a marker what its rule measured.
        side: of a marker, +1 or -1; 0 = it is none.
        reason: of a marker, one sentence.
    """

    known_ns: Ns
    value: float
    side: int = 0
    reason: str = ""


class Watch:
    """One armed rule in one run."""

    def __init__(self, rule: Rule, now_ns: Ns) -> None:
        """Arm it; what was known up to now does not fire."""
        self.rule = rule
        self._fires = rule.fires
        self._state = armed(self._fires, at_ns=now_ns)

    def told(self, seen: Seen, moment: Moment, off: Off | None) -> Iterator[Fired]:
        """Yield how it fires; nothing while a channel is off."""
        rests = not seen.missing and off is None
        if FIGURES[self.rule.figure].rules:
            yield from self._markers(seen, moment.now_ns, rests=rests)
        elif rests and self._step(seen.value, moment.now_ns):
            yield Fired(moment.now_ns, seen.value)

    def standing(self, seen: Seen, off: Off | None) -> Standing:
        """Return how it stands."""
        until_ns = self._state.cooling_until_ns(self._fires)
        return Standing(seen.value, seen.missing, off, until_ns, self._state.ready)

    def _markers(self, seen: Seen, now_ns: Ns, *, rests: bool) -> Iterator[Fired]:
        if not rests:  # what was known meanwhile is not told afterwards
            self._state = replace(self._state, known_ns=max(self._state.known_ns, now_ns))
            return
        for each in seen.markers:
            if self.rule.is_of_side(each.side) and self._step(each.side, each.known_ns):
                yield Fired(each.known_ns, each.value, each.side, each.reason)

    def _step(self, value: float, known_ns: Ns) -> bool:
        self._state, fires = alert_rule(self._fires, self._state, value=value, known_ns=known_ns)
        return fires


class Watcher:
    """Looks, and tells what fires."""

    def __init__(self, market: Market, rules: Rules, tell: Callable[[Alert], None]) -> None:
        """Make one; ``start`` begins.

        Args:
            tell: is told each alert, in the watcher's thread; must return soon.
        """
        self._market, self._rules, self._tell = market, rules, tell
        self._run: tuple[str, int] = ("", -1)
        self._watches: dict[str, Watch] = {}
        self._queries: dict[FigureSpec, FigureQuery] = {}
        self._standings: dict[str, Standing] = {}
        self._faults: dict[FigureSpec, str] = {}
        self._told = 0
        self._stopping = Event()
        self._thread = Thread(target=self._watch, name="alerts", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def standings(self) -> dict[str, Standing]:
        """Return how the armed rules stand, by their ids; replaced at every look."""
        return self._standings

    def look(self) -> None:
        """Look once at everything."""
        source = self._market.source
        if source.name in NO_MARKET:
            self._standings = {}
            return
        rules = [each for each in self._rules.all() if each.armed]
        if not rules:  # nothing to ask the market for, and nothing to keep
            self._watches, self._queries, self._standings = {}, {}, {}
            return
        run = (source.run_id, self._market.engine.epoch)
        if run != self._run:  # another market: nothing known of the one before holds
            self._run, self._watches, self._queries = run, {}, {}
        specs = {each.spec for each in rules}
        self._queries = {spec: self._queries.get(spec) or spec.query() for spec in specs}
        listed = source.instruments()
        live = followed(self._market.health.snapshot()) if source.name == "live" else None
        moment = Moment(source.now_ns(), source.name)
        seen = {spec: self._seen(spec, moment, listed) for spec in specs}
        standings: dict[str, Standing] = {}
        for rule in rules:
            off = _off(rule.spec, listed, live, moment.now_ns)
            standings[rule.id] = self._judge(rule, seen[rule.spec], moment, off)
        gone = self._watches.keys() - standings.keys()
        for rule_id in gone:
            del self._watches[rule_id]
        self._standings = standings

    def _watch(self) -> None:
        while not self._stopping.is_set():
            begun_s = monotonic_s()
            try:
                self.look()
            except Exception:
                log.exception("the alerts could not be looked at")
            self._stopping.wait(max(PERIOD_S - (monotonic_s() - begun_s), 0.02))

    def _seen(self, spec: FigureSpec, moment: Moment, listed: Sequence[Instrument]) -> Seen:
        query = self._queries[spec]
        try:
            for want in query.wants(listed):
                self._market.source.want(*want)
            seen = query.view(self._market.engine, moment)
            self._faults.pop(spec, None)
        except Exception as error:
            if self._faults.get(spec) != repr(error):  # once, not four times a second
                self._faults[spec] = repr(error)
                log.exception("%s of %s could not be read", spec.figure, spec.instrument)
            return Seen(missing="it could not be read; the log of the server says why")
        return seen

    def _judge(self, rule: Rule, seen: Seen, moment: Moment, off: Off | None) -> Standing:
        watch = self._watches.get(rule.id)
        if watch is None or watch.rule != rule:
            watch = self._watches[rule.id] = Watch(rule, moment.now_ns - 1)
        for fired in watch.told(seen, moment, off):
            self._tell(self._alert(rule, fired))
        return watch.standing(seen, off)

    def _alert(self, rule: Rule, fired: Fired) -> Alert:
        source, told_ns = self._market.source, wall_ns()
        self._told += 1
        tape = self._market.engine.tape(rule.instrument)
        unit = unit_of(rule.figure, tape.instrument if tape else None)
        if FIGURES[rule.figure].rules:
            text = marker_text(rule, fired.side, fired.reason)
        else:
            text = figure_text(rule, fired.value, unit)
        return Alert(
            id=alert_id(rule, told_ns=told_ns, number=self._told),
            rule=rule,
            source=source.name,
            run_id=source.run_id,
            known_ns=fired.known_ns,
            told_ns=told_ns,
            value=fired.value,
            text=text,
        )


def _off(
    spec: FigureSpec,
    listed: Sequence[Instrument],
    live: Mapping[tuple[InstrumentId, Channel], Off | None] | None,
    now_ns: Ns,
) -> Off | None:
    """Return which channel that a figure rests on is off for longest; None = none is.

    Args:
        live: what is followed of the live market; None = of another one, of which nothing is off.
    """
    if live is None:
        return None
    unheard = Off("not followed", now_ns)
    channels = FIGURES[spec.figure].channels
    found = [live.get(key, unheard) for key in product(watched(spec, listed), channels)]
    return min((each for each in found if each), key=lambda each: each.since_ns, default=None)
