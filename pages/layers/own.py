"""Own: the layers whose numbers the chart has anyway; ``figures/explorer.py`` draws them."""

from typing import Final

from pages.layers.layer import Group, Layer, Option

ROW_TICKS: Final = {"automatic": 0, "1 tick": 1} | {
    f"{ticks} ticks": ticks for ticks in (2, 5, 10, 25, 50, 100)
}
"""How many ticks a row is high, by the words for it; 0 = chosen from the range."""
SIGMAS_OF: Final = {"±1 ±2 ±3 σ": (1, 2, 3), "±1 ±2 σ": (1, 2), "±1 σ": (1,)}
"""Bands of VWAP, by the words for them."""

OWN: Final = (
    Layer(
        name="vwap",
        title="VWAP",
        group=Group.PRICE,
        help="Volume-weighted average price of the session, which began at 00:00 UTC.",
        is_on=True,
    ),
    Layer(
        name="bands",
        title="VWAP bands",
        group=Group.PRICE,
        help="Volume-weighted standard deviations around the session's VWAP.",
        options=(Option("at", "Bands at", tuple(SIGMAS_OF)),),
        is_on=True,
    ),
    Layer(
        name="profile",
        title="Volume profile",
        group=Group.PRICE,
        help="Volume by price with point of control and value area, of the session since 00:00 "
        "UTC or of what the chart holds.",
        options=(
            Option("of", "Of", ("session", "window")),
            Option("rows", "Rows", tuple(ROW_TICKS)),
        ),
        is_on=True,
    ),
    Layer(
        name="best_quote",
        title="Best bid and ask",
        group=Group.PRICE,
        help="The best price bid and asked now, as labels on the axis.",
        is_on=True,
    ),
    Layer(
        name="liquidations",
        title="Liquidations",
        group=Group.MARKERS,
        help="Positions closed by force, as circles at their price; the area is the notional.",
        is_on=True,
        only_perp=True,
    ),
    Layer(
        name="cvd",
        title="CVD",
        group=Group.PANES,
        help="Cumulative volume delta: what takers bought less what they sold since the session "
        "began.",
        is_on=True,
    ),
    Layer(
        name="delta",
        title="Delta",
        group=Group.PANES,
        help="What takers bought less what they sold in each bar.",
        is_on=True,
    ),
    Layer(
        name="open_interest",
        title="Open interest",
        group=Group.PANES,
        help="Contracts held open. By venue: the change of each since the chart's left edge, in "
        "percent; the venues are those summed.",
        options=(Option("of", "Of", ("sum", "by venue")),),
        is_on=True,
        only_perp=True,
    ),
    Layer(
        name="funding",
        title="Funding and basis",
        group=Group.PANES,
        help="What longs pay shorts, and how far the perpetual stands above spot.",
        is_on=True,
    ),
)
