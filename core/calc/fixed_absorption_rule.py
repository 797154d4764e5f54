"""Fixed absorption rule: the thresholds that circulate."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class FixedAbsorptionRule:
    """Fixed thresholds; they do not carry over from one coin to another.

    Attributes:
        window_s: whole seconds, >= 1.
        most_range_frac: the prices of the window lie within this share of the lowest.
        least_ratio: one side took at least so many times what the other did.
        above_base: more than so many base coins traded.
    """

    window_s: int = 5
    most_range_frac: float = 0.0005
    least_ratio: float = 2.0
    above_base: float = 100.0


CLASSIC: Final = FixedAbsorptionRule()
