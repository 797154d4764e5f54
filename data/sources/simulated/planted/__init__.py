"""Planted truth: quiet markets into which events with labels are written, to judge rules by."""

from data.sources.simulated.planted.label import Label, PlantKind
from data.sources.simulated.planted.market import (
    BARS,
    MOMENTS,
    PlantedMarket,
    Scene,
    planted_market,
)

__all__ = ["BARS", "MOMENTS", "Label", "PlantKind", "PlantedMarket", "Scene", "planted_market"]
