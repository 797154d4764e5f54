"""VWAP: a line and its bands of one, two and three sigma, on the price pane."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from core.calc.sessions import UTC_DAYS, Period, Sessions
from core.calc.vwap import Vwap
from core.calc.words import decimals
from core.domain.arrays import FloatArray, IntArray
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_DAY, Ns
from pages.figures import palette
from pages.figures.area import line
from pages.figures.part import Part, Trace
from pages.figures.scale import milliseconds, prices

SIGMAS: Final = (1, 2, 3)
_SIGMA: Final = "\N{GREEK SMALL LETTER SIGMA}"


@dataclass(frozen=True, slots=True)
class Look:
    """How a VWAP is drawn.

    Attributes:
        sessions: where it begins anew, and its lines break.
    """

    name: str = "VWAP"
    colour: str = palette.VWAP
    sessions: Sessions = UTC_DAYS


_SESSION: Final = Look()


def draw(
    result: Vwap,
    instrument: Instrument,
    *,
    step_ns: Ns,
    sigmas: tuple[int, ...] = SIGMAS,
    line: bool = True,
    look: Look = _SESSION,
) -> Part:
    """Return the line and its bands.

    Args:
        result: one value per bar.
        instrument: the grid of its ticks.
        step_ns: length of a bar; lines break where a session ends. Where a bar is a session there
            is no line to draw: its VWAP is a dot, without bands.
        sigmas: bands to draw, each one upper and one lower line.
        line: draw the VWAP itself.
        look: how it is drawn.
    """
    if not result.ts_ns.size:
        return Part()
    if step_ns >= NS_PER_DAY and look.sessions.period is Period.DAY:
        return Part([_dots(result, instrument, look)] if line else [])
    breaks = _starts(result.ts_ns, look.sessions)
    x = np.insert(milliseconds(result.ts_ns), breaks, milliseconds(result.ts_ns)[breaks])
    middle = _broken(result.vwap_ticks, breaks)
    sigma = _broken(result.sigma_ticks, breaks)
    traces = (
        [_bands(x, prices(middle, instrument), prices(sigma, instrument), sigmas, look)]
        if sigmas
        else []
    )
    if line:
        hover = {"hovertemplate": f"%{{y:,.{decimals(instrument.tick_size)}f}}"}
        traces.append(_line(x, prices(middle, instrument), look, 1.6) | hover)
    return Part(traces)


def _dots(result: Vwap, instrument: Instrument, look: Look) -> Trace:
    x, y = milliseconds(result.ts_ns), prices(result.vwap_ticks, instrument)
    dots = {"color": look.colour, "size": 3}
    return _line(x, y, look, 0) | {"mode": "markers", "marker": dots}


def _bands(
    x: IntArray, middle: FloatArray, sigma: FloatArray, sigmas: tuple[int, ...], look: Look
) -> Trace:
    """Return all bands as one trace: its lines follow one another, with a gap between two."""
    sides = [side * k for k in sigmas for side in (1, -1)]
    gap = np.array([np.nan])
    y = np.concatenate([part for k in sides for part in (middle + k * sigma, gap)])
    at = np.concatenate([part for _ in sides for part in (x, x[-1:])])
    names = ", ".join(f"±{k}{_SIGMA}" for k in sigmas)
    faint = replace(look, name=names, colour=palette.faded(look.colour, 0.42))
    return _line(at, y, faint, 1.0) | {"hoverinfo": "skip"}


def _starts(ts_ns: IntArray, sessions: Sessions) -> IntArray:
    """Return where a new session begins, the first row not counted."""
    return np.flatnonzero(np.diff(sessions.index(ts_ns))) + 1


def _broken(values: FloatArray, breaks: IntArray) -> FloatArray:
    return np.insert(values, breaks, np.nan)


def _line(x: IntArray, y: FloatArray, look: Look, width: float) -> Trace:
    drawn = line(x, y, look.name, look.colour)
    return drawn | {"line": drawn["line"] | {"width": width}, "yaxis": "y"}
