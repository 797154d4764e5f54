"""Nodes: where much (HVN) and little (LVN) of a profile traded, as bands at the pane's edge."""

from typing import Final

import numpy as np

from core.calc.profile import Profile
from core.calc.volume_nodes import Node, NodeRule, volume_nodes
from core.calc.words import price_text
from core.domain.instrument import Instrument
from pages.figures import level, palette
from pages.figures.part import Part, Trace
from pages.figures.scale import prices

_FROM: Final = 0.985
"""Where a band begins, as a share of the width: right of it nothing else is drawn."""


def draw(
    result: Profile,
    instrument: Instrument,
    *,
    rule: NodeRule,
    shown: tuple[int, int],
    labels: bool = True,
) -> Part:
    """Return a band for each node, as high as the node, and a label at its price.

    Args:
        result: the profile shown.
        instrument: the grid of its ticks.
        rule: what counts as a node.
        shown: lowest and highest price of the bars, ticks; nodes beyond them are not drawn.
        labels: name the nodes on the price axis.
    """
    found = volume_nodes(result.total_lots, rule=rule)
    named = [("HVN", palette.HVN, each) for each in found.high]
    named += [("LVN", palette.LVN, each) for each in found.low]
    low, high = shown
    near = [
        (name, colour, each)
        for name, colour, each in named
        if low <= int(result.row_ticks[each.row]) <= high
    ]
    words = [_label(name, colour, result, each, instrument) for name, colour, each in near]
    return Part(
        shapes=[_band(colour, result, each, instrument) for _, colour, each in near],
        annotations=words if labels else [],
    )


def _band(colour: str, result: Profile, node: Node, instrument: Instrument) -> Trace:
    edges = result.row_ticks[[node.first_row, node.last_row]] + (0, result.ticks_per_row)
    low, high = prices(edges, instrument).tolist()
    return {
        "type": "rect",
        "xref": "paper",
        "yref": "y",
        "x0": _FROM,
        "x1": 1,
        "y0": low,
        "y1": high,
        "line": {"width": 0},
        "fillcolor": palette.faded(colour, 0.45),
        "layer": "below",
    }


def _label(name: str, colour: str, result: Profile, node: Node, instrument: Instrument) -> Trace:
    ticks = int(result.row_ticks[node.row])
    middle = prices(np.array(ticks + (result.ticks_per_row - 1) / 2), instrument)
    return level.label(f"{name} {price_text(ticks, instrument)}", float(middle), colour)
