"""Regime words: how contributions, their values and regimes are named on the pages."""

from typing import Final

import numpy as np

from core.calc.regime import Regime
from core.calc.regime_values import Part
from core.domain.instrument import InstrumentId
from data.views.coin_minutes import Rests
from pages.figures.scale import UNKNOWN, number_text
from pages.figures.widgets import VENUE_CODES

TITLES: Final = {
    Part.PRICE: "Price slope",
    Part.SPOT_CVD: "CVD slope, spot",
    Part.PERP_CVD: "CVD slope, perp",
    Part.OPEN_INTEREST: "Open interest",
    Part.FUNDING: "Funding",
    Part.BASIS: "Basis",
    Part.VOLATILITY: "Volatility",
    Part.SPREAD: "Spread",
}
HELP: Final = {
    Part.PRICE: "Straight line through the last 15 minutes of the logarithm of the price. It "
    "speaks for its own side, the more minutes of the day were less steep.",
    Part.SPOT_CVD: "Straight line through 15 minutes of cumulative volume delta (taker buys less "
    "taker sells) of the spot markets. It speaks for its own side.",
    Part.PERP_CVD: "Straight line through 15 minutes of cumulative volume delta (taker buys less "
    "taker sells) of the perpetuals. It speaks for its own side.",
    Part.OPEN_INTEREST: "Change over 15 minutes of the contracts held open. More of them speak "
    "for the side that the price takes, less of them against it.",
    Part.FUNDING: "Mean rate of the venues. It speaks against the side that pays more than the "
    "neutral 0.01 % per 8 h: that side is crowded.",
    Part.BASIS: "Perpetual less spot of the same venue, mean of the venues. A perpetual that is "
    "dear for its day speaks for falling, a cheap one for rising.",
    Part.VOLATILITY: "Root mean square of the one-minute returns of 15 minutes. Where it is low "
    "in its day it speaks for the side of all others, where it is high against it.",
    Part.SPREAD: "Best ask less best bid, mean of 15 minutes. Where it is narrow for its day it "
    "speaks for the side of all others, where it is wide against it.",
}
SIGNS: Final = {
    Regime.BULLISH_CVD: "\N{BLACK UP-POINTING TRIANGLE}",
    Regime.BULLISH_ABSORPTION: "\N{WHITE UP-POINTING TRIANGLE}",
    Regime.BEARISH_CVD: "\N{BLACK DOWN-POINTING TRIANGLE}",
    Regime.BEARISH_ABSORPTION: "\N{WHITE DOWN-POINTING TRIANGLE}",
    Regime.EQUILIBRIUM: "\N{IDENTICAL TO}",
    Regime.NOT_KNOWN: UNKNOWN,
}
TONES: Final = {
    Regime.BULLISH_CVD: "buy",
    Regime.BULLISH_ABSORPTION: "buy",
    Regime.BEARISH_CVD: "sell",
    Regime.BEARISH_ABSORPTION: "sell",
    Regime.EQUILIBRIUM: "caution",
    Regime.NOT_KNOWN: "quiet",
}
_SIGNIFICANT: Final = 3
_MOST_PLACES: Final = 4


def value_text(part: Part, value: float, base: str, *, signed: bool = True) -> str:
    """Return a value with its unit; a dash where it is not known.

    Args:
        base: coin of CVD.
        signed: a plus before what is above zero, where the value has a side at all.
    """
    scale, unit = _units(part, base)
    has_side = part not in {Part.VOLATILITY, Part.SPREAD}
    shown = value * scale
    is_signed = signed and has_side and shown != 0
    return number_text(shown, _places(shown), signed=is_signed, unit=f" {unit}")


def score_text(score: float) -> str:
    """Return a score with its sign and two decimals."""
    return number_text(score, 2, signed=score != 0)


def lacks_text(rests: Rests) -> str:
    """Return which markets a contribution is without, and why; empty = it has them all."""
    return "; ".join(f"without {market_code(each)}: {why}" for each, why in rests.without)


def market_code(instrument_id: InstrumentId) -> str:
    """Return a market as its venue's code and kind: ``OKX perp``."""
    return f"{VENUE_CODES[instrument_id.venue]} {instrument_id.kind}"


def _units(part: Part, base: str) -> tuple[float, str]:
    if part in {Part.SPOT_CVD, Part.PERP_CVD}:
        return 1.0, f"{base}/min"
    if part is Part.OPEN_INTEREST:
        return 100.0, "%"
    if part is Part.FUNDING:
        return 100.0, "%/8 h"
    return 1.0, "bps" if part in {Part.BASIS, Part.SPREAD} else "bps/min"


def _places(value: float) -> int:
    """Return how many decimals show three digits, four at most."""
    size = abs(value)
    if np.isnan(size) or size == 0:
        return 2
    return int(np.clip(_SIGNIFICANT - 1 - np.floor(np.log10(size)), 0, _MOST_PLACES))
