"""Labels: what was planted where, so that what rules find can be held against it."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain.units import Ns


class PlantKind(StrEnum):
    """What was planted; a twin looks like another kind and must not be taken for it."""

    ABSORPTION = "absorption that holds"
    FAILED_ABSORPTION = "absorption that fails"
    FOLLOWED_EFFORT = "effort that the price follows"
    """Twin of absorption of both kinds."""
    BAR_ABSORPTION = "absorption within a bar"
    BURST = "burst"
    RUSH = "rush of both sides"
    """Twin of a burst."""
    MICRO_PUSH = "micro push"
    MICRO_PULLBACK = "micro pullback"
    DIMINISHING_BURSTS = "diminishing bursts"
    GROWING_BURSTS = "growing bursts"
    """Twin of diminishing ones."""
    SWEEP = "sweep"
    LARGE_TRADE = "large trade"
    """Also the twin of a sweep: it is filled at one price."""
    DELTA_FADE = "delta fade"
    VOLUME_COLLAPSE = "volume collapse"
    DRIVE = "new extreme with delta and volume"
    """Twin of both kinds of exhaustion."""
    STOP_GRAB = "stop grab"
    BREAKOUT = "true breakout"
    """Twin of a stop grab."""
    STACKED_IMBALANCE = "stacked imbalance"
    BALANCED_CLIMB = "climb that both sides trade"
    """Twin of a stacked imbalance."""
    SLOPE_DIVERGENCE = "CVD against the price"
    ALIGNED = "CVD with the price"
    """Twin of both divergences."""
    SWING_DIVERGENCE = "swing that CVD does not follow"
    CALM_CLUSTER = "liquidations without a move"
    """A cluster, and the twin of a cascade."""
    CASCADE = "liquidation cascade"
    WALL_PULLED_NEAR = "wall pulled near"
    WALL_PULLED_FAR = "wall pulled far"
    WALL_EATEN = "wall eaten"
    WALL_MIXED = "wall eaten and pulled"
    ICEBERG = "iceberg"


@dataclass(frozen=True, slots=True)
class Label:
    """One planted event.

    Attributes:
        side: that of the marker that is right: +1 = buying, or in favour of higher prices; of a
            wall or an iceberg +1 = bids. A twin has the side of the marker that would be wrong.
        start_ns: its first instant.
        end_ns: its last; a marker belongs between the two.
        low_ticks: a marker belongs from here ...
        high_ticks: ... to here.
        parameters: what it was drawn with, by name.
        seed: of the market that it is in.
        written_ns: half-open span of all that was written for it, its approach included.
    """

    kind: PlantKind
    side: int
    start_ns: Ns
    end_ns: Ns
    low_ticks: int
    high_ticks: int
    parameters: tuple[tuple[str, float], ...]
    seed: int
    written_ns: tuple[Ns, Ns] = (0, 0)
