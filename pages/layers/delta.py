"""Delta: of each bar, as a share of what traded, or with how far it went inside the bar."""

from typing import Final

from pages.figures import delta
from pages.figures.part import Part
from pages.layers.layer import Group, Layer, Option, Scene

_SHOWN: Final = ("delta", "delta %", "min/max wicks")


def _draw(scene: Scene) -> Part | None:
    view = scene.view
    if scene.chosen["show"] == _SHOWN[0]:
        return None
    form = delta.draw_shares if scene.chosen["show"] == _SHOWN[1] else delta.draw_wicks
    return form(view.bars, view.instrument, step_ns=view.step_ns, yaxis=scene.yaxis)


DELTA: Final = Layer(
    name="delta",
    title="Delta",
    group=Group.PANES,
    help="What takers bought less what they sold in each bar. Delta %: as a share of what traded "
    "with a known side. Wicks: how far the running delta went inside the bar, from zero.",
    draw=_draw,
    options=(Option("show", "Show", _SHOWN),),
    is_on=True,
)
