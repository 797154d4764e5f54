"""CVD: of all, by size, by venue or of spot beside perpetuals, in coins or money."""

from typing import Final

from data.views.cvd import CvdSpec, Of, Reset
from pages.figures import cvd_candles, cvd_lines
from pages.figures.part import Part
from pages.layers.layer import Asked, Group, Layer, Option, Scene

_CANDLES: Final = "sum as candles"


def _ask(asked: Asked) -> CvdSpec | None:
    explorer, chosen = asked.explorer, asked.chosen
    if chosen["of"] == _CANDLES:
        return None
    spec = CvdSpec(
        instruments=explorer.instruments,
        timeframe=explorer.timeframe,
        of=Of(chosen["of"]),
        in_quote=chosen["unit"] == "quote",
        reset=Reset(chosen["reset"]),
        anchor_ns=asked.anchor_ns if chosen["reset"] == Reset.ANCHOR else None,
        session_start_ns=explorer.session_start_ns,
    )
    is_the_charts = (spec.of, spec.in_quote, spec.reset) == (Of.SUM, False, Reset.SESSION)
    return None if is_the_charts else spec


def _draw(scene: Scene) -> Part | None:
    if scene.found is None:
        of_candles = scene.chosen["of"] == _CANDLES
        view, yaxis = scene.view, scene.yaxis
        return cvd_candles.draw(view.cvd, view.instrument, yaxis=yaxis) if of_candles else None
    return cvd_lines.draw(scene.found, scene.view.bars["open_ns"], yaxis=scene.yaxis)


CVD: Final = Layer(
    name="cvd",
    title="CVD",
    group=Group.PANES,
    help="Cumulative volume delta: what takers bought less what they sold. As candles: where the "
    "sum of the session was within each bar, in coins. By size: of orders worth so much in quote "
    "coins. Spot and perp: of the same venues.",
    ask=_ask,
    draw=_draw,
    options=(
        Option("of", "Of", (Of.SUM, _CANDLES, *list(Of)[1:])),
        Option("unit", "In", ("base", "quote"), "Quote: money bought less money sold."),
        Option(
            "reset",
            "Since",
            tuple(Reset),
            "Never: since the first trade held. Anchor: since the open of the anchored candle.",
        ),
    ),
    is_on=True,
)
