"""What followed each regime: computed in a thread of its own, from minutes that are over."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, Thread
from types import MappingProxyType
from typing import Final

import numpy as np

from core.calc.followed import Followed, FollowedRule, followed
from core.calc.regime import Regime
from core.domain.instrument import Instrument
from core.domain.moments import utc_text
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S, Ns
from data.engine import Engine
from data.store.archive import Archive
from data.views.coin_markets import CoinMarkets
from data.views.moment import Moment
from data.views.panel import Want
from data.views.recorded_minutes import recorded_minutes
from data.views.regime import RegimeSpec
from data.views.regime_past import RegimePast, judged

LIVE: Final = "live"
HORIZON_NS: Final[Ns] = 15 * NS_PER_MINUTE
_RULE: Final = FollowedRule(horizons_ns=(HORIZON_NS,))
_ANEW_NS: Final[Ns] = 5 * NS_PER_MINUTE
"""So often it is computed anew."""
_AGAIN_NS: Final[Ns] = 5 * NS_PER_S
"""And so soon where nothing was known yet."""
_WHOLE_H: Final = 2
"""Less than so many hours are told in minutes."""
_one_at_a_time: Final = Lock()


@dataclass(frozen=True, slots=True)
class RegimeFollowedSpec:
    """Whose regimes.

    Attributes:
        recordings: folder of what was recorded of the live market; None = it is not looked at.
            Another source is never held to it.
    """

    markets: CoinMarkets
    recordings: Path | None = None

    def query(self) -> "RegimeFollowedQuery":
        """Return a new query that answers it."""
        return RegimeFollowedQuery(self)


@dataclass(frozen=True, slots=True)
class RegimeFollowedView:
    """What followed.

    Attributes:
        after: by regime, what followed in HORIZON_NS after each time that it began.
        span_ns: first minute judged, and end of the last one.
        of: what it is from: ``recordings``, or what is ``held`` by the running engine where that is
            more.
        recorded_ns: so much is recorded.
    """

    after: Mapping[Regime, Followed]
    span_ns: tuple[Ns, Ns]
    of: str
    recorded_ns: Ns = 0

    @property
    def of_words(self) -> str:
        """What it is from, in words."""
        first, end = self.span_ns
        long = _long(end - first)
        if self.of == "recordings":
            return f"{long} recorded since {utc_text(first)[:16].replace('T', ' ')} UTC"
        if not self.recorded_ns:
            return f"the {long} that are held; there are no recordings yet"
        return f"the {long} that are held; {_long(self.recorded_ns)} are recorded"


def _long(ns: Ns) -> str:
    hours = ns / NS_PER_HOUR
    return f"{round(hours)} h" if hours >= _WHOLE_H else f"{round(ns / NS_PER_MINUTE)} min"


class RegimeFollowedQuery:
    """Answers one spec again and again; nobody waits for it."""

    def __init__(self, spec: RegimeFollowedSpec) -> None:
        self.spec = spec
        self._regime = RegimeSpec(spec.markets).query()
        self._running: Future[RegimeFollowedView | None] | None = None
        self._found: RegimeFollowedView | None = None
        self._asked: tuple[int, Ns] | None = None
        self._read: tuple[Ns, RegimeFollowedView | None] | None = None

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return what the regime needs."""
        return self._regime.wants(listed)

    def view(self, engine: Engine, moment: Moment) -> RegimeFollowedView | None:
        """Return what was found last; None while the first answer is on its way."""
        if self._running is not None and self._running.done():
            done, self._running = self._running, None
            found = done.result()
            self._found = found if self._asked is not None else None  # of a market that is gone
        if self._asked is not None and self._asked[0] != engine.epoch:
            self._found = self._asked = None
        pause_ns = _ANEW_NS if self._found is not None else _AGAIN_NS
        since_ns = moment.now_ns - self._asked[1] if self._asked is not None else pause_ns
        if self._running is None and not 0 <= since_ns < pause_ns:
            self._asked = engine.epoch, moment.now_ns
            self._running = Future()
            # A daemon: who stops the program does not wait for it.
            asked = self._running, engine, moment
            Thread(target=self._run, args=asked, name="regime-followed", daemon=True).start()
        return self._found

    def _run(
        self, running: "Future[RegimeFollowedView | None]", engine: Engine, moment: Moment
    ) -> None:
        with _one_at_a_time:
            try:
                running.set_result(self._look(engine, moment))
            except Exception as error:  # noqa: BLE001  # raised where the answer is taken
                running.set_exception(error)

    def _look(self, engine: Engine, moment: Moment) -> RegimeFollowedView | None:
        """Return what followed by what there is more of: recordings, or what is held."""
        regime = self._regime.view(engine, moment)
        held = after_regimes(regime.past, of="held") if regime is not None else None
        recorded = self._recorded_until(moment)
        if recorded is None or held is None:
            return recorded or held
        length_ns = _length_ns(recorded)
        if length_ns >= _length_ns(held):
            return recorded
        return replace(held, recorded_ns=length_ns)

    def _recorded_until(self, moment: Moment) -> RegimeFollowedView | None:
        """Return what followed in the recordings; they are read once an hour."""
        folder = self.spec.recordings
        if folder is None or moment.source != LIVE:
            return None
        read = self._read
        if read is None or not 0 <= moment.now_ns - read[0] < NS_PER_HOUR:
            minutes = recorded_minutes(
                Archive(folder), LIVE, self.spec.markets, now_ns=moment.now_ns
            )
            past = judged(minutes, None).past if minutes is not None else None
            found = after_regimes(past, of="recordings") if past is not None else None
            read = self._read = moment.now_ns, found
        return read[1]


def _length_ns(view: RegimeFollowedView) -> Ns:
    return view.span_ns[1] - view.span_ns[0]


def after_regimes(past: RegimePast, *, of: str) -> RegimeFollowedView | None:
    """Return what followed each time that a regime began; None = no word is known.

    A regime begins with the first minute of it, and is known at that minute's end. The first one
    after minutes without a word may have begun before: it does not count.
    """
    known = np.flatnonzero(past.words != Regime.NOT_KNOWN)
    if not known.size:
        return None
    ends_ns = past.open_ns + NS_PER_MINUTE
    before = past.words[:-1]
    begins = (past.words[1:] != before) & (before != Regime.NOT_KNOWN)
    after: dict[Regime, Followed] = {}
    for word in Regime:
        if word is not Regime.NOT_KNOWN:
            moments_ns = ends_ns[1:][begins & (past.words[1:] == word)]
            (after[word],) = followed(moments_ns, ends_ns, past.price, rule=_RULE)
    span_ns = int(past.open_ns[known[0]]), int(ends_ns[-1])
    return RegimeFollowedView(MappingProxyType(after), span_ns, of)
