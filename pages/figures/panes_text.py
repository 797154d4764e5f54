"""Panes' text: the names of the lower panes and their newest values."""

from collections.abc import Mapping

from core.domain.arrays import FloatArray
from data.views.derivatives import DerivativesView
from data.views.explorer import ExplorerView
from pages.figures import frame, funding, palette
from pages.figures.axes import AXES
from pages.figures.part import Part, Reading, Trace
from pages.figures.scale import size_text


def words(
    view: ExplorerView,
    more: DerivativesView | None,
    parts: Mapping[str, Part],
    *,
    beside: bool,
) -> list[Trace]:
    """Return what each pane shows in which unit, and its newest values.

    Args:
        view: what traded.
        more: what else is known.
        parts: what each pane shows, from the top.
        beside: the profile leaves room beside the panes for the values; else they follow the name.
    """
    annotations = []
    for name, part in parts.items():
        title = part.title or _title(name, view, more)
        found = part.reading or _reading(name, view, more)
        yref = f"{AXES[name]} domain"
        if beside and found.text:
            annotations.append(frame.reading(found.text, yref=yref, colour=found.colour))
            if found.note:
                annotations.append(
                    frame.under_reading(found.note, yref=yref, colour=found.note_colour)
                )
        elif found.note and not part.annotations:
            title = f"{title}: {found.text}, {found.note}"
        annotations.append(frame.title(title, yref=yref))
    return annotations


def _title(name: str, view: ExplorerView, more: DerivativesView | None) -> str:
    if name == "funding" and more is not None:
        return funding.title(more)
    names = {"cvd": "CVD", "delta": "Delta"}
    return f"{names[name]} ({view.instrument.base})" if name in names else ""


def _reading(name: str, view: ExplorerView, more: DerivativesView | None) -> Reading:
    if name == "funding" and more is not None:
        return funding.reading(more)
    if name not in {"cvd", "delta"}:
        return Reading("", palette.TEXT)
    return _signed(view.cvd.close_lots if name == "cvd" else view.delta.delta_lots, view)


def _signed(lots: FloatArray, view: ExplorerView) -> Reading:
    if not lots.size:
        return Reading("", palette.TEXT)
    tone = palette.BUY if lots[-1] > 0 else palette.SELL if lots[-1] < 0 else palette.TEXT
    return Reading(size_text(float(lots[-1]), view.instrument, signed=True), tone)
