"""Panes' text: the names of the lower panes and their newest values."""

from collections.abc import Mapping
from typing import Protocol

from core.domain.arrays import FloatArray
from data.views.derivatives import DerivativesView
from data.views.explorer import ExplorerView
from pages.figures import frame, funding, open_interest, palette
from pages.figures.axes import AXES
from pages.figures.part import Part, Reading, Trace
from pages.figures.scale import size_text


class Chosen(Protocol):
    """What of a pane the trader chose."""

    @property
    def by_venue(self) -> bool:
        """Open interest venue by venue; else summed."""
        ...


def words(
    view: ExplorerView,
    more: DerivativesView | None,
    parts: Mapping[str, Part],
    chosen: Chosen,
    *,
    beside: bool,
) -> list[Trace]:
    """Return what each pane shows in which unit, and its newest values.

    Args:
        view: what traded.
        more: what else is known.
        parts: what each pane shows, from the top.
        chosen: how they are shown.
        beside: the profile leaves room beside the panes for the values; else they follow the name.
    """
    annotations = []
    for name, part in parts.items():
        title = part.title or _title(name, view, more, by_venue=chosen.by_venue)
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


def _title(name: str, view: ExplorerView, more: DerivativesView | None, *, by_venue: bool) -> str:
    unit = view.instrument.base
    if name == "funding" and more is not None:
        return funding.title(more)
    if name == "open_interest" and by_venue:
        return f"Open interest (% since the left edge; values in {unit})"
    return {"cvd": f"CVD ({unit})", "delta": f"Delta ({unit})"}.get(name, f"Open interest ({unit})")


def _reading(name: str, view: ExplorerView, more: DerivativesView | None) -> Reading:
    if name == "funding" and more is not None:
        return funding.reading(more)
    if name == "open_interest" and more is not None:
        return open_interest.reading(more)
    if name not in {"cvd", "delta"}:
        return Reading("", palette.TEXT)
    return _signed(view.cvd.close_lots if name == "cvd" else view.delta.delta_lots, view)


def _signed(lots: FloatArray, view: ExplorerView) -> Reading:
    if not lots.size:
        return Reading("", palette.TEXT)
    tone = palette.BUY if lots[-1] > 0 else palette.SELL if lots[-1] < 0 else palette.TEXT
    return Reading(size_text(float(lots[-1]), view.instrument, signed=True), tone)
