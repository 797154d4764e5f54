"""Gauges: shares, fillings and small lines of values, as elements of a board."""

from typing import Final

import numpy as np

from core.domain.arrays import FloatArray
from pages.figures.node import Node, node
from pages.figures.widgets import tone

_SPARK: Final = (100, 24)


def share_bar(frac: float, *, hover: str = "") -> Node:
    """Return buyers' share of a whole as a bar, sells left of it; none without a share.

    Args:
        frac: buy / (buy + sell), 0 to 1; NaN is not known.
    """
    if np.isnan(frac):
        return node("div", "ts-share ts-share-none", title=hover)
    sell, buy = f"width:{100 * (1 - frac):.1f}%", f"width:{100 * frac:.1f}%"
    parts = node("div", "ts-share-sell", style=sell), node("div", "ts-share-buy", style=buy)
    return node("div", "ts-share", "", *parts, title=hover)


def meter(frac: float, of: str, *, hover: str = "") -> Node:
    """Return a bar that is filled to a share, 0 to 1; NaN is an empty one."""
    width = 0.0 if np.isnan(frac) else 100 * min(max(frac, 0.0), 1.0)
    fill = node("div", f"ts-meter-fill {tone(of)}", style=f"width:{width:.1f}%")
    return node("div", "ts-meter", "", fill, title=hover)


def spark(values: FloatArray, *, of: str = "quiet", hover: str = "") -> Node:
    """Return a small line of values; it breaks where one is not known.

    Args:
        values: float64[n], evenly spaced.
    """
    width, height = _SPARK
    known = values[np.isfinite(values)]
    lines = []
    if known.size:
        low, high = float(known.min()), float(known.max())
        x = np.linspace(0, width, max(values.size, 2))[: values.size]
        y = height - 1 - (values - low) / ((high - low) or 1.0) * (height - 2)
        edges = np.flatnonzero(np.diff(np.isfinite(values).astype(np.int8))) + 1
        for run in np.split(np.arange(values.size), edges):
            if np.isfinite(values[run[0]]):
                points = " ".join(f"{x[at]:.1f},{y[at]:.1f}" for at in run)
                lines.append(node("polyline", "", points=points))
    box = f"0 0 {width} {height}"
    return node(
        "svg",
        f"ts-spark {tone(of)}",
        "",
        *lines,
        viewBox=box,
        preserveAspectRatio="none",
        title=hover,
    )
