"""Explorer: the panes on one time axis, candles and profile above, CVD and delta below."""

from dataclasses import dataclass
from typing import Any, Final

from core.domain.units import NS_PER_MS
from data.views.explorer import ExplorerView
from pages.figures import candles, cvd, delta, frame, gaps, palette, panes_text, profile, vwap
from pages.figures.part import Part, Trace
from pages.figures.scale import decimals

LAYERS: Final = ("vwap", "bands", "profile", "cvd", "delta")
"""What can be switched on and off, in the order of the sidebar."""
PANES: Final[tuple[str, ...]] = ("cvd", "delta")
"""Layers with a pane of their own, from the top."""
_PROFILE_FROM: Final = 0.865
"""Where the profile's column begins, as a share of the width."""
_PANE: Final = 0.17
_GAP: Final = 0.025
_AHEAD: Final = 0.012
"""Empty room right of the last bar, as a share of the bars."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the trader wants to see.

    Attributes:
        layers: names of LAYERS.
        source: ``live``, ``simulated`` or ``replay``; anything but live is a watermark.
        revision: zoom and pan survive while it stays the same.
    """

    layers: frozenset[str] = frozenset(LAYERS)
    source: str = "live"
    revision: str = ""


def draw(view: ExplorerView, look: Look) -> dict[str, Any]:
    """Return the figure of one moment.

    Axes: ``x`` time, ``y`` price (right), ``x2`` profile volume (grows to the left), ``y2`` CVD,
    ``y3`` delta. Every range is set, so that nothing is left to be guessed while it ticks.
    """
    parts = _parts(view, look.layers)
    panes = [name for name in PANES if name in look.layers]
    layout = frame.layout(look.revision)
    layout |= _time_axes(view, parts, panes)
    layout |= _value_axes(view, parts, panes)
    pieces = list(parts.values())
    layout["shapes"] = [shape for part in pieces for shape in part.shapes]
    layout["annotations"] = [
        *frame.watermark(look.source),
        *[each for part in pieces for each in part.annotations],
        *panes_text.titles(view, panes),
        *(panes_text.readings(view, panes) if "profile" in parts else []),
    ]
    return {"data": [trace for part in pieces for trace in part.traces], "layout": layout}


def _parts(view: ExplorerView, layers: frozenset[str]) -> dict[str, Part]:
    """Return the parts wanted, those drawn first first."""
    grid = view.instrument
    sigmas = vwap.SIGMAS if "bands" in layers else ()
    parts = {"gaps": gaps.draw(view.gaps_ns, step_ns=view.step_ns)}
    if "profile" in layers:
        parts["profile"] = profile.draw(
            view.profile, grid, from_klines=view.profile_from_klines, shown=_shown(view)
        )
    if layers & {"vwap", "bands"}:
        parts["vwap"] = vwap.draw(
            view.vwap, grid, step_ns=view.step_ns, sigmas=sigmas, line="vwap" in layers
        )
    parts["price"] = candles.draw(view.bars, grid)
    if "cvd" in layers:
        parts["cvd"] = cvd.draw(view.cvd, grid, yaxis="y2")
    if "delta" in layers:
        parts["delta"] = delta.draw(view.delta, grid, step_ns=view.step_ns, yaxis="y3")
    return parts


def _shown(view: ExplorerView) -> tuple[int, int] | None:
    """Return the lowest and the highest price of the bars, in ticks."""
    if not view.bars.size:
        return None
    return int(view.bars["low_ticks"].min()), int(view.bars["high_ticks"].max())


def _time_axes(view: ExplorerView, parts: dict[str, Part], panes: list[str]) -> dict[str, Trace]:
    ends = {"cvd": "y2", "delta": "y3"}
    bottom = ends[panes[-1]] if panes else "y"
    time = frame.axis(
        type="date",
        domain=[0, _PROFILE_FROM if "profile" in parts else 1],
        anchor=bottom,
        range=_time_range(view),
        hoverformat="%Y-%m-%d %H:%M:%S UTC",
        ticklabeloverflow="hide past div",
        rangeslider={"visible": False},
        showspikes=True,
        spikemode="across",
        spikesnap="hovered data",
        spikethickness=1,
        spikedash="dot",
        spikecolor=palette.faded(palette.TEXT, 0.4),
    )
    if "profile" not in parts:
        return {"xaxis": time}
    volume = frame.axis(
        domain=[_PROFILE_FROM, 1],
        anchor="y",
        range=[(parts["profile"].span or (0.0, 1.0))[1] * 1.02, 0],
        showgrid=False,
        showticklabels=False,
        fixedrange=True,
    )
    return {"xaxis": time, "xaxis2": volume}


def _time_range(view: ExplorerView) -> list[float]:
    step_ms = view.step_ns / NS_PER_MS
    if not view.bars.size:
        return [0.0, step_ms]
    first, last = (int(view.bars["open_ns"][at]) / NS_PER_MS for at in (0, -1))
    return [first - step_ms, last + max(1.5, _AHEAD * view.bars.size) * step_ms]


def _value_axes(view: ExplorerView, parts: dict[str, Part], panes: list[str]) -> dict[str, Trace]:
    lower = len(panes) * _PANE
    price = frame.axis(
        domain=[lower + (_GAP if panes else 0), 1],
        anchor="x2" if "profile" in parts else "x",
        side="right",
        range=frame.widened(parts["price"].span, 0.06),
        tickformat=f",.{decimals(view.instrument.tick_size)}f",
    )
    axes = {"yaxis": price}
    for index, name in enumerate(panes):
        top = lower - index * _PANE
        axes[{"cvd": "yaxis2", "delta": "yaxis3"}[name]] = frame.axis(
            domain=[top - _PANE + (_GAP if index + 1 < len(panes) else 0), top],
            anchor="x",
            side="right",
            range=frame.widened(parts[name].span, 0.08),
            nticks=4,
            tickformat="~s",
            fixedrange=True,
        )
    return axes
