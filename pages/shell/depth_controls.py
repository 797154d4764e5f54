"""Depth controls: the sidebar's choices of the page Depth."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from core.domain.instrument import Instrument
from data.views.depth import DepthSpec
from pages.shell.choosing import one_of

REACHES: Final = {"± 1 %": 0.01, "± 0.5 %": 0.005, "± 0.25 %": 0.0025, "± 0.1 %": 0.001}
CONTRASTS: Final = {
    "15–96 %": (0.15, 0.96),
    "50–99 %": (0.5, 0.99),
    "75–99.5 %": (0.75, 0.995),
    "0–100 %": (0.0, 1.0),
}
ROW_TICKS: Final = (1, 2, 5, 10, 25, 50, 100)
_MOST_BASE: Final = 1e9


@dataclass(frozen=True, slots=True)
class DepthChoice:
    """What the trader looks at.

    Attributes:
        depth: the heat map.
        ticks_per_row: height of a row of the ladder.
        size_base: of the order that is costed.
    """

    depth: DepthSpec
    ticks_per_row: int
    size_base: float


def choose_depth(instrument: Instrument) -> DepthChoice:
    """Show the choices in the sidebar and return them."""
    with st.sidebar:
        reach_frac = one_of(
            "Heat map reaches",
            REACHES,
            first="± 0.5 %",
            key="reach",
            words="Of the price, or as far as the venue tells of the book where that is less.",
        )
        low_frac, high_frac = one_of(
            "Contrast",
            CONTRASTS,
            key="contrast",
            words="Which share of the sizes is darkest, and which brightest; between them by the "
            "logarithm.",
        )
        ticks = st.select_slider(
            "Ladder row",
            ROW_TICKS,
            value=1,
            format_func=lambda each: f"{each * instrument.tick_size:f} {instrument.quote}",
            key="ladder_ticks",
            help="Height of a row of the ladder, in quote coins.",
        )
        size = st.number_input(
            f"Order size, {instrument.base}",
            min_value=float(instrument.lot_size),
            max_value=_MOST_BASE,
            value=max(1.0, float(instrument.lot_size)),
            step=0.1,
            format="%g",
            key="order_size",
            help="What a market order of this size would pay now, and of a tenth to ten times it.",
        )
    spec = DepthSpec(instrument.id, reach_frac, low_frac, high_frac)
    return DepthChoice(spec, int(ticks), float(size))
