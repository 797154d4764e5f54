"""The families of marker rules that share a layer, with the words for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Family:
    """Rules that share a layer.

    Attributes:
        name: of the layer.
        sign: how its first kind looks on the chart.
        rules: names of ``MARKER_RULES`` by the word for each.
        only_perp: a spot market has nothing of the kind.
        largest: so many are drawn at most, by their value: they stand at their price, and would
            hide it. None = the newest.
    """

    name: str
    sign: str
    title: str
    help: str
    rules: Mapping[str, str]
    only_perp: bool = False
    largest: int | None = None


FAMILIES: Final = (
    Family(
        "absorption",
        "▬",
        "Absorption",
        "Much was taken at the edge and the price did not follow; a hollow bar has not been "
        "confirmed by what came after.",
        {"held": "absorption", "effort": "effort-no-result", "of bars": "bar-absorption"},
    ),
    Family(
        "exhaustion",
        "◆",
        "Exhaustion",
        "The side that made a new extreme gives up: its delta fades, volume collapses (hollow) or "
        "its bursts shrink (hourglass).",
        {
            "delta fade": "delta-fade",
            "volume collapse": "volume-collapse",
            "bursts": "diminishing-bursts",
        },
    ),
    Family(
        "bursts",
        "▲",
        "Bursts",
        "Seconds in which one side took far more than usual; a micro push extends a move, a "
        "pullback (hollow) takes back a part of one.",
        {"bursts": "burst", "pushes": "micro-push", "pullbacks": "micro-pullback"},
    ),
    Family(
        "sweeps",
        "»",
        "Sweeps",
        "One order that went through several levels of the book at once.",
        {"sweeps": "book-sweep"},
    ),
    Family(
        "stop_grabs",
        "✕",
        "Stop grabs",
        "A bar that went through an earlier high or low on volume and closed back inside.",
        {"grabs": "stop-grab"},
    ),
    Family(
        "stacked",
        "≡",
        "Stacked imbalances",
        "One side outnumbered the other in row upon row of a candle.",
        {"stacked": "stacked-imbalance"},
    ),
    Family(
        "divergences",
        "∠",
        "CVD divergences",
        "Price and cumulative volume delta go different ways, by their slopes or from swing to "
        "swing.",
        {"slope": "cvd-divergence-slope", "swing": "cvd-divergence-swing"},
    ),
    Family(
        "large_trades",
        "○",
        "Large trades",
        "Orders rare in size for this market, as rings at their price; of many the largest.",
        {"orders": "large-trade"},
        largest=60,
    ),
    Family(
        "liquidation_clusters",
        "■",
        "Liquidation clusters",
        "Forced orders of one side close together in time and price; a star is a cascade.",
        {"clusters": "liquidation-cluster", "cascades": "liquidation-cascade"},
        only_perp=True,
    ),
)
"""In the order of the sidebar."""
