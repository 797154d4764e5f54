"""Explorer: the panes on one time axis, candles and profile above, everything else below."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from data.views.derivatives import DerivativesView
from data.views.explorer import ExplorerView
from pages.figures import (
    best_quote,
    candles,
    cvd,
    delta,
    frame,
    funding,
    gaps,
    grade,
    liquidations,
    panes_text,
    profile,
    vwap,
)
from pages.figures.axes import AXES, PANES, time_axes, value_axes
from pages.figures.part import Part, stacked

LAYERS: Final = (
    "vwap",
    "bands",
    "profile",
    "liquidations",
    "best_quote",
    "cvd",
    "delta",
    "funding",
)
"""What is drawn here; what else there is comes as parts."""
_NOTHING: Final[Mapping[str, Part]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Look:
    """What the trader wants to see.

    Attributes:
        layers: names of LAYERS.
        sigmas: bands of VWAP, in standard deviations.
        source: ``live``, ``simulated`` or ``replay``; anything but live is a watermark.
        revision: zoom and pan survive while it stays the same.
        quote_is_live: the channel of the best bid and ask is live.
    """

    layers: frozenset[str] = frozenset(LAYERS)
    source: str = "live"
    revision: str = ""
    sigmas: tuple[int, ...] = vwap.SIGMAS
    quote_is_live: bool = False


def draw(
    view: ExplorerView,
    look: Look,
    more: DerivativesView | None = None,
    others: Mapping[str, Part] = _NOTHING,
) -> dict[str, Any]:
    """Return the figure of one moment.

    Axes: ``x`` time, ``y`` price (right), ``x2`` profile volume (grows to the left), and one of
    AXES for each pane, ``y6`` for the basis over the funding. Every range is set, so that nothing
    is left to be guessed while it ticks.

    Args:
        view: what traded.
        look: what of it is drawn.
        more: what else is known; layers that need it are left out without it.
        others: what other layers draw, by their names; on the price pane it lies under the candles.
            One that is named as one of ours takes its place.
    """
    parts = {**others, **_parts(view, look), **others}
    if more is not None:
        parts |= _more_parts(view, more, look)
    panes = [name for name in PANES if name in parts]
    layout = frame.layout(look.revision)
    layout |= time_axes(view, more, parts)
    layout |= value_axes(view, more, parts, panes)
    pieces = list(parts.values())
    layout["shapes"] = [shape for part in pieces for shape in part.shapes]
    layout["annotations"] = [
        *frame.watermark(look.source),
        *stacked([each for part in pieces for each in part.annotations]),
        *panes_text.words(
            view, more, {name: parts[name] for name in panes}, beside="profile" in parts
        ),
    ]
    return {"data": [trace for part in pieces for trace in part.traces], "layout": layout}


def _parts(view: ExplorerView, look: Look) -> dict[str, Part]:
    """Return the parts wanted, those drawn first first."""
    grid, layers = view.instrument, look.layers
    sigmas = look.sigmas if "bands" in layers else ()
    step_ns, shown = view.step_ns, _shown(view)
    parts = {"gaps": gaps.draw(view.gaps_ns, step_ns=step_ns)}
    parts["grade"] = grade.draw(view.grades, grid, step_ns=step_ns, shown=shown)
    if "profile" in layers:
        spread = view.profile_from_klines
        parts["profile"] = profile.draw(view.profile, grid, from_klines=spread, shown=shown)
    if layers & {"vwap", "bands"}:
        line = "vwap" in layers
        look_of = vwap.Look(sessions=view.sessions)
        parts["vwap"] = vwap.draw(
            view.vwap, grid, step_ns=step_ns, sigmas=sigmas, line=line, look=look_of
        )
    parts["price"] = candles.draw(view.bars, grid)
    if "cvd" in layers:
        parts["cvd"] = cvd.draw(view.cvd, grid, yaxis=AXES["cvd"])
    if "delta" in layers:
        parts["delta"] = delta.draw(view.delta, grid, step_ns=step_ns, yaxis=AXES["delta"])
    return parts


def _more_parts(view: ExplorerView, more: DerivativesView, look: Look) -> dict[str, Part]:
    """Return the parts wanted that rest on more than trades."""
    grid, layers = view.instrument, look.layers
    parts = {}
    if "liquidations" in layers and more.liquidations is not None:
        parts["liquidations"] = liquidations.draw(more, grid.base, grid.quote)
    if "best_quote" in layers and more.best is not None:
        parts["best_quote"] = best_quote.draw(
            more.best, is_live=look.quote_is_live, now_ns=more.now_ns
        )
    if "funding" in layers and more.funding is not None:
        parts["funding"] = funding.draw(more, yaxis=AXES["funding"])
    return parts


def _shown(view: ExplorerView) -> tuple[int, int] | None:
    """Return the lowest and the highest price of the bars, in ticks."""
    if not view.bars.size:
        return None
    return int(view.bars["low_ticks"].min()), int(view.bars["high_ticks"].max())
