"""VWAP lines: of the week, of the month, and from the candle at which the trader anchored."""

from typing import Final

from core.calc.sessions import Period
from data.views.vwap_line import VwapLineSpec
from pages.figures import vwap_line
from pages.figures.part import Part, corner_note
from pages.layers.layer import Asked, Group, Layer, Option, Scene

BANDS: Final = Option("bands", "Bands", ("none", "±1 σ", "±1 ±2 σ", "±1 ±2 ±3 σ"))
_NO_ANCHOR: Final = "Anchored VWAP: open a candle and choose From here"


def _week(asked: Asked) -> VwapLineSpec:
    explorer = asked.explorer
    return VwapLineSpec(explorer.instruments, explorer.timeframe, Period.WEEK)


def _month(asked: Asked) -> VwapLineSpec:
    explorer = asked.explorer
    return VwapLineSpec(explorer.instruments, explorer.timeframe, Period.MONTH)


def _anchor(asked: Asked) -> VwapLineSpec | None:
    explorer = asked.explorer
    if asked.anchor_ns is None:
        return None
    return VwapLineSpec(explorer.instruments, explorer.timeframe, anchor_ns=asked.anchor_ns)


def _draw(scene: Scene) -> Part:
    if scene.found is None:
        return Part(annotations=[corner_note(_NO_ANCHOR)])
    sigmas = tuple(range(1, BANDS.choices.index(scene.chosen["bands"]) + 1))
    return vwap_line.draw(scene.found, step_ns=scene.view.step_ns, sigmas=sigmas)


VWAP_LINES: Final = tuple(
    Layer(name, title, Group.PRICE, words, ask, _draw, (BANDS,))
    for name, title, words, ask in (
        (
            "vwap_week",
            "Weekly VWAP",
            "Volume-weighted average price since Monday 00:00 UTC.",
            _week,
        ),
        ("vwap_month", "Monthly VWAP", "The same since the first of the month, 00:00 UTC.", _month),
        (
            "vwap_anchor",
            "Anchored VWAP",
            "The same since the open of the anchored candle.",
            _anchor,
        ),
    )
)
