"""The line above the tape: which markets it is of, which of them are not live, and the pause."""

from collections.abc import Mapping, Sequence

from core.domain.instrument import InstrumentId
from core.domain.units import Ns
from data.views.moment import Off
from data.views.orders import OrdersView
from pages.figures import widgets
from pages.figures.node import Node, node
from pages.figures.off_words import clock_text, off_text
from pages.figures.tape_words import market_text


def draw(
    instruments: Sequence[InstrumentId],
    view: OrdersView | None,
    off: Mapping[InstrumentId, Off],
    *,
    new: str,
    paused_ns: Ns | None,
) -> Node:
    """Return a word for each market, the pause with what came since, and what is still missing.

    Args:
        view: None = nothing was heard of any of the markets.
        off: of those whose trades are not live.
        new: how many orders came while the list stands still.
    """
    words = [_market(each, view, off.get(each)) for each in instruments]
    if paused_ns is not None:
        since = f"PAUSED at {clock_text(paused_ns)}"
        words.append(widgets.chip(since, "caution", name="paused"))
        words.append(widgets.said(new, "caution", name="new"))
    if view is not None and not view.rows.size:
        words.append(widgets.said(_nothing(view), "quiet", name="none"))
    return node("div", "ts-line-of ts-tape-head", "", *words)


def _market(instrument_id: InstrumentId, view: OrdersView | None, off: Off | None) -> Node:
    name = market_text(instrument_id)
    if off is not None:
        return widgets.chip(f"{name} {off_text(off)}", "quiet", hover=off.reason)
    heard = view is not None and any(
        listed is not None and listed.id == instrument_id for listed in view.instruments
    )
    return widgets.said(name if heard else f"{name}: no trade yet", "frame" if heard else "quiet")


def _nothing(view: OrdersView) -> str:
    if view.since_ns:
        since = clock_text(view.since_ns)
        return f"no such order since {since} UTC; looking further back"
    return "no such order in what is held"
