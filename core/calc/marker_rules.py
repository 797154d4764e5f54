"""Marker rules: every rule that marks moments of a tape, by the name that one asks for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from core.calc.absorption import absorption
from core.calc.bar_absorption import bar_absorption
from core.calc.book_sweep import book_sweep
from core.calc.burst import burst
from core.calc.cvd_divergence_slope import cvd_divergence_slope
from core.calc.cvd_divergence_swing import cvd_divergence_swing
from core.calc.delta_fade import delta_fade
from core.calc.diminishing_bursts import diminishing_bursts
from core.calc.effort_no_result import effort_no_result
from core.calc.liquidation_clusters import liquidation_clusters
from core.calc.marker_tape import MarkerTape
from core.calc.micro_moves import micro_moves
from core.calc.stacked_imbalance import stacked_imbalance
from core.calc.stop_grab import stop_grab
from core.calc.tape_orders import tape_orders
from core.calc.volume_collapse import volume_collapse
from core.calc.whales import whales
from core.domain.marker import MarkerKind, Markers
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, Ns


@dataclass(frozen=True, slots=True)
class MarkerRule:
    """One rule with its defaults.

    Attributes:
        find: what it finds in a tape; findings before ``from_ns`` may be among them.
        back_ns: how far back it looks for what is usual.
        back_bars: and so many bars more.
    """

    find: Callable[[MarkerTape], Markers]
    back_ns: Ns = NS_PER_DAY
    back_bars: int = 0


def _burst(tape: MarkerTape) -> Markers:
    return burst(tape.trades, tape.instrument, until_ns=tape.until_ns, gaps_ns=tape.gaps_ns)


def _diminishing(tape: MarkerTape) -> Markers:
    found = _burst(tape)
    return Markers(diminishing_bursts(found.found).found, found.not_ready)


def _micro(kind: MarkerKind) -> Callable[[MarkerTape], Markers]:
    def find(tape: MarkerTape) -> Markers:
        both = micro_moves(tape.seconds, tape.bursts, gaps_ns=tape.gaps_ns).found
        ours = tuple(each for each in both if each.kind is kind)
        return Markers(ours, _burst(tape).not_ready)

    return find


def _sweep(tape: MarkerTape) -> Markers:
    return book_sweep(tape.trades, tape.instrument, gaps_ns=tape.gaps_ns)


def _of_bars(rule: Callable[..., Markers]) -> MarkerRule:
    def find(tape: MarkerTape) -> Markers:
        return rule(tape.bars, step_ns=tape.step_ns, gaps_ns=tape.gaps_ns)

    return MarkerRule(find, back_bars=64)


def _of_quotes(rule: Callable[..., Markers]) -> MarkerRule:
    def find(tape: MarkerTape) -> Markers:
        if tape.quotes is None:
            return Markers((), "no best quotes are known")
        gaps_ns = tape.gaps_ns + tape.quote_gaps_ns
        return rule(tape.trades, tape.quotes, gaps_ns=gaps_ns)

    return MarkerRule(find)


def _stacked(tape: MarkerTape) -> Markers:
    return stacked_imbalance(
        tape.stacked_bars,
        tape.instrument,
        step_ns=tape.step_ns,
        until_ns=tape.until_ns,
        gaps_ns=tape.gaps_ns,
    )


def _large(tape: MarkerTape) -> Markers:
    tick_lot_quote = float(tape.instrument.tick_size) * float(tape.instrument.lot_size)
    orders = tape_orders(tape.trades)
    return whales(orders, tick_lot_quote=tick_lot_quote, from_ns=tape.from_ns)


def _clusters(tape: MarkerTape) -> Markers:
    if tape.liquidations is None:
        return Markers((), "no liquidations are known")
    return liquidation_clusters(
        tape.liquidations,
        lot_base=float(tape.instrument.lot_size),
        tick_quote=float(tape.instrument.tick_size),
        until_ns=tape.until_ns,
    )


MARKER_RULES: Final[dict[str, MarkerRule]] = {
    "burst": MarkerRule(_burst),
    "micro-push": MarkerRule(_micro(MarkerKind.MICRO_PUSH)),
    "micro-pullback": MarkerRule(_micro(MarkerKind.MICRO_PULLBACK)),
    "diminishing-bursts": MarkerRule(_diminishing),
    "book-sweep": MarkerRule(_sweep),
    "large-trade": MarkerRule(_large, back_ns=7 * NS_PER_DAY + NS_PER_HOUR),
    "absorption": _of_quotes(absorption),
    "effort-no-result": _of_quotes(effort_no_result),
    "bar-absorption": _of_bars(bar_absorption),
    "delta-fade": _of_bars(delta_fade),
    "volume-collapse": _of_bars(volume_collapse),
    "stop-grab": _of_bars(stop_grab),
    "stacked-imbalance": MarkerRule(_stacked, back_bars=21),
    "cvd-divergence-slope": _of_bars(cvd_divergence_slope),
    "cvd-divergence-swing": _of_bars(cvd_divergence_swing),
    "liquidation-cluster": MarkerRule(_clusters),
}
"""By name, which is that of the marker, or of the rule where several make one kind."""


def find_markers(tape: MarkerTape, name: str) -> Markers:
    """Return what a rule finds since ``tape.from_ns``, in the order of ``known_ns``.

    Args:
        tape: from as far back as the rule looks, or from where it begins.
        name: one of ``MARKER_RULES``.

    Raises:
        ValueError: too much traded, or too far apart, to be summed.
    """
    rule = MARKER_RULES[name]
    back_ns = rule.back_ns + rule.back_bars * tape.step_ns
    told = rule.find(tape.since((tape.from_ns - back_ns) // tape.step_ns * tape.step_ns))
    found = [each for each in told.found if tape.from_ns <= each.known_ns <= tape.until_ns]
    found.sort(key=lambda each: each.known_ns)
    return Markers(tuple(found), told.not_ready)
