"""Specs: what one live view shows, frozen, so that equal views share their frames."""

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from core.calc.bar_size import BarSize
from core.domain.units import Ns
from data.views.depth import DepthSpec
from data.views.explorer import ExplorerSpec
from data.views.footprint import FootprintSpec
from data.views.query import Spec
from pages.boards.board import Board
from pages.layers.layer import Asked, Layer
from pages.layers.registry import FIRST_SHOWN, LAYERS
from pages.layers.shown import Shown


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """The Explorer's chart.

    Attributes:
        explorer: the numbers.
        shown: what of them is drawn, and what else.
        anchor_ns: open of the candle at which the trader anchored; None = at none.
        range_ns: from the open of one candle to the close of another; None = none was chosen.
        size: when a bar of the first instrument ends, for an axis that counts bars; None = the
            timeframe ends it.
    """

    kind: ClassVar[Literal["chart"]] = "chart"
    explorer: ExplorerSpec
    shown: Shown = FIRST_SHOWN
    anchor_ns: Ns | None = None
    range_ns: tuple[Ns, Ns] | None = None
    size: BarSize | None = None

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers that are on."""
        return tuple(LAYERS[each] for each in self.shown.layers)

    def chosen(self, layer: Layer) -> dict[str, str]:
        """Return the settings of a layer by their keys."""
        return layer.choices(dict(self.shown.settings))

    def asked(self, layer: Layer) -> Asked:
        """Return what a layer may ask with."""
        return Asked(self.explorer, self.chosen(layer), self.anchor_ns, self.range_ns)

    def question(self, layer: Layer) -> Spec | None:
        """Return what a layer asks; None = what the chart has anyway is enough."""
        return layer.ask(self.asked(layer)) if layer.ask is not None else None


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


@dataclass(frozen=True, slots=True)
class BoardSpec:
    """A board."""

    kind: ClassVar[Literal["board"]] = "board"
    board: Board


@dataclass(frozen=True, slots=True)
class DepthMapSpec:
    """A heat map."""

    kind: ClassVar[Literal["depth"]] = "depth"
    depth: DepthSpec


ViewSpec: TypeAlias = ChartSpec | OpenedSpec | BoardSpec | DepthMapSpec
