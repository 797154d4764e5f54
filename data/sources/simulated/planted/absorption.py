"""Plants of absorption: selling meets a bid that is larger than it looks, and holds or does not."""

from typing import Final

from data.sources.simulated.planted.label import PlantKind
from data.sources.simulated.planted.stage import IMPACT_TICKS, Rest, Stage

_SHOWN: Final = 500
_HIDDEN: Final = 100_000
_CALM_S: Final = 8
"""So long the price is still before, so that no earlier move counts as a result."""


def absorption(stage: Stage, at_s: int, side: int) -> int:
    """Ten seconds of pressure on an iceberg that holds, and the price leaves it.

    ``side`` +1 = bids hold; return when it is over.
    """
    price, lots = _press(stage, at_s, side, seconds=10)
    at_s += _CALM_S
    stage.lead(at_s + 10, [(2, _fair(price, side)), (30, price + 7.0 * side)], loose=1.0)
    _rest(stage, (at_s, at_s + 14), side, price)
    stage.label(PlantKind.ABSORPTION, side, (at_s, at_s + 12), (price - 1, price + 1), lots=lots)
    return at_s + 41


def failed_absorption(stage: Stage, at_s: int, side: int) -> int:
    """The same, but the iceberg is gone after eight seconds, and the price goes through."""
    price, lots = _press(stage, at_s, side, seconds=9)
    at_s += _CALM_S
    _rest(stage, (at_s, at_s + 8), side, price)
    gone = [(0, price - 3 * side), (3, price - 10 * side), (20, price - 14 * side)]
    stage.lead(at_s + 8, gone, loose=1.0)
    stage.label(
        PlantKind.FAILED_ABSORPTION, side, (at_s, at_s + 12), (price - 1, price + 1), lots=lots
    )
    return at_s + 29


def followed_effort(stage: Stage, at_s: int, side: int) -> int:
    """The same pressure, and the price goes as far as it usually does for it.

    ``side`` is who would have taken it up.
    """
    price = stage.price(at_s)
    lots = int(stage.rng.integers(2_500, 5_000))
    begin_s, end = at_s + _CALM_S, price - round(IMPACT_TICKS * lots) * side
    stage.lead(at_s, [(_CALM_S, float(price)), (_CALM_S + 10, float(end))], loose=0.3)
    stage.take(begin_s, begin_s + 9.9, side=-side, lots=lots, count=60)
    stage.lead(begin_s + 11, [(20, end - 6 * side)], loose=1.0)
    span = (begin_s, begin_s + 12)
    stage.label(PlantKind.FOLLOWED_EFFORT, side, span, (price + 2, end - 2), lots=lots)
    return begin_s + 32


def bar_absorption(stage: Stage, at_s: int, side: int) -> int:
    """A minute of rare selling that closes at its high; ``side`` +1 = bids took it up."""
    price = stage.price(at_s)
    lots = int(stage.rng.integers(4_500, 6_500))
    stage.take(at_s + 1, at_s + 45, side=-side, lots=lots, count=60)
    stage.hush(at_s + 45, at_s + 60, side=-side)
    turns = [(0, price), (25, price - 7 * side), (45, price), (59, price + 4 * side)]
    stage.lead(at_s, turns, loose=1.0)
    stage.take(at_s + 57, at_s + 59.9, side=side, lots=60, count=4)
    stage.label(
        PlantKind.BAR_ABSORPTION, side, (at_s, at_s + 59), (price - 12, price + 12), lots=lots
    )
    return at_s + 60


def _press(stage: Stage, at_s: int, side: int, *, seconds: int) -> tuple[int, int]:
    """Keep the price still, then press against its level; return that and the lots."""
    price = stage.price(at_s)
    lots = int(stage.rng.integers(2_500, 5_000)) * seconds // 10
    begin_s = at_s + _CALM_S
    stage.lead(at_s, [(0, _fair(price, side)), (_CALM_S + seconds, _fair(price, side))])
    stage.take(begin_s, begin_s + seconds - 0.1, side=-side, lots=lots, count=6 * seconds)
    return price, lots


def _fair(price: int, side: int) -> float:
    """Return the fair price at which ``price`` is the best of its side."""
    return price + 0.5 if side > 0 else price - 0.5


def _rest(stage: Stage, span_s: tuple[int, int], side: int, price: int) -> None:
    begin_s, end_s = span_s
    stage.rests.append(Rest(begin_s * 1_000, end_s * 1_000, side, price, _SHOWN, _HIDDEN))
