"""Plants in the flow of takers: bursts, micro moves, large trades, sweeps."""

from data.sources.simulated.planted.label import PlantKind
from data.sources.simulated.planted.stage import LEVEL_LOTS, Order, Stage


def burst(stage: Stage, at_s: int, side: int) -> int:
    """One side takes far more than usual for a second or two; return when it is over."""
    seconds = int(stage.rng.integers(1, 3))
    lots = int(stage.rng.integers(600, 1_500))
    _burst(stage, at_s, side, lots=lots * seconds, seconds=seconds)
    price = stage.price(at_s)
    stage.label(
        PlantKind.BURST, side, (at_s, at_s + seconds), (price - 8, price + 8), lots_per_s=lots
    )
    return at_s + seconds


def rush(stage: Stage, at_s: int, side: int) -> int:
    """As much trades as in a burst, of both sides alike."""
    lots = int(stage.rng.integers(900, 1_500))
    price = stage.price(at_s)
    stage.lead(at_s, [(3, price)])
    stage.hush(at_s, at_s + 2)
    for each in (1, -1):
        stage.take(at_s, at_s + 0.98, side=each, lots=lots, count=20)
    stage.label(PlantKind.RUSH, side, (at_s, at_s + 2), (price - 8, price + 8), lots=lots)
    return at_s + 3


def bursts_in_a_row(stage: Stage, at_s: int, side: int) -> int:
    """Three bursts of the other side, each smaller; ``side`` is who gains by it."""
    return _row_of_bursts(stage, at_s, side, PlantKind.DIMINISHING_BURSTS, (2_400, 1_700, 1_200))


def growing_bursts(stage: Stage, at_s: int, side: int) -> int:
    """The same bursts, each larger."""
    return _row_of_bursts(stage, at_s, side, PlantKind.GROWING_BURSTS, (1_200, 1_700, 2_400))


def micro(stage: Stage, at_s: int, side: int) -> int:
    """A move of half a minute that a burst extends, and then a part of it taken back."""
    first = stage.price(at_s)
    moved, more = (int(stage.rng.integers(*ends)) for ends in ((7, 11), (3, 6)))
    back = round((moved + more) * stage.rng.uniform(0.35, 0.5))
    start_s, top = at_s + 30, first + side * (moved + more)
    stage.lead(
        at_s, [(0, first), (28, first + side * moved), (29, first + side * moved)], loose=0.5
    )
    stage.hush(start_s, start_s + 12)
    stage.take(start_s, start_s + 0.98, side=side, lots=1_400, count=20)
    stage.lead(start_s, [(0, first + side * moved), (1, top), (5, top), (8, top - side * back)])
    _quiet_end(stage, start_s, side)
    stage.lead(start_s + 9, [(8, top - side * back)])
    burst_s = (start_s - 1, start_s + 2)
    ends = (first, top + side * 3)
    stage.label(PlantKind.MICRO_PUSH, side, burst_s, ends, moved=moved, more=more)
    stage.label(PlantKind.MICRO_PULLBACK, side, (start_s + 2, start_s + 16), ends, back=back)
    return start_s + 18


def sweep(stage: Stage, at_s: int, side: int) -> int:
    """One order goes through several levels of the book."""
    levels = int(stage.rng.integers(4, 8))
    lots = levels * LEVEL_LOTS * 2
    price = stage.price(at_s)
    ms = at_s * 1_000 + 500
    stage.orders.append(Order(ms, side, lots))
    reach = price + side * (4 * levels)
    stage.label(PlantKind.SWEEP, side, (at_s, at_s + 1), (price, reach), lots=lots)
    return at_s + 1


def large_trade(stage: Stage, at_s: int, side: int) -> int:
    """One order, rare by its size, that the best level can fill."""
    lots = int(stage.rng.integers(650, 1_000))
    price = stage.price(at_s)
    stage.hush(at_s, at_s + 1)
    stage.orders.append(Order(at_s * 1_000 + 500, side, lots))
    stage.label(PlantKind.LARGE_TRADE, side, (at_s, at_s + 1), (price - 3, price + 4), lots=lots)
    return at_s + 1


def _burst(stage: Stage, at_s: int, side: int, *, lots: int, seconds: int) -> None:
    price = stage.price(at_s)
    stage.lead(at_s, [(0, price), (seconds, price + 3 * side)])
    stage.take(at_s, at_s + seconds - 0.02, side=side, lots=lots, count=15 * seconds)


def _row_of_bursts(
    stage: Stage, at_s: int, side: int, kind: PlantKind, sizes: tuple[int, ...]
) -> int:
    apart = int(stage.rng.integers(30, 60))
    end_s = at_s + apart * (len(sizes) - 1)
    stage.hush(at_s, end_s + 3, frac=0.5)
    for index, lots in enumerate(sizes):
        _burst(stage, at_s + apart * index, -side, lots=lots, seconds=1)
    price = stage.price(end_s)
    stage.label(kind, side, (end_s, end_s + 2), (price - 8, price + 8), apart_s=apart)
    return end_s + 3


def _quiet_end(stage: Stage, start_s: int, side: int) -> None:
    """The side that was overrun takes something, and then less."""
    for second, lots in ((3, 60), (4, 50), (5, 40), (6, 30), (7, 20), (8, 10), (9, 5)):
        stage.take(start_s + second, start_s + second + 0.9, side=-side, lots=lots, count=2)
