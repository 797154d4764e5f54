"""Markers: what a rule found on the tape, and when it could first have known."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from core.domain.frame import Framed
from core.domain.units import Ns


class MarkerKind(StrEnum):
    """What was found. Definitions: core/DEFINITIONS.md."""

    ABSORPTION = "absorption"
    EFFORT_NO_RESULT = "effort without result"
    DELTA_FADE = "exhaustion: delta fade"
    VOLUME_COLLAPSE = "exhaustion: volume collapse"
    DIMINISHING_BURSTS = "exhaustion: diminishing bursts"
    BURST = "burst"
    MICRO_PUSH = "micro push"
    MICRO_PULLBACK = "micro pullback"
    SWEEP = "book sweep"
    STOP_GRAB = "stop grab"
    STACKED_IMBALANCE = "stacked imbalance"
    DIVERGENCE = "CVD divergence"
    LARGE_TRADE = "large trade"
    LIQUIDATION_CLUSTER = "liquidation cluster"
    LIQUIDATION_CASCADE = "liquidation cascade"


class Preset(StrEnum):
    """Which thresholds are in force."""

    ADAPTIVE = "adaptive"
    """What is rare in this market."""
    CLASSIC = "classic"
    """The fixed ones that circulate, whatever the market."""


@dataclass(frozen=True, slots=True)
class Marker(Framed):
    """One finding.

    Attributes:
        side: +1 = buying, or in favour of higher prices; -1 = selling, or of lower ones.
        event_ns: where it is drawn.
        known_ns: when the rule could first have known; >= event_ns. Statistics use this one.
        price_ticks: where it is drawn.
        value: what was measured, in the unit that the rule states.
        threshold: what ``value`` had to reach, as it was in force then.
        strength: 0 at the threshold, towards 1 far beyond it.
        reason: one sentence with its numbers.
    """

    kind: MarkerKind
    side: int
    event_ns: Ns
    known_ns: Ns
    price_ticks: int
    value: float
    threshold: float
    strength: float
    reason: str


@dataclass(frozen=True, slots=True)
class Markers(Framed):
    """What a rule found, in the order of ``known_ns``.

    Attributes:
        not_ready: why the rule cannot judge yet, a clause; empty = it can.
    """

    found: tuple[Marker, ...]
    not_ready: str = ""

    def columns(self) -> Mapping[str, Any]:
        """Return a row per marker; the columns stand where none was found, too."""
        names = [each.name for each in fields(Marker)]
        return {name: [getattr(each, name) for each in self.found] for name in names}
