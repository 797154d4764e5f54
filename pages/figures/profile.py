"""Profile: traded volume by price on the right edge of the price pane, with POC, VAH and VAL."""

from typing import Final

import numpy as np

from core.calc.profile import Profile
from core.calc.words import price_text
from core.domain.arrays import BoolArray, FloatArray
from core.domain.instrument import Instrument
from pages.figures import level, palette
from pages.figures.part import Part, Trace, corner_note
from pages.figures.scale import coins, prices

SPREAD_NOTE: Final = "partly spread from candles"


def draw(
    result: Profile,
    instrument: Instrument,
    *,
    from_klines: bool = False,
    shown: tuple[int, int] | None = None,
) -> Part:
    """Return the histogram as filled step lines, and the three levels with their labels.

    Rows inside the value area are green or red by the larger side, slate where neither is larger
    (or no side is known), and grey outside the value area.

    Args:
        result: the profile.
        instrument: the grid of its ticks and lots.
        from_klines: part of the volume is spread evenly over candles; said in words.
        shown: lowest and highest price on the pane, ticks; rows further away than the pane is
            high are not drawn. None = draw all.

    Returns:
        Traces on x2 and y; empty while nothing traded. ``span`` is (0, greatest row drawn) of x2.
    """
    if result.poc_row < 0:
        return Part()
    total = coins(result.total_lots, instrument)
    near = _near(result, shown)
    height = result.ticks_per_row
    edges = prices(np.append(result.row_ticks, result.row_ticks[-1] + height), instrument)
    edges = edges[near.start : near.stop + 1]
    traces = [
        _steps(np.where(mask, total, 0.0)[near], edges, name, colour)
        for mask, name, colour in _classes(result)
        if bool(mask[near].any())
    ]
    shapes, labels = [], []
    for name, ticks, colour, dash in _levels(result):
        price = float(prices(np.array(ticks), instrument))
        shapes.append(level.line(price, colour, dash))
        labels.append(level.label(f"{name} {price_text(ticks, instrument)}", price, colour))
    words = "Volume profile" + (f"<br>{SPREAD_NOTE}" if from_klines else "")
    note = corner_note(words, x=1, xref="x2 domain", xanchor="right")
    return Part(traces, shapes, [*labels, note], (0.0, float(total[near].max(initial=0.0))))


def _near(result: Profile, shown: tuple[int, int] | None) -> slice:
    """Return the rows that are on the pane or within its height of it."""
    if shown is None:
        return slice(0, result.row_ticks.size)
    low, high = shown
    reach = max(high - low, result.ticks_per_row)
    first, end = np.searchsorted(result.row_ticks, [low - reach, high + reach])
    return slice(int(first), int(end))


def _classes(result: Profile) -> list[tuple[BoolArray, str, str]]:
    rows = np.arange(result.row_ticks.size)
    inside = (rows >= result.val_row) & (rows <= result.vah_row)
    buys = result.buy_lots > result.sell_lots
    sells = result.sell_lots > result.buy_lots
    return [
        (~inside, "Outside the value area", palette.faded("#94a3b8", 0.28)),
        (inside & buys, "More buying", palette.faded(palette.BUY, 0.62)),
        (inside & sells, "More selling", palette.faded(palette.SELL, 0.62)),
        (inside & ~buys & ~sells, "No larger side", palette.faded(palette.QUIET, 0.7)),
    ]


def _steps(volumes: FloatArray, edges: FloatArray, name: str, colour: str) -> Trace:
    """Return rows as one filled outline: row i reaches from edge i to edge i + 1."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": np.append(volumes, 0.0),
        "y": edges,
        "line": {"shape": "vh", "width": 0},
        "fill": "tozerox",
        "fillcolor": colour,
        "hoverinfo": "skip",
        "xaxis": "x2",
        "yaxis": "y",
    }


def _levels(result: Profile) -> list[tuple[str, int, str, str]]:
    levels = (
        ("VAH", result.vah_ticks, palette.VALUE_AREA, "dash"),
        ("VAL", result.val_ticks, palette.VALUE_AREA, "dash"),
        ("POC", result.poc_ticks, palette.POC, "solid"),
    )
    return [
        (name, ticks, colour, dash) for name, ticks, colour, dash in levels if ticks is not None
    ]
