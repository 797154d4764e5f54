"""Opened: one candle taken apart, its footprint above and its seconds below."""

from typing import Any, Final

from core.calc.imbalance_presets import STRICT
from core.calc.words import decimals, price_text
from core.domain.units import NS_PER_MS, Ns
from data.views.footprint import FootprintView
from pages.figures import compared, footprint, frame, micro
from pages.figures.part import Part, Trace
from pages.figures.scale import prices

_MICRO_PX: Final = 176
_GAP_PX: Final = 46
_LEAST_PX: Final = 560
_MOST_LABELS: Final = 45


def draw(view: FootprintView, *, focus_ns: Ns | None, source: str) -> dict[str, Any]:
    """Return the figure of an opened candle.

    Its height grows with the rows, so that every number can be read; the panel scrolls.

    Args:
        view: the candle.
        focus_ns: instant that was clicked.
        source: anything but ``live`` is a watermark.

    Returns:
        ``data`` and ``layout``; and ``compared``, whose imbalances these are and how another's
        would differ, None where it is ours alone.
    """
    rows = footprint.draw(view.footprint, view.instrument)
    seconds = micro.draw(
        view.micro,
        view.instrument,
        ticks_per_row=view.footprint.ticks_per_row,
        focus_ns=focus_ns,
    )
    ladder_px = max(_LEAST_PX - _MICRO_PX, view.footprint.row_ticks.size * footprint.TEXT_PX)
    height = ladder_px + _GAP_PX + _MICRO_PX
    split = (_MICRO_PX / height, (_MICRO_PX + _GAP_PX) / height)
    layout = frame.layout(str(view.footprint.open_ns))
    layout |= {
        "height": height,
        "hovermode": "closest",
        "margin": {"l": 8, "r": 76, "t": 22, "b": 24, "pad": 0},
        "shapes": [*rows.shapes, *_outlines(view), *seconds.shapes],
        "annotations": [
            *frame.watermark(source, size=40),
            frame.title("Second by second", xref="x2 domain", yref="y2 domain"),
        ],
        **_ladder_axes(view, rows, split[1]),
        **_micro_axes(view, seconds, split[0]),
    }
    figure = {"data": [*rows.traces, *seconds.traces], "layout": layout}
    return figure | {"compared": _words(view)}


def _words(view: FootprintView) -> dict[str, Any] | None:
    if view.compared is not None:
        return compared.words(view.compared, view.footprint, view.instrument)
    return None if view.preset is STRICT else compared.convention(view.preset)


def _outlines(view: FootprintView) -> list[Trace]:
    if view.compared is None:
        return []
    return compared.outlines(view.compared, view.footprint, view.instrument)


def _ladder_axes(view: FootprintView, part: Part, bottom: float) -> dict[str, Trace]:
    columns = len(footprint.COLUMNS)
    return {
        "xaxis": frame.axis(
            domain=[0, 1],
            anchor="y",
            side="top",
            range=[-0.5, columns - 0.5],
            tickvals=list(range(columns)),
            ticktext=list(footprint.COLUMNS),
            showgrid=False,
            fixedrange=True,
        ),
        "yaxis": frame.axis(
            domain=[bottom, 1],
            anchor="x",
            side="right",
            range=frame.widened(part.span, 0.004),
            showgrid=False,
            fixedrange=True,
            **_row_labels(view),
        ),
    }


def _row_labels(view: FootprintView) -> Trace:
    """Return the lower edge of each row, or of every n-th where they are many."""
    rows = view.footprint.row_ticks
    shown = rows[:: max(-(-rows.size // _MOST_LABELS), 1)]
    half = view.footprint.ticks_per_row / 2
    return {
        "tickvals": prices(shown + half, view.instrument),
        "ticktext": [price_text(int(ticks), view.instrument) for ticks in shown],
    }


def _micro_axes(view: FootprintView, part: Part, top: float) -> dict[str, Trace]:
    seconds = view.micro.second_ns
    span = [int(seconds[0]), int(seconds[-1]) + 1_000_000_000] if seconds.size else [0, 1]
    return {
        "xaxis2": frame.axis(
            type="date",
            domain=[0, 1],
            anchor="y2",
            range=[each / NS_PER_MS for each in span],
            tickformat="%H:%M:%S",
            ticklabeloverflow="hide past div",
            nticks=5,
            fixedrange=True,
        ),
        "yaxis2": frame.axis(
            domain=[0, top],
            anchor="x2",
            side="right",
            range=frame.widened(part.span, 0.04),
            tickformat=f",.{decimals(view.instrument.tick_size)}f",
            nticks=6,
            fixedrange=True,
        ),
    }
