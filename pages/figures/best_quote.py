"""Best quote: the best bid and ask as thin lines and small labels on the price axis."""

from core.calc.words import price_text
from core.domain.units import Ns
from data.views.derivatives import Best
from pages.figures import level, palette
from pages.figures.part import Part, Trace
from pages.figures.scale import span_text


def draw(best: Best, *, is_live: bool, now_ns: Ns) -> Part:
    """Return a line and a label for each side that has somebody.

    Args:
        best: the newest that is known.
        is_live: its channel is live; else both are grey, and their age is said in words.
        now_ns: the source's clock.
    """
    shapes, labels = [], []
    for letter, ticks, colour, side in (
        ("B", best.bid_ticks, palette.BUY, -1),
        ("A", best.ask_ticks, palette.SELL, 1),
    ):
        if ticks is None:
            continue
        tone = colour if is_live else palette.QUIET
        price = ticks * float(best.instrument.tick_size)
        line = level.line(price, palette.faded(tone, 0.55), "solid")
        line["line"] |= {"width": 0.8}
        shapes.append(line)
        label = level.label(f"{letter} {price_text(ticks, best.instrument)}", price, tone)
        # The last price is one of the two: a pixel says on which side of it each label belongs.
        labels.append(label | {"yshift": side})
    if labels and not is_live:
        labels.append(_age(float(labels[0]["y"]), max(now_ns - best.recv_ns, 0)))
    return Part([], shapes, labels)


def _age(price: float, age_ns: Ns) -> Trace:
    return {
        "text": f"best bid and ask are {span_text(age_ns)} old",
        "x": 0.995,
        "xref": "x domain",
        "xanchor": "right",
        "y": price,
        "yref": "y",
        "yanchor": "top",
        "showarrow": False,
        "bgcolor": palette.faded(palette.BACKGROUND, 0.7),
        "font": {"color": palette.AXIS_TEXT, "size": 10},
    }
