"""Layer: one thing that the chart can show, its settings, what it asks and how it is drawn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.domain.units import Ns
from data.views.explorer import ExplorerSpec, ExplorerView
from data.views.query import Spec
from pages.figures.part import Part


class Group(StrEnum):
    """Where in the sidebar a layer stands."""

    PRICE = "On the price"
    MARKERS = "Markers"
    PANES = "Panes"


@dataclass(frozen=True, slots=True)
class Option:
    """One setting of a layer.

    Attributes:
        key: with the layer's name before it, its name in the page's address.
        choices: words, shown as they are; the first is the default.
    """

    key: str
    label: str
    choices: tuple[str, ...]
    help: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a layer may ask with.

    Attributes:
        explorer: what the chart shows.
        chosen: the layer's own settings, by key.
        anchor_ns: open of the candle at which the trader anchored; None = at none.
        range_ns: from the open of one candle to the close of another; None = none was chosen.
    """

    explorer: ExplorerSpec
    chosen: Mapping[str, str]
    anchor_ns: Ns | None = None
    range_ns: tuple[Ns, Ns] | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What a layer is drawn from.

    Attributes:
        view: what traded.
        found: what the layer's query answered; None = it asked nothing.
        chosen: the layer's own settings, by key.
        now_ns: the source's clock.
        yaxis: of the layer's own pane; ``y`` is the price's.
    """

    view: ExplorerView
    found: Any
    chosen: Mapping[str, str]
    now_ns: Ns
    yaxis: str = "y"


@dataclass(frozen=True, slots=True)
class Layer:
    """One toggle, and one line of settings under it.

    Attributes:
        name: in the page's address and in settings.toml.
        ask: the question whose answer is drawn; None, or where it returns None, what the chart has
            anyway is enough.
        draw: how it is drawn; None, or where it returns None, ``figures/explorer.py`` does.
        is_on: at the very first start.
        only_perp: a spot market has nothing of the kind.
    """

    name: str
    title: str
    group: Group
    help: str
    ask: Callable[[Asked], Spec | None] | None = None
    draw: Callable[[Scene], Part | None] | None = None
    options: tuple[Option, ...] = ()
    is_on: bool = False
    only_perp: bool = False

    def choices(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Return the settings in force by their key, of all that were made by their full name."""
        return {each.key: settings.get(self.full(each), each.choices[0]) for each in self.options}

    def full(self, option: Option) -> str:
        """Return the name of a setting in the page's address."""
        return f"{self.name}_{option.key}"
