"""Presets: layers that belong together, by the way of trading that they serve."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Preset:
    """A choice of layers.

    Attributes:
        layers: one text per layer, as ``shown.texts`` writes them.
    """

    help: str
    layers: tuple[str, ...]


PRESETS: Final = {
    "Scalper": Preset(
        "Seconds: who pushes now, and what takes it up.",
        (
            "vwap",
            "best_quote",
            "walls",
            "footprint_cells",
            "absorption",
            "bursts",
            "sweeps",
            "cvd",
            "delta(show: min/max wicks)",
            "tape",
        ),
    ),
    "Auction": Preset(
        "Hours: where value is, and where price left it.",
        (
            "vwap",
            "bands(at: ±1 ±2 σ)",
            "profile",
            "developing",
            "nodes",
            "naked_poc",
            "exhaustion",
            "stop_grabs",
            "stacked",
            "delta",
        ),
    ),
    "Flow": Preset(
        "Positions: who builds, who is forced out, and whether spot goes along.",
        (
            "vwap",
            "vwap_week",
            "divergences",
            "large_trades",
            "liquidation_clusters",
            "liquidations",
            "cvd(of: spot and perp)",
            "flow",
            "open_interest",
            "funding",
        ),
    ),
}
"""By the names of their buttons."""
