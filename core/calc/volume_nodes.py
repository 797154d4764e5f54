"""Volume nodes: the peaks of a profile (HVN), where much traded, and the valleys between (LVN)."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.grouping import runs
from core.domain.arrays import FloatArray, IntArray
from core.domain.frame import Framed


@dataclass(frozen=True, slots=True)
class NodeRule:
    """What counts as a node.

    Attributes:
        least_sigma_rows: the rows are smoothed by a Gaussian of at least this sigma; 0 with
            ``sigma_frac`` 0 = not smoothed.
        sigma_frac: and of at least this share of the profile's rows.
        prominence_frac: least prominence, as a share of the volume of the POC.
        apart_sigmas: of two peaks nearer than this to one another the higher is kept.
    """

    least_sigma_rows: float = 1.0
    sigma_frac: float = 0.005
    prominence_frac: float = 0.1
    apart_sigmas: float = 3.0


ADAPTIVE: Final = NodeRule()
NOT_SMOOTHED: Final = NodeRule(least_sigma_rows=0.0, sigma_frac=0.0)


@dataclass(frozen=True, slots=True)
class Node(Framed):
    """A peak or a valley.

    Attributes:
        row: index of the row; the middle of a plateau, the lower of two.
        first_row: lowest row of its extent: the rows beyond half of its prominence.
        last_row: highest row of it.
        prominence_lots: how far it stands out above the higher of the two passes beside it.
    """

    row: int
    first_row: int
    last_row: int
    prominence_lots: float


@dataclass(frozen=True, slots=True)
class VolumeNodes(Framed):
    """Nodes in ascending order of rows.

    Attributes:
        high: the peaks. The first and the last row of a profile have no slope on one side and are
            none.
        low: the valleys between two of them.
    """

    high: tuple[Node, ...]
    low: tuple[Node, ...]


def volume_nodes(total_lots: IntArray, *, rule: NodeRule = ADAPTIVE) -> VolumeNodes:
    """Return the nodes of a profile.

    Args:
        total_lots: int64[n], volume of each row, ascending in price, rows without volume included.
        rule: what counts.

    Source:
        DEFINITIONS section 6, HVN / LVN; the prominence of topography.
    """
    sigma = max(rule.least_sigma_rows, rule.sigma_frac * total_lots.size)
    lots = _smoothed(total_lots.astype(np.float64), sigma)
    least = rule.prominence_frac * float(total_lots.max(initial=0))
    peaks = _apart(lots, _summits(lots), rule.apart_sigmas * sigma)
    high = tuple(node for node in _nodes(lots, peaks) if node.prominence_lots >= least)
    if not high:
        return VolumeNodes((), ())
    valleys = _summits(-lots)
    between = valleys[(valleys > high[0].row) & (valleys < high[-1].row)]
    low = tuple(node for node in _nodes(-lots, between) if node.prominence_lots >= least)
    return VolumeNodes(high, low)


def summits_within(total_lots: IntArray, *, rows: int) -> IntArray:
    """Return the rows larger than each of the ``rows`` rows on either side: Sierra Chart's peaks.

    Args:
        total_lots: int64[n], ascending in price.
        rows: >= 1; outside of the profile nothing traded.
    """
    if not total_lots.size:
        return np.zeros(0, np.int64)
    lots = np.pad(total_lots.astype(np.int64), rows)
    windows = np.lib.stride_tricks.sliding_window_view(lots, 2 * rows + 1)
    beside = np.delete(windows, rows, axis=1).max(axis=1)
    return np.flatnonzero(total_lots > beside)


def _smoothed(lots: FloatArray, sigma: float) -> FloatArray:
    """Return ``lots`` under a Gaussian cut at four sigmas; nothing trades outside."""
    if not sigma or not lots.size:
        return lots
    reach = int(4.0 * sigma + 0.5)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    smooth: FloatArray = np.convolve(lots, weights / weights.sum())[reach : reach + lots.size]
    return smooth


def _summits(values: FloatArray) -> IntArray:
    """Return the middle of every plateau that falls off on both sides, ascending."""
    _, ranks = np.unique(values, return_inverse=True)
    starts, ends = runs(ranks)
    rises = np.diff(ranks[starts]) > 0
    tops = np.flatnonzero(rises[:-1] & ~rises[1:]) + 1
    return (starts[tops] + ends[tops] - 1) // 2


def _apart(values: FloatArray, rows: IntArray, distance: float) -> IntArray:
    """Return the rows without those nearer than ``distance`` to a higher one that is kept."""
    left = np.ones(rows.size, np.bool_)
    for index in np.argsort(-values[rows], kind="stable"):
        if left[index]:
            left &= np.abs(rows - rows[index]) >= distance
            left[index] = True
    return rows[left]


def _nodes(values: FloatArray, rows: IntArray) -> list[Node]:
    return [_node(values, int(row)) for row in rows]


def _node(values: FloatArray, row: int) -> Node:
    top = values[row]
    first, last = _extent(values > top, row)
    passes = values[first : row + 1].min(), values[row : last + 1].min()
    prominence = float(top - max(passes))
    return Node(row, *_extent(values <= top - prominence / 2, row), prominence)


def _extent(walls: np.ndarray[tuple[int], np.dtype[np.bool_]], row: int) -> tuple[int, int]:
    """Return the first and last of the rows around ``row`` that no wall parts from it."""
    places = np.flatnonzero(walls)
    at = int(np.searchsorted(places, row))
    first = int(places[at - 1]) + 1 if at else 0
    return first, (int(places[at]) if at < places.size else walls.size) - 1
