"""Plants that bars show: exhaustion, stop grabs and breakouts, stacked imbalances."""

from data.sources.simulated.planted.label import PlantKind
from data.sources.simulated.planted.stage import Stage

BAR_S = 60


def delta_fade(stage: Stage, at_s: int, side: int) -> int:
    """A new extreme made by one side that gives up in its third bar; ``side`` gains by it."""
    return _drive(stage, at_s, -side, PlantKind.DELTA_FADE, (1_500, 1_800, 200))


def volume_collapse(stage: Stage, at_s: int, side: int) -> int:
    """A new extreme at which hardly anybody trades."""
    return _drive(stage, at_s, -side, PlantKind.VOLUME_COLLAPSE, (900, 900, 900))


def drive(stage: Stage, at_s: int, side: int) -> int:
    """A new extreme made with more delta and volume in every bar."""
    return _drive(stage, at_s, -side, PlantKind.DRIVE, (1_500, 2_500, 4_000))


def stop_grab(stage: Stage, at_s: int, side: int) -> int:
    """A swing, and later a bar that trades beyond it on volume and closes back inside."""
    return _through(stage, at_s, -side, PlantKind.STOP_GRAB, closes=-6)


def breakout(stage: Stage, at_s: int, side: int) -> int:
    """The same swing, and a bar that goes through it and stays there."""
    return _through(stage, at_s, -side, PlantKind.BREAKOUT, closes=4)


def stacked_imbalance(stage: Stage, at_s: int, side: int) -> int:
    """A bar in which one side takes row after row and nobody answers."""
    return _climb(stage, at_s, side, PlantKind.STACKED_IMBALANCE, answers=False)


def balanced_climb(stage: Stage, at_s: int, side: int) -> int:
    """A bar that goes as far, with both sides at every row."""
    return _climb(stage, at_s, side, PlantKind.BALANCED_CLIMB, answers=True)


def _drive(stage: Stage, at_s: int, way: int, kind: PlantKind, deltas: tuple[int, int, int]) -> int:
    """Lead the price beyond its last 21 bars in three, each with its delta."""
    turned = way * stage.path()[at_s - 21 * BAR_S : at_s]
    edge = way * float(turned.max()) + 2 * way
    points = [(0, float(stage.price(at_s))), (100, edge), (179, edge + 6 * way)]
    stage.lead(at_s, points, loose=1.0)
    stage.lead(at_s + 3 * BAR_S, [(0, edge + 2 * way), (59, edge - 4 * way)], loose=1.0)
    stage.hush(at_s, at_s + 3 * BAR_S)
    for bar, delta in enumerate(deltas):
        first_s = at_s + bar * BAR_S
        thin = bar == 2 and kind is PlantKind.VOLUME_COLLAPSE  # noqa: PLR2004
        both = 100 if thin else 1_200
        taken = round(delta * 0.1) if thin else delta
        stage.take(first_s, first_s + 59.5, side=way, lots=both + taken, count=60)
        stage.take(first_s, first_s + 59.5, side=-way, lots=both, count=30)
    last_s = at_s + 2 * BAR_S
    span = (last_s - 1, last_s + BAR_S - 1)
    top = round(edge + 6 * way)
    stage.label(kind, -way, span, (top - 6, top + 6), last_delta=deltas[2])
    return at_s + 4 * BAR_S


def _through(stage: Stage, at_s: int, way: int, kind: PlantKind, *, closes: int) -> int:
    """Make a swing, leave it for nine bars, and go beyond it in one bar."""
    begin = stage.price(at_s)
    swing = begin + 20 * way
    beyond = int(stage.rng.integers(2, 6))
    turns = [(0, begin), (270, swing - 2 * way), (290, swing + 3 * way), (310, swing - 3 * way)]
    away = [(480, swing - 12 * way), (700, swing - 9 * way), (839, swing - 7 * way)]
    stage.lead(at_s, [*turns, *away], loose=1.0)
    bar_s = at_s + 14 * BAR_S
    peak = round(way * float((way * stage.path()[at_s:bar_s]).max()))
    end = peak + closes * way
    stage.lead(bar_s, [(25, float(peak)), (35, float(peak + beyond * way)), (59, float(end))])
    lots = int(stage.rng.integers(7_000, 10_000))
    for side in (1, -1):
        stage.take(bar_s, bar_s + 59.5, side=side, lots=lots // 2, count=80)
    later = [(0, float(end)), (120, end + 8.0 * way * (1 if closes > 0 else -1))]
    stage.lead(bar_s + BAR_S, later, loose=1.0)
    ends = (peak, peak + (beyond + 4) * way)
    span = (bar_s - 1, bar_s + BAR_S - 1)
    stage.label(kind, -way, span, ends, beyond=beyond, lots=lots)
    return bar_s + 3 * BAR_S


def _climb(stage: Stage, at_s: int, side: int, kind: PlantKind, *, answers: bool) -> int:
    rows, lots = int(stage.rng.integers(5, 8)), int(stage.rng.integers(300, 600))
    begin = stage.price(at_s)
    stage.hush(at_s, at_s + BAR_S)
    each_s = 56 // rows
    for row in range(rows):
        first_s, fair = at_s + row * each_s, begin + side * row + 0.5
        stage.lead(first_s, [(0, fair), (each_s - 1, fair)])
        stage.take(first_s, first_s + each_s - 0.1, side=side, lots=lots, count=5)
        if answers:
            stage.take(first_s, first_s + each_s - 0.1, side=-side, lots=lots, count=5)
    stage.lead(at_s + rows * each_s, [(0, fair), (60 - rows * each_s, fair)])
    span = (at_s - 1, at_s + BAR_S - 1)
    stage.label(kind, side, span, (begin - 4, begin + side * rows + 4), rows=rows, lots=lots)
    return at_s + BAR_S + 1
