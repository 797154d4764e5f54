"""Bursts, and what is made of them: pushes, pullbacks, and bursts that diminish."""

from collections.abc import Mapping
from typing import Final

from core.calc.burst import burst_marker
from core.calc.bursts import Burst, BurstRule, Bursts
from core.calc.diminishing_bursts import DiminishRule, diminishing_bursts
from core.calc.finders.finder import Finder, Found, Fresh
from core.calc.micro_moves import MicroRule, micro_moves
from core.calc.taker_seconds import TakerSeconds
from core.domain.instrument import Instrument
from core.domain.marker import Marker, MarkerKind
from core.domain.units import NS_PER_S, Ns

RULES: Final = ("burst", "micro-push", "micro-pullback", "diminishing-bursts")


class BurstFinder(Finder):
    """Keeps the larger sides of a day, and the seconds that a push and its pullback look at."""

    def __init__(self, instrument: Instrument, rule: BurstRule | None = None) -> None:
        self._instrument, self._rule = instrument, rule or BurstRule()
        self._micro, self._diminish = MicroRule(), DiminishRule()
        self._bursts = Bursts(self._rule)
        self._seconds: TakerSeconds | None = None
        self._recent: tuple[Burst, ...] = ()
        self._chain: tuple[Marker, ...] = ()

    def not_ready(self) -> Mapping[str, str]:
        """Return what all of them lack."""
        lacks = self._bursts.not_ready
        return dict.fromkeys(RULES, lacks) if lacks else {}

    def after(self, fresh: Fresh) -> Found:
        """Return what became known in this piece."""
        if not fresh.takers.open_ns.size:
            return {}
        found = self._bursts.after(fresh.takers, fresh.piece.gaps_ns)
        markers = [burst_marker(each, self._instrument, self._rule) for each in found]
        moves = self._moves(fresh, found)
        chain, gaps_ns = [*self._chain, *markers], fresh.piece.gaps_ns
        fewer = diminishing_bursts(chain, rule=self._diminish, gaps_ns=gaps_ns).found
        self._chain = tuple(chain[1 - self._diminish.count :])
        return {
            "burst": markers,
            "micro-push": [each for each in moves if each.kind is MarkerKind.MICRO_PUSH],
            "micro-pullback": [each for each in moves if each.kind is MarkerKind.MICRO_PULLBACK],
            "diminishing-bursts": fewer,
        }

    def _moves(self, fresh: Fresh, found: list[Burst]) -> list[Marker]:
        """Return the pushes among these bursts, and the pullbacks after these and earlier ones."""
        rule, last_ns = self._micro, int(fresh.takers.open_ns[-1])
        seconds = fresh.takers
        if self._seconds is not None:
            back_ns = rule.before_ns + rule.within_ns + self._rule.least_s * NS_PER_S
            since_ns = int(seconds.open_ns[0]) - back_ns - 2 * rule.rate_ns
            seconds = self._seconds.followed_by(seconds, from_ns=since_ns)
        self._seconds = seconds
        bursts = [*self._recent, *found]
        self._recent = tuple(each for each in bursts if each.known_ns + rule.within_ns > last_ns)
        moves = micro_moves(
            seconds, bursts, self._instrument, rule=rule, gaps_ns=fresh.piece.gaps_ns
        ).found
        before_ns: Ns = fresh.from_ns if fresh.from_ns is not None else -(2**62)
        return [each for each in moves if each.known_ns > before_ns]
