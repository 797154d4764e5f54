"""Stop grab rule: how far, on what volume, and how confirmed."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class StopGrabRule:
    """What a bar must do.

    Attributes:
        swing_bars: bars on both sides of a swing; it is known after the last of them. None = no
            swing is asked for, the wick is enough.
        most_atr: how far beyond the swing at most, in average ranges of the 14 bars before; None =
            any distance.
        volume_ratio: volume at least so many times what is usual.
        volume_bars: of how many bars before.
        mean: usual is their mean; else their median.
        wick_to_body: the wick at least so many times the body; None = any.
        confirm: the next bar must close further inside, and is the one that is marked.
    """

    swing_bars: int | None = 5
    most_atr: float | None = 1.0
    volume_ratio: float = 2.0
    volume_bars: int = 20
    mean: bool = False
    wick_to_body: float | None = None
    confirm: bool = False


CLASSIC: Final = StopGrabRule(
    swing_bars=None,
    most_atr=None,
    volume_ratio=1.5,
    volume_bars=10,
    mean=True,
    wick_to_body=2.0,
    confirm=True,
)
"""The fixed form that circulates, known when the bar after it has closed."""
