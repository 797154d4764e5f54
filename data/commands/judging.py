"""Judging: every rule run over planted markets, and what it marked held against the labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.calc.scores import Mark, Score, Tolerance, Truth, per_hour, score, within
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S, Ns
from data.commands.planted_marks import BOOK_RULES, marks_of
from data.sources.simulated.planted import (
    BARS,
    MOMENTS,
    Label,
    PlantedMarket,
    PlantKind,
    Scene,
    planted_market,
)

TOLERANCE: Final = Tolerance(ns=2 * NS_PER_S, ticks=4)
"""So far off a mark may be."""
AROUND_NS: Final[Ns] = NS_PER_MINUTE
"""Every mark from so long before a plant to so long after it is judged."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule is held against.

    Attributes:
        right: kinds of plants that it has to mark.
        twins: kinds that it must not take for those.
        scene: where all of them are planted.
    """

    right: tuple[PlantKind, ...]
    twins: tuple[PlantKind, ...] = ()
    scene: Scene = MOMENTS


_WALLS: Final = (
    PlantKind.WALL_PULLED_NEAR,
    PlantKind.WALL_PULLED_FAR,
    PlantKind.WALL_EATEN,
    PlantKind.WALL_MIXED,
)


def _wall(kind: PlantKind) -> Judged:
    return Judged((kind,), tuple(each for each in _WALLS if each is not kind))


JUDGED: Final[dict[str, Judged]] = {
    "burst": Judged((PlantKind.BURST,), (PlantKind.RUSH,)),
    "micro-push": Judged((PlantKind.MICRO_PUSH,), (PlantKind.RUSH,)),
    "micro-pullback": Judged((PlantKind.MICRO_PULLBACK,), (PlantKind.RUSH,)),
    "diminishing-bursts": Judged((PlantKind.DIMINISHING_BURSTS,), (PlantKind.GROWING_BURSTS,)),
    "book-sweep": Judged((PlantKind.SWEEP,), (PlantKind.LARGE_TRADE,)),
    "large-trade": Judged((PlantKind.LARGE_TRADE,), (PlantKind.RUSH,)),
    "absorption": Judged(
        (PlantKind.ABSORPTION,), (PlantKind.FAILED_ABSORPTION, PlantKind.FOLLOWED_EFFORT)
    ),
    "effort-no-result": Judged(
        (PlantKind.ABSORPTION, PlantKind.FAILED_ABSORPTION), (PlantKind.FOLLOWED_EFFORT,)
    ),
    "bar-absorption": Judged((PlantKind.BAR_ABSORPTION,), (PlantKind.DRIVE,), BARS),
    "delta-fade": Judged((PlantKind.DELTA_FADE,), (PlantKind.DRIVE,), BARS),
    "volume-collapse": Judged((PlantKind.VOLUME_COLLAPSE,), (PlantKind.DRIVE,), BARS),
    "stop-grab": Judged((PlantKind.STOP_GRAB,), (PlantKind.BREAKOUT,), BARS),
    "stacked-imbalance": Judged((PlantKind.STACKED_IMBALANCE,), (PlantKind.BALANCED_CLIMB,), BARS),
    "cvd-divergence-slope": Judged((PlantKind.SLOPE_DIVERGENCE,), (PlantKind.ALIGNED,), BARS),
    "cvd-divergence-swing": Judged((PlantKind.SWING_DIVERGENCE,), (PlantKind.ALIGNED,), BARS),
    "liquidation-cluster": Judged((PlantKind.CALM_CLUSTER, PlantKind.CASCADE)),
    "liquidation-cascade": Judged((PlantKind.CASCADE,), (PlantKind.CALM_CLUSTER,)),
    "wall": Judged(_WALLS),
    "wall-pulled-near": _wall(PlantKind.WALL_PULLED_NEAR),
    "wall-pulled-far": _wall(PlantKind.WALL_PULLED_FAR),
    "wall-eaten": _wall(PlantKind.WALL_EATEN),
    "wall-mixed": _wall(PlantKind.WALL_MIXED),
    "fleeting-wall": _wall(PlantKind.WALL_PULLED_NEAR),
    "iceberg": Judged((PlantKind.ICEBERG,), (PlantKind.WALL_EATEN, PlantKind.WALL_MIXED)),
}
"""By the rule's name: MARKER_RULES, and those that need the book."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How good a rule is on some markets.

    Attributes:
        score: of its marks at its plants and at their twins.
        twins: how many twins were planted.
        twins_marked: how many of them it took for its own.
        alarms: marks in the quiet hours.
        quiet_h: hours in which nothing was planted and it could judge.
        elsewhere: marks in other plants and between plants, which nobody judges.
    """

    score: Score
    twins: int
    twins_marked: int
    alarms: int
    quiet_h: float
    elsewhere: int

    @property
    def alarms_per_h(self) -> float:
        """False alarms in a quiet hour."""
        return self.alarms / self.quiet_h

    def __add__(self, other: "Verdict") -> "Verdict":
        """Return the verdict over both."""
        return Verdict(
            self.score + other.score,
            self.twins + other.twins,
            self.twins_marked + other.twins_marked,
            self.alarms + other.alarms,
            self.quiet_h + other.quiet_h,
            self.elsewhere + other.elsewhere,
        )


def judge(seed: int, *, count: int = 4) -> dict[str, Verdict]:
    """Return how good each rule of ``JUDGED`` is on the markets of a seed, in their order.

    Args:
        seed: >= 0.
        count: how often each kind is planted, >= 1.
    """
    verdicts: dict[str, Verdict] = {}
    for scene in (BARS, MOMENTS):
        market = planted_market(seed, scene, count=count)
        names = [name for name, judged in JUDGED.items() if judged.scene is scene]
        marks = marks_of(market, names)
        verdicts |= {name: _verdict(market, name, marks[name]) for name in names}
    return {name: verdicts[name] for name in JUDGED}


def _verdict(market: PlantedMarket, name: str, marks: Sequence[Mark]) -> Verdict:
    judged = JUDGED[name]
    right = [each for each in market.labels if each.kind in judged.right]
    twins = [each for each in market.labels if each.kind in judged.twins]
    spans = {
        (begin - AROUND_NS, end + AROUND_NS)
        for begin, end in (each.written_ns for each in right + twins)
    }
    at_plants = within(marks, sorted(spans))
    told = market.book_ns if name in BOOK_RULES else (market.from_ns, market.until_ns)
    quiet = [each for each in market.quiet_ns if told[0] <= each[0] and each[1] <= told[1]]
    quiet_h = sum(end - begin for begin, end in quiet) / NS_PER_HOUR
    alarms = round(per_hour(marks, quiet) * quiet_h)
    return Verdict(
        score=score(at_plants, _truths(right), tolerance=TOLERANCE),
        twins=len(twins),
        twins_marked=score(at_plants, _truths(twins), tolerance=TOLERANCE).right,
        alarms=alarms,
        quiet_h=quiet_h,
        elsewhere=len(marks) - len(at_plants) - alarms,
    )


def _truths(labels: Sequence[Label]) -> list[Truth]:
    return [
        Truth(each.side, each.start_ns, each.end_ns, each.low_ticks, each.high_ticks)
        for each in labels
    ]
