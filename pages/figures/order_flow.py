"""Order flow: what came to the bids less what came to the asks, and its running sum."""

import numpy as np

from core.domain.arrays import IntArray
from core.domain.units import Ns
from data.views.order_flow import ROLLING_BARS, OrderFlowView
from pages.figures import palette, values
from pages.figures.columns import columns, half_width
from pages.figures.part import Part
from pages.figures.scale import coins, milliseconds, size_places
from pages.figures.values import Values


def draw(view: OrderFlowView, *, step_ns: Ns, shown_ns: IntArray, yaxis: str) -> Part:
    """Return a column per bar and the sum of the last bars as a line.

    Args:
        view: one value per bar; NaN is not known, and leaves a gap.
        step_ns: length of a bar.
        shown_ns: int64[m], opens of the chart's bars.
        yaxis: of the pane.
    """
    grid = view.instrument
    places = size_places(grid)
    rows = [
        Values(name, coins(lots, grid), colour, places, f" {grid.base}", signed=True)
        for name, lots, colour in (
            ("Order flow", view.flow_lots, palette.TEXT),
            (f"Last {ROLLING_BARS} bars", view.rolling_lots, palette.VWAP_ANCHOR),
        )
    ]
    x, flow = milliseconds(view.open_ns).astype(np.float64), rows[0].values
    traces = [
        columns(x, flow, mask, half_width(step_ns), (f"Order flow, {side}", colour))
        | {"yaxis": yaxis}
        for mask, side, colour in (
            (flow > 0, "to the bids", palette.BUY),
            (flow < 0, "to the asks", palette.SELL),
        )
    ]
    depth = "best prices" if view.levels == 1 else f"{view.levels} levels"
    title = f"Order flow imbalance, {depth} ({grid.base}){values.untold(view.untold)}"
    traces += values.lines(rows[1:], view.open_ns, yaxis)
    return values.pane(rows, traces, title, times=(view.open_ns, shown_ns), yaxis=yaxis)
