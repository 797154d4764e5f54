"""Tape marks: the newest bursts, sweeps, pushes and pullbacks, each with its sentence."""

from collections.abc import Mapping, Sequence
from heapq import nlargest
from typing import Final

from core.calc.words import price_text
from core.domain.instrument import Instrument, InstrumentId
from core.domain.marker import Marker, MarkerKind
from data.views.tape_marks import TapeMarksView
from pages.figures import widgets
from pages.figures.node import Node, node
from pages.figures.off_words import clock_text
from pages.figures.tape_words import market_text

MARKS: Final = 30
"""Shown at most."""
_WORDS: Final = {
    MarkerKind.BURST: "BURST",
    MarkerKind.SWEEP: "SWEEP",
    MarkerKind.MICRO_PUSH: "PUSH",
    MarkerKind.MICRO_PULLBACK: "PULLBACK",
    MarkerKind.LARGE_TRADE: "LARGE",
}
_HOVER: Final = (
    "What the marker rules found in the last hour, the newest first, by when it was known. A burst "
    "is one side taking what only 1 second in 200 of the day before did; a sweep goes through "
    "three levels and further than that."
)


def draw(view: TapeMarksView | None, instruments: Sequence[InstrumentId]) -> Node:
    """Return the card of the newest findings, and what cannot be judged yet."""
    if view is None:
        why = "no trade has come yet"
        return widgets.card("Findings", widgets.said(why, "quiet"), hover=_HOVER, name="marks")
    every = [(mark, view.listed[each]) for each, marks in view.found.items() for mark in marks]
    newest = nlargest(MARKS, every, key=lambda found: (found[0].known_ns, found[0].event_ns))
    rows = [_row(mark, listed) for mark, listed in newest]
    waiting = _waiting(view, instruments)
    if not rows:
        words = "Nothing was found yet." if waiting else "Nothing was found in the last hour."
        rows = [widgets.said(words, "quiet")]
    return widgets.card(
        "Findings",
        *waiting,
        node("div", "ts-findings", "", *rows),
        hover=_HOVER,
        name="marks",
    )


def _row(mark: Marker, listed: Instrument) -> Node:
    is_buy = mark.side > 0
    tone = "buy" if is_buy else "sell"
    return node(
        "div",
        "ts-finding",
        "",
        widgets.said(clock_text(mark.known_ns), "quiet", hover="When it was known, UTC."),
        widgets.chip(f"{'▲' if is_buy else '▼'} {_WORDS[mark.kind]}", tone),
        widgets.said(market_text(listed.id), "frame"),
        widgets.said(price_text(mark.price_ticks, listed)),
        node("div", "ts-finding-why", mark.reason),
    )


def _waiting(view: TapeMarksView, instruments: Sequence[InstrumentId]) -> list[Node]:
    """Return one line of what is not judged yet; the mouse reads all of it."""
    told = []
    for each in instruments:
        clauses: Mapping[str, str] = view.not_ready.get(each, {"": "its past is read after others"})
        told += [
            f"{market_text(each)} {rule}: {why}".replace(" :", ":") for rule, why in clauses.items()
        ]
    if not told:
        return []
    more = f" and {len(told) - 1} more" if len(told) > 1 else ""
    return [widgets.said(f"Not judged yet: {told[0]}{more}", "quiet", hover="; ".join(told))]
