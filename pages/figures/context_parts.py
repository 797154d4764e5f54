"""Context parts: every contribution to the regime with its value, sign and weight, and a bar."""

from typing import Final

import numpy as np

from core.calc.words import share_text
from data.views.regime import PartNow, RegimeView
from pages.figures import widgets
from pages.figures.flow_words import side_tone
from pages.figures.node import Node, node
from pages.figures.regime_words import HELP, TITLES, lacks_text, score_text, value_text

_HEADS: Final = ("Contribution", "#Now", "#Usual today", "Speaks for", "#Score", "#Weight")
HOVER: Final = (
    "Each contribution now, against what is usual of it in its day. Score: from −1, falling, to "
    "+1, rising. Weight: its share of the lean; the bar is as long as score times weight."
)
_HEIGHT: Final = 10
_AWAITED: Final = "What is usual in its day needs 60 minutes of it."


def draw(view: RegimeView) -> Node:
    """Return a row per contribution, and under them what they say together."""
    largest = max(each.weight for each in view.parts)
    base = view.spec.markets.coin
    rows = [_row(each, largest, base) for each in view.parts]
    return widgets.table(_HEADS, [*rows, _sum(view)], name="contributions")


def bar(score: float, part_of: float, *, hover: str = "") -> Node:
    """Return a bar to the right for rising, to the left for falling; none where it is not known.

    Args:
        score: in [-1, 1]; NaN is not known.
        part_of: how wide the whole bar may be, in (0, 1]: the band behind it.
    """
    half = 50 * part_of
    band = _rect(50 - half, 2 * half, "quiet", opacity="0.18")
    parts = [band, node("line", "ts-tone-quiet", x1="50", x2="50", y1="0", y2=f"{_HEIGHT}")]
    if not np.isnan(score):
        long = abs(score) * half
        parts.append(_rect(50 if score > 0 else 50 - long, long, "buy" if score > 0 else "sell"))
    box, style = f"0 0 100 {_HEIGHT}", f"width:96px;height:{_HEIGHT}px;display:block"
    return node(
        "svg", "", "", *parts, viewBox=box, style=style, preserveAspectRatio="none", title=hover
    )


def _rect(x: float, width: float, tone: str, *, opacity: str = "1") -> Node:
    return node(
        "rect",
        widgets.tone(tone),
        x=f"{x:.1f}",
        y="0",
        width=f"{width:.1f}",
        height=f"{_HEIGHT}",
        fill="currentColor",
        style=f"opacity:{opacity}",
    )


def _row(part: PartNow, largest: float, base: str) -> Node:
    key, score = part.part.name.lower(), part.score
    lacks = lacks_text(part.rests)
    hover = HELP[part.part] + (f" {lacks[0].upper()}{lacks[1:]}." if lacks else "")
    title = [widgets.said(TITLES[part.part], hover=hover)]
    if lacks:
        title.append(widgets.said(" \N{WARNING SIGN}", "caution", hover=lacks, name=f"{key}-lacks"))
    of = side_tone(score, neither="")
    ranked = "" if np.isnan(part.rank) else f"More than {share_text(part.rank)} of its day. "
    speaks = node("td", "", "", bar(score, part.weight / largest, hover=ranked))
    said = widgets.number(score_text(score), of, hover=ranked, name=f"{key}-score")
    if np.isnan(score):
        why = lacks or _AWAITED
        said = node("td", "ts-num", "", widgets.missing(why), stat=f"{key}-score")
    return widgets.row(
        node("td", "", "", *title),
        widgets.number(value_text(part.part, part.value, base), hover=lacks, name=f"{key}-value"),
        widgets.number(value_text(part.part, part.usual, base, signed=False), "quiet"),
        speaks,
        said,
        widgets.number(share_text(part.weight), "quiet", name=f"{key}-weight"),
    )


def _sum(view: RegimeView) -> Node:
    """Return what the known ones say together, and how much of the weight that is."""
    known = share_text(view.known_frac)
    lean = view.lean
    of = side_tone(lean, neither="")
    hover = "Mean of the known scores by weight: -1 falling, +1 rising. What is not known is left "
    hover += "out, it does not count as zero."
    return widgets.row(
        node("td", "", "Lean: all that are known", title=hover, style="font-weight:600"),
        widgets.cell(""),
        widgets.cell(""),
        node("td", "", "", bar(lean, 1.0, hover=hover)),
        widgets.number(score_text(lean), of, hover=hover, name="lean"),
        widgets.number(known, "quiet", hover="Weight of the known ones.", name="known"),
    )
