"""Micro push and micro pullback: a burst that extends a move, and the breath after it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.calc.bursts import Burst
from core.calc.marking import beyond
from core.calc.taker_seconds import TakerSeconds
from core.calc.words import price_text, share_text
from core.domain.instrument import Instrument
from core.domain.marker import Marker, MarkerKind, Markers
from core.domain.units import NS_PER_S, Ns


@dataclass(frozen=True, slots=True)
class MicroRule:
    """What counts as a push and as a pullback.

    Attributes:
        before_ns: how far back the move reaches that a push extends.
        within_ns: how long after a push a pullback may come.
        least_frac: least share of the move that it takes back.
        most_frac: greatest; beyond it the move is over.
        rate_ns: the other side's rate is of so long, and must be below that of as long before.
    """

    before_ns: Ns = 30 * NS_PER_S
    within_ns: Ns = 30 * NS_PER_S
    least_frac: float = 0.25
    most_frac: float = 0.60
    rate_ns: Ns = 3 * NS_PER_S


def micro_moves(
    seconds: TakerSeconds,
    found: Sequence[Burst],
    instrument: Instrument,
    *,
    rule: MicroRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return the pushes among bursts, and the first pullback after each.

    Both are of its side. A push has the move with it in ticks and the move before, a pullback the
    share of the move taken back and the least.

    Args:
        seconds: what the bursts were found in.
        found: bursts, any order.
        instrument: what its ticks and lots are.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades may be missing; nothing is marked across one.

    Source:
        DEFINITIONS section 20.
    """
    used = rule or MicroRule()
    markers: list[Marker] = []
    for burst in found:
        begin, at = (_before(seconds, burst.start_ns - back) for back in (used.before_ns, 0))
        # From the second that the price is of: it may have been long before, and a gap since.
        if begin < 0 or _has_gap((int(seconds.open_ns[begin]), burst.known_ns), gaps_ns):
            continue
        before, start = (int(seconds.close_ticks[each]) for each in (begin, at))
        move, whole = (burst.side * (to - before) for to in (start, burst.price_ticks))
        if 0 < move < whole:
            markers.append(_push(burst, move, whole, instrument))
            markers += _pullback(seconds, (burst, before), instrument, used, gaps_ns)
    return Markers(tuple(sorted(markers, key=lambda each: (each.known_ns, each.side, each.kind))))


def _before(seconds: TakerSeconds, at_ns: Ns) -> int:
    """Return which is the last second before a whole second; -1 = there is none."""
    return int(np.searchsorted(seconds.open_ns, at_ns - NS_PER_S, side="right")) - 1


def _has_gap(span: tuple[Ns, Ns], gaps_ns: Sequence[tuple[Ns, Ns]]) -> bool:
    return any(from_ns < span[1] and to_ns > span[0] for from_ns, to_ns in gaps_ns)


def _push(burst: Burst, move: int, whole: int, instrument: Instrument) -> Marker:
    return Marker(
        kind=MarkerKind.MICRO_PUSH,
        side=burst.side,
        event_ns=burst.start_ns,
        known_ns=burst.known_ns,
        price_ticks=burst.price_ticks,
        value=float(whole),
        threshold=float(move),
        strength=beyond(whole, move),
        reason=(
            f"A burst extends a move of {price_text(move, instrument)} {instrument.quote} to "
            f"{price_text(whole, instrument)} {instrument.quote}."
        ),
    )


def _pullback(
    seconds: TakerSeconds,
    push: tuple[Burst, int],
    instrument: Instrument,
    rule: MicroRule,
    gaps_ns: Sequence[tuple[Ns, Ns]],
) -> list[Marker]:
    burst, before = push
    first, last = np.searchsorted(
        seconds.open_ns, (burst.known_ns, burst.known_ns + rule.within_ns)
    )
    furthest = burst.price_ticks
    for at in range(int(first), int(last)):
        close, known_ns = int(seconds.close_ticks[at]), int(seconds.open_ns[at]) + NS_PER_S
        furthest = burst.side * max(burst.side * furthest, burst.side * close)
        back = (furthest - close) / (furthest - before)
        if back > rule.most_frac or _has_gap((burst.start_ns, known_ns), gaps_ns):
            return []
        if back >= rule.least_frac and _falls(seconds, -burst.side, known_ns, rule.rate_ns):
            move = f"{price_text(abs(furthest - before), instrument)} {instrument.quote}"
            return [_breath(burst, (known_ns, close), (back, move), rule)]
    return []


def _falls(seconds: TakerSeconds, side: int, known_ns: Ns, rate_ns: Ns) -> bool:
    """Return whether a side took less lately than as long before."""
    edges = known_ns - np.array([2 * rate_ns, rate_ns, 0])
    begin, middle, end = np.searchsorted(seconds.open_ns, edges)
    ours = seconds.notional[0 if side > 0 else 1]
    return bool(ours[middle:end].sum() < ours[begin:middle].sum())


def _breath(
    burst: Burst, where: tuple[Ns, int], measured: tuple[float, str], rule: MicroRule
) -> Marker:
    back, move = measured
    return Marker(
        kind=MarkerKind.MICRO_PULLBACK,
        side=burst.side,
        event_ns=where[0] - NS_PER_S,
        known_ns=where[0],
        price_ticks=where[1],
        value=back,
        threshold=rule.least_frac,
        strength=beyond(back, rule.least_frac),
        reason=(
            f"Of a move of {move}, {share_text(back)} is taken back "
            f"({share_text(rule.least_frac)} to {share_text(rule.most_frac)} are needed) while "
            f"{'sellers' if burst.side > 0 else 'buyers'} take less and less."
        ),
    )
