"""Axes: the panes of the Explorer on one time axis, and how high each of them is."""

from typing import Final

from core.calc.words import decimals
from core.domain.units import NS_PER_MS
from data.views.derivatives import DerivativesView
from data.views.explorer import ExplorerView
from pages.figures import frame, funding, palette
from pages.figures.part import Part, Trace

AXES: Final = {
    "cvd": "y2",
    "delta": "y3",
    "tape": "y7",
    "flow": "y8",
    "book": "y9",
    "spread": "y10",
    "quality": "y11",
    "open_interest": "y4",
    "funding": "y5",
}
"""The value axis of each layer with a pane of its own, from the top; that of the basis, ``y6``,
lies over the one of funding."""
PANES: Final = tuple(AXES)
_PROFILE_FROM: Final = 0.865
"""Where the profile's column begins, as a share of the width."""
_PANE: Final = 0.17
_LOWER: Final = 0.52
"""Most of the height that all lower panes together take: the price keeps 45 % and more."""
_THOUSAND: Final = 1_000
_GAP: Final = 0.027
_AHEAD: Final = 0.012
"""Empty room right of the last bar, as a share of the bars."""
_DAY_MS: Final = 86_400_000
_TIME_FORMATS: Final = [
    {"dtickrange": [None, 999], "value": "%H:%M:%S.%L\n%b %-d"},
    {"dtickrange": [1_000, 59_999], "value": "%H:%M:%S\n%b %-d"},
    {"dtickrange": [60_000, _DAY_MS - 1], "value": "%H:%M\n%b %-d"},
    {"dtickrange": [_DAY_MS, None], "value": "%b %-d\n%Y"},
]
"""Below the first time its day, so short that it is not cut at the chart's edge."""


def time_axes(
    view: ExplorerView, more: DerivativesView | None, parts: dict[str, Part]
) -> dict[str, Trace]:
    """Return the time axis, and that of the profile beside it."""
    time = frame.axis(
        type="date",
        domain=[0, _PROFILE_FROM if "profile" in parts else 1],
        # At the foot, not at the lowest pane: Plotly leaves one out that has nothing to draw.
        anchor="free",
        position=0,
        range=_time_range(view, more),
        hoverformat="%Y-%m-%d %H:%M:%S UTC",
        ticklabeloverflow="hide past div",
        tickformatstops=_TIME_FORMATS,
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


def value_axes(
    view: ExplorerView, more: DerivativesView | None, parts: dict[str, Part], panes: list[str]
) -> dict[str, Trace]:
    """Return the price axis and one for each lower pane, from the top."""
    height = min(_PANE, _LOWER / len(panes)) if panes else 0.0
    lower = len(panes) * height
    price = frame.axis(
        domain=[lower + (_GAP if panes else 0), 1],
        anchor="x2" if "profile" in parts else "x",
        side="right",
        range=frame.widened(parts["price"].span, 0.06),
        tickformat=f",.{decimals(view.instrument.tick_size)}f",
    )
    axes = {"yaxis": price}
    for index, name in enumerate(panes):
        below = len(panes) - 1 - index
        axes[_key(AXES[name])] = frame.axis(
            domain=[below * height + (_GAP if below else 0), (below + 1) * height],
            anchor="x",
            side="right",
            range=frame.widened(parts[name].span, 0.08),
            nticks=4,
            tickformat=_tick_format(parts[name]),
            fixedrange=True,
        )
    if "funding" in panes and more is not None:
        axes |= _funding_axes(more, axes[_key(AXES["funding"])])
    return axes


def _tick_format(part: Part) -> str:
    """Return how numbers on an axis are written: ``12k``, but never ``500m`` for a half."""
    low, high = part.span or (0.0, 0.0)
    return "~s" if max(-low, high) >= _THOUSAND else "~g"


def _funding_axes(more: DerivativesView, axis: Trace) -> dict[str, Trace]:
    """Return the axes of rate and basis: one zero, the basis' numbers inside the pane's left."""
    rates, bases = funding.ranges(more)
    basis = axis | {
        "overlaying": AXES["funding"],
        "side": "left",
        "tickmode": "auto",
        "range": bases,
        "nticks": 3,
        "tickformat": "~g",
        "ticklabelposition": "inside",
        "showgrid": False,
        "tickfont": {"color": palette.faded(palette.BASIS, 0.8), "size": 10},
    }
    rate = axis | {"range": rates, "nticks": 5, "tickformat": ".4~f"}
    axes = {_key(AXES["funding"]): rate}
    return axes | ({_key(funding.BASIS_AXIS): basis} if more.basis is not None else {})


def _key(axis: str) -> str:
    """Return where an axis stands in a layout: ``y4`` -> ``yaxis4``."""
    return f"yaxis{axis[1:]}"


def _time_range(view: ExplorerView, more: DerivativesView | None) -> list[float]:
    step_ms = view.step_ns / NS_PER_MS
    if not view.bars.size:
        return [0.0, step_ms]
    first, last = (int(view.bars["open_ns"][at]) / NS_PER_MS for at in (0, -1))
    if more is not None:
        # Nothing may trade for a while: what the lower panes tell of it is seen nevertheless.
        last = max(last, int(more.open_ns[-1]) / NS_PER_MS)
    return [first - step_ms, last + max(1.5, _AHEAD * view.bars.size) * step_ms]
