"""Round steps: 1, 2 or 5 times a power of ten, and what a step of BTC is for another coin."""

from math import floor, log, log10
from typing import Final

_LEADING: Final = (1.0, 2.0, 5.0, 10.0)


def round_step(size: float) -> float:
    """Return the step of {1, 2, 5} * 10^n that is nearest to a size, by ratio.

    Args:
        size: > 0.
    """
    power = floor(log10(size))
    leading = min(_LEADING, key=lambda each: abs(log(each) + (power * log(10)) - log(size)))
    return leading * 10.0**power if power >= 0 else leading / 10.0**-power


def scaled_step(btc_quote: float, *, price: float, btc_price: float) -> float:
    """Return the round step that is as much of a price as a step of BTC is of BTC's.

    Args:
        btc_quote: the step of BTC, quote coins.
        price: of the coin, > 0.
        btc_price: of BTC at about the same time, > 0.

    Source:
        DEFINITIONS section 20: thresholds of BTC, scaled for other coins.
    """
    return round_step(btc_quote * (price / btc_price))
