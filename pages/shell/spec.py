"""Specs: what one live view shows, frozen, so that equal views share their frames."""

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from data.views.explorer import ExplorerSpec
from data.views.footprint import FootprintSpec
from pages.figures.explorer import LAYERS


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """The Explorer's chart.

    Attributes:
        explorer: the numbers.
        layers: what of them is drawn, in the order of LAYERS.
        by_venue: open interest venue by venue; else summed.
    """

    kind: ClassVar[Literal["chart"]] = "chart"
    explorer: ExplorerSpec
    layers: tuple[str, ...] = LAYERS
    by_venue: bool = False


@dataclass(frozen=True, slots=True)
class OpenedSpec:
    """An opened candle.

    Attributes:
        footprint: which one.
        follow: show the newest candle instead, whichever that is at the moment.
    """

    kind: ClassVar[Literal["footprint"]] = "footprint"
    footprint: FootprintSpec
    follow: bool = False


ViewSpec: TypeAlias = ChartSpec | OpenedSpec
