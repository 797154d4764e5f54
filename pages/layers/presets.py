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
        ("vwap", "best_quote", "cvd", "delta"),
    ),
    "Auction": Preset(
        "Hours: where value is, and where price left it.",
        ("vwap", "bands", "profile", "delta"),
    ),
    "Flow": Preset(
        "Positions: who builds and who is forced out.",
        ("vwap", "cvd", "delta", "open_interest", "funding", "liquidations"),
    ),
}
