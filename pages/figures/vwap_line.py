"""VWAP line: that of a week, of a month, or from an anchor, with its name on the price axis."""

from typing import Final

import numpy as np

from core.calc.sessions import Period
from core.calc.words import price_text
from core.domain.units import Ns
from data.views.vwap_line import VwapLineView
from pages.figures import level, palette, vwap
from pages.figures.part import Part, corner_note
from pages.figures.scale import moment_text, prices

_LOOKS: Final = {
    Period.WEEK: ("Weekly VWAP", "wVWAP", palette.VWAP_WEEK),
    Period.MONTH: ("Monthly VWAP", "mVWAP", palette.VWAP_MONTH),
    Period.EVER: ("Anchored VWAP", "aVWAP", palette.VWAP_ANCHOR),
}


def draw(view: VwapLineView, *, step_ns: Ns, sigmas: tuple[int, ...] = ()) -> Part:
    """Return the line, its bands and its label.

    Args:
        view: one value per bar that traded since the line began.
        step_ns: length of a bar.
        sigmas: bands to draw, each one upper and one lower line.

    Returns:
        With words in the corner where the line is not all that its name says: what came before
        an instant is not held, or the bands rest on candles. Empty without values.
    """
    name, short, colour = _LOOKS[view.sessions.period]
    known = view.line.vwap_ticks[~np.isnan(view.line.vwap_ticks)]
    if not known.size:
        return Part()
    look = vwap.Look(name, colour, view.sessions)
    part = vwap.draw(view.line, view.instrument, step_ns=step_ns, sigmas=sigmas, look=look)
    newest = float(known[-1])
    words = f"{short} {price_text(newest, view.instrument)}"
    label = level.label(words, float(prices(np.array(newest), view.instrument)), colour)
    said = _said(view, name, has_bands=bool(sigmas))
    notes = [corner_note(said)] if said else []
    return Part(part.traces, annotations=[label, *notes])


def _said(view: VwapLineView, name: str, *, has_bands: bool) -> str:
    words = []
    if view.late_ns is not None:
        words.append(f"since {moment_text(view.late_ns)}")
    if has_bands and view.estimated:
        words.append("bands partly of candles")
    return f"{name}: {', '.join(words)}" if words else ""
