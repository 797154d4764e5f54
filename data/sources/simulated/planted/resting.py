"""Plants in the book: walls that are pulled, eaten or both, and icebergs."""

from collections.abc import Callable
from typing import Final

from data.sources.simulated.planted.label import PlantKind
from data.sources.simulated.planted.stage import Rest, Stage

_MS: Final = 1_000


def pulled_near(stage: Stage, at_s: int, side: int) -> int:
    """A wall close to the price, cancelled within seconds; return when all is over."""
    return _pulled(stage, at_s, side, PlantKind.WALL_PULLED_NEAR, (6, 12), (5, 9))


def pulled_far(stage: Stage, at_s: int, side: int) -> int:
    """A wall that the price never comes near to, cancelled."""
    return _pulled(stage, at_s, side, PlantKind.WALL_PULLED_FAR, (35, 70), (12, 30))


def eaten(stage: Stage, at_s: int, side: int) -> int:
    """A wall that the price comes to and that takers fill to its end."""
    return _pressed(stage, at_s, side, PlantKind.WALL_EATEN, share=1.1)


def mixed(stage: Stage, at_s: int, side: int) -> int:
    """A wall half of which is filled and the rest of which is cancelled."""
    return _pressed(stage, at_s, side, PlantKind.WALL_MIXED, share=0.5)


def iceberg(stage: Stage, at_s: int, side: int) -> int:
    """An order that shows little and is filled up again and again while takers press on it."""
    price = stage.price(at_s) - 3 * side  # where nobody has traded just now
    shown = int(stage.rng.integers(200, 400))
    tranches = int(stage.rng.integers(5, 10))
    fair = price + 0.5 if side > 0 else price - 0.5
    stage.lead(at_s, [(0, fair), (32, fair), (50, fair + 4 * side)])
    stage.hush(at_s, at_s + 1)
    stage.hush(at_s + 1, at_s + 32, frac=0.7)
    ends = (at_s * _MS + 100, (at_s + 32) * _MS)
    stage.rests.append(Rest(*ends, side, price, shown, shown * tranches))
    stage.take(at_s + 1, at_s + 30, side=-side, lots=round(0.9 * shown * tranches), count=60)
    stage.label(
        PlantKind.ICEBERG, side, (at_s, at_s + 31), (price, price), shown=shown, tranches=tranches
    )
    return at_s + 52


PLANTS: Final[tuple[Callable[[Stage, int, int], int], ...]] = (
    pulled_near,
    pulled_far,
    eaten,
    mixed,
    iceberg,
)


def _wall(
    stage: Stage, at_s: int, side: int, distance: int, seconds: float
) -> tuple[int, int, int]:
    """Put a wall; return price, lots, and when it is cancelled if it still stands, in seconds."""
    price = stage.price(at_s) - side * distance
    lots = int(stage.rng.integers(11_000, 15_000))
    end_s = at_s + round(seconds)
    stage.rests.append(Rest(at_s * _MS + 150, end_s * _MS + 150, side, price, lots))
    return price, lots, end_s


def _pulled(
    stage: Stage,
    at_s: int,
    side: int,
    kind: PlantKind,
    away: tuple[int, int],
    lasts: tuple[int, int],
) -> int:
    fair = stage.price(at_s) + 0.5
    seconds = int(stage.rng.integers(*lasts))
    stage.lead(at_s, [(0, fair), (seconds + 4, fair)], loose=1.0)
    price, lots, end_s = _wall(stage, at_s, side, int(stage.rng.integers(*away)), seconds)
    stage.label(kind, side, (at_s, end_s + 1), (price, price), lots=lots, seconds=seconds)
    return end_s + 5


def _pressed(stage: Stage, at_s: int, side: int, kind: PlantKind, *, share: float) -> int:
    fair = stage.price(at_s) + 0.5
    price, lots, end_s = _wall(stage, at_s, side, 4, 22)
    at_wall = price + 0.5 if side > 0 else price - 0.5
    stage.lead(at_s, [(0, fair), (5, at_wall), (23, at_wall), (30, at_wall)])
    stage.hush(at_s + 5, at_s + 24, frac=0.7)
    stage.take(at_s + 6, at_s + 20, side=-side, lots=round(share * lots), count=70)
    stage.label(kind, side, (at_s, end_s + 1), (price, price), lots=lots, share=share)
    return at_s + 31
