"""Own: the layers whose numbers the chart has anyway; ``figures/explorer.py`` draws them."""

from typing import Final

from core.calc.value_area_rule import SINGLE_ROW, TWO_ROW, TWO_ROW_68
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE
from pages.layers.layer import Group, Layer, Option

ROW_TICKS: Final = {"automatic": 0, "1 tick": 1} | {
    f"{ticks} ticks": ticks for ticks in (2, 5, 10, 25, 50, 100)
}
"""How many ticks a row is high, by the words for it; 0 = chosen from the range."""
START_OF: Final = {
    f"{hours:02d}:{minutes:02d} UTC": hours * NS_PER_HOUR + minutes * NS_PER_MINUTE
    for hours, minutes in ((0, 0), (8, 0), (13, 30), (14, 30), (22, 0))
}
"""How long after midnight a session begins, by the words for it."""
VALUE_AREA_OF: Final = {
    "70 % by two rows": TWO_ROW,
    "70 % by one row": SINGLE_ROW,
    "68 % by two rows": TWO_ROW_68,
}
"""How the value area grows, by the words for it."""
SIGMAS_OF: Final = {"±1 ±2 ±3 σ": (1, 2, 3), "±1 ±2 σ": (1, 2), "±1 σ": (1,)}
"""Bands of VWAP, by the words for them."""

VWAP: Final = Layer(
    name="vwap",
    title="VWAP",
    group=Group.PRICE,
    help="Volume-weighted average price of the session, and when sessions of VWAP, CVD and profile "
    "begin, UTC.",
    options=(Option("since", "Session from", tuple(START_OF)),),
    is_on=True,
)
BANDS: Final = Layer(
    name="bands",
    title="VWAP bands",
    group=Group.PRICE,
    help="Volume-weighted standard deviations (σ) around the session's VWAP.",
    options=(Option("at", "Bands at", tuple(SIGMAS_OF)),),
    is_on=True,
)
PROFILE: Final = Layer(
    name="profile",
    title="Volume profile",
    group=Group.PRICE,
    help="Volume by price with point of control (POC) and value area (VAL to VAH): of the session, "
    "of what the chart holds, or of the range between two candles, chosen where one is opened.",
    options=(
        Option("of", "Of", ("session", "window", "range")),
        Option("rows", "Rows", tuple(ROW_TICKS)),
        Option("area", "Value area", tuple(VALUE_AREA_OF)),
    ),
    is_on=True,
)
BEST_QUOTE: Final = Layer(
    name="best_quote",
    title="Best bid and ask",
    group=Group.PRICE,
    help="The best price bid and asked now, as labels on the axis.",
    is_on=True,
)
LIQUIDATIONS: Final = Layer(
    name="liquidations",
    title="Liquidations",
    group=Group.MARKERS,
    help="Positions closed by force, as circles at their price; the area is what they were worth.",
    is_on=True,
    only_perp=True,
)
FUNDING: Final = Layer(
    name="funding",
    title="Funding and basis",
    group=Group.PANES,
    help="What longs pay shorts, and how far the perpetual stands above spot.",
    is_on=True,
)
