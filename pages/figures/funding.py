"""Funding and basis: what longs pay, and how far the perpetual stands above spot, on one zero."""

from typing import Final

import numpy as np

from core.domain.arrays import FloatArray
from core.domain.units import NS_PER_S
from data.views.derivatives import DerivativesView
from pages.figures import area, palette
from pages.figures.cvd import zero_line
from pages.figures.part import Part, Reading
from pages.figures.scale import milliseconds, number_text, percent_text
from pages.figures.venues import VENUE_NAMES

BASIS_AXIS: Final = "y6"
_PERCENT: Final = 100


def draw(view: DerivativesView, *, yaxis: str = "y5") -> Part:
    """Return the rate as an area, green where longs pay and red where shorts do, and the basis.

    A dotted line is what the premium so far would lead to.

    Args:
        view: its funding is there; NaN is not known, and drawn as a hole.
        yaxis: of the rate, in percent of one interval; the basis, in basis points, is on
            BASIS_AXIS over it.
    """
    result = view.funding
    if result is None:
        return Part()
    rate = result.rate_frac * _PERCENT
    sides = area.two_sides(result.open_ns, rate, "Funding", (palette.BUY, palette.SELL))
    hover = "%{y:+.4f} %<extra>Funding</extra>"
    traces = [
        trace | {"hovertemplate": hover, "yaxis": yaxis}
        for trace in sides
        if not np.isnan(trace["y"]).all()
    ]
    if view.basis is not None and not np.isnan(view.basis).all():
        basis = area.line(milliseconds(view.open_ns), view.basis, "Basis", palette.BASIS)
        hover = "%{y:+.2f} bps<extra>Basis</extra>"
        traces.append(basis | {"hovertemplate": hover, "yaxis": BASIS_AXIS})
    ahead = _ahead(view)
    if not np.isnan(ahead).all():
        line = area.line(milliseconds(view.open_ns), ahead, "Predicted funding", palette.TEXT)
        line["line"] = line["line"] | {"dash": "dot"}
        hover = "%{y:+.4f} %<extra>From the premium so far</extra>"
        traces.append(line | {"hovertemplate": hover, "yaxis": yaxis})
    return Part(traces, [zero_line(yaxis)], [], area.span(rate, ahead))


def ranges(view: DerivativesView) -> tuple[list[float], list[float]]:
    """Return the ranges of rate and basis, such that zero of both is at one height."""
    rate = view.funding.rate_frac * _PERCENT if view.funding is not None else np.zeros(0)
    rate = np.concatenate([rate, _ahead(view)])
    basis = view.basis if view.basis is not None else np.zeros(0)
    sizes = [_size(rate), _size(basis)]
    shares = [(-low / size, high / size) for low, high, size in sizes]
    below = max(share[0] for share in shares) + 0.12
    above = max(share[1] for share in shares) + 0.12
    rates, bases = ([-below * size, above * size] for _, _, size in sizes)
    return rates, bases


def reading(view: DerivativesView) -> Reading:
    """Return the newest rate in the colour of who is paid, and the basis."""
    rate = view.funding.rate_frac[-1] if view.funding is not None else np.nan
    tone = palette.BUY if rate > 0 else palette.SELL if rate < 0 else palette.TEXT
    text = percent_text(rate, places=4)
    basis = view.basis[-1] if view.basis is not None else np.nan
    note = "" if np.isnan(basis) else f"basis {number_text(basis, 2, signed=True)} bps"
    return Reading(text, tone, note, palette.BASIS)


def title(view: DerivativesView) -> str:
    """Return whose numbers they are, in which units, and when and about what is paid next."""
    interval = view.funding.interval_h if view.funding is not None else np.zeros(0)
    known = interval[~np.isnan(interval)]
    per = f"% of {known[-1]:g} h" if known.size else "%"
    basis = ", basis (bps)" if view.basis is not None else ""
    perp = view.spec.perp
    name = f"{VENUE_NAMES[perp.venue]} funding" if perp is not None else "Funding"
    if view.next_funding_ns is None:
        return f"{name} ({per}){basis}"
    left_s = (view.next_funding_ns - view.now_ns) // NS_PER_S
    clock = f"{left_s // 3600:02d}:{left_s // 60 % 60:02d}:{left_s % 60:02d}"
    ahead = _ahead(view)[-1:]
    is_known = ahead.size and not np.isnan(ahead[0])
    about = f", about {number_text(ahead[0], 4, signed=True, unit=' %')}" if is_known else ""
    return f"{name} ({per}){basis}, next in {clock}{about}"


def _ahead(view: DerivativesView) -> FloatArray:
    """Return the predicted rate in percent."""
    return np.zeros(0) if view.predicted is None else view.predicted * _PERCENT


def _size(values: FloatArray) -> tuple[float, float, float]:
    """Return least and greatest, zero among them, and the larger of the two without its sign."""
    low, high = area.span(values) or (0.0, 0.0)
    low, high = min(low, 0.0), max(high, 0.0)
    return low, high, max(-low, high) or 1.0
