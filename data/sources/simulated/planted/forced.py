"""Plants of liquidations: clusters in a calm market, and cascades that carry the price along."""

from typing import Final

from data.sources.simulated.planted.label import PlantKind
from data.sources.simulated.planted.stage import Forced, Stage

_APART_S: Final = 2.5
_LOTS: Final = 80


def calm_cluster(stage: Stage, at_s: int, side: int) -> int:
    """Several positions closed shortly after one another, and the price stays; return its end."""
    count = int(stage.rng.integers(4, 9))
    price = stage.price(at_s)
    span = round(count * _APART_S) + 2
    stage.lead(at_s, [(span, price + 0.5)], loose=1.0)
    _close(stage, at_s, side, [price] * count)
    stage.label(
        PlantKind.CALM_CLUSTER, side, (at_s, at_s + span), (price - 4, price + 4), events=count
    )
    return at_s + span + 6


def cascade(stage: Stage, at_s: int, side: int) -> int:
    """Forced orders that move the price, which forces more of them."""
    count = int(stage.rng.integers(8, 13))
    begin = stage.price(at_s)
    span = round(count * _APART_S)
    step = 6
    ends = begin + side * step * count
    stage.lead(at_s, [(0, float(begin)), (span, float(ends)), (span + 20, float(ends))], loose=1.0)
    stage.take(at_s, at_s + span, side=side, lots=250 * count, count=6 * count)
    _close(stage, at_s, side, [begin + side * step * each for each in range(count)])
    stage.label(
        PlantKind.CASCADE, side, (at_s, at_s + span + 1), (begin - 4, ends + 4), events=count
    )
    return at_s + span + 22


def _close(stage: Stage, at_s: int, side: int, prices: list[int]) -> None:
    for index, price in enumerate(prices):
        second = at_s + index * _APART_S + float(stage.rng.uniform(0.0, 1.0))
        lots = int(stage.rng.integers(_LOTS // 2, 2 * _LOTS))
        stage.forced.append(Forced(int(second * 1_000), side, price, lots))
        stage.interest_lots[int(second)] -= 20 * lots
