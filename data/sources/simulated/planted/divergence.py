"""Plants of CVD against price: a metaorder that the price does not follow, or does."""

from typing import Final

from data.sources.simulated.planted.label import PlantKind
from data.sources.simulated.planted.stage import Stage

_MINUTES: Final = 24
_TICKS_PER_MINUTE: Final = 4.0
_LOTS_PER_MINUTE: Final = 900


def slope_divergence(stage: Stage, at_s: int, side: int) -> int:
    """The price leans one way while one trader steadily takes the other, ``side``."""
    return _lean(stage, at_s, side, PlantKind.SLOPE_DIVERGENCE, way=-side)


def aligned(stage: Stage, at_s: int, side: int) -> int:
    """The price leans the way of the trader; ``side`` is what a divergence would be of."""
    return _lean(stage, at_s, side, PlantKind.ALIGNED, way=side)


def swing_divergence(stage: Stage, at_s: int, side: int) -> int:
    """Two swings, the second further out, with a metaorder against it in between.

    ``side`` -1 = two highs between which somebody sold.
    """
    way = -side
    begin = float(stage.price(at_s))
    first, second = begin + 14 * way, begin + 19 * way
    there = [(0, begin), (270, first), (570, first - 25 * way)]
    stage.lead(at_s, [*there, (870, second), (1_110, second - 20 * way)], loose=1.0)
    lots = int(stage.rng.integers(6_000, 9_000))
    stage.take(at_s + 300, at_s + 840, side=side, lots=lots, count=180)
    minute = 60
    peak_s = (at_s + 870) // minute * minute
    span = (peak_s - minute, peak_s + minute)
    ends = (round(second) - 4, round(second) + 4)
    stage.label(PlantKind.SWING_DIVERGENCE, side, span, ends, lots=lots)
    return at_s + 1_120


def _lean(stage: Stage, at_s: int, side: int, kind: PlantKind, *, way: int) -> int:
    begin = stage.price(at_s)
    ticks = round(_TICKS_PER_MINUTE * _MINUTES)
    lots = _LOTS_PER_MINUTE * _MINUTES
    end_s = at_s + _MINUTES * 60
    stage.lead(
        at_s, [(0, float(begin)), (_MINUTES * 60 - 1, float(begin + way * ticks))], loose=1.0
    )
    stage.take(at_s, end_s, side=side, lots=lots, count=20 * _MINUTES)
    span = (at_s + 5 * 60, end_s + 1)
    stage.label(kind, side, span, (begin - 10 - ticks, begin + ticks + 10), lots=lots)
    return end_s
