"""Mounts: the live components in a page, each on its own view of /live."""

from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from core.domain.units import Ns
from pages.shell.running import publisher, token
from pages.shell.spec import ChartSpec, OpenedSpec

_ROOM_PX: Final = 118
"""What stands above and below a live component, taken off the height of the window."""
_SHIM: Final = """
export default function (component) {{
  let leave = null;
  import(new URL("/assets/front/{module}.js", location.origin).href)
    .then((module) => {{ leave = module.render(component); }})
    .catch((error) => console.error("a live component could not start", error));
  return () => leave && leave();
}}
"""
"""Sent again at every rerun, so it only fetches the real module, which the browser keeps.

It runs from a blob, against which a path alone means nothing: the address must be whole.
"""

_CHART = st.components.v2.component(
    "tapescope_chart", js=_SHIM.format(module="live_chart"), isolate_styles=False
)
_FOOTPRINT = st.components.v2.component(
    "tapescope_footprint", js=_SHIM.format(module="footprint"), isolate_styles=False
)


@dataclass(frozen=True, slots=True)
class Click:
    """A click on a candle.

    Attributes:
        bar_ns: when the candle opens.
        focus_ns: the instant in it that was clicked.
    """

    bar_ns: Ns
    focus_ns: Ns


def live_chart(spec: ChartSpec) -> Click | None:
    """Show the Explorer's chart; return the click that caused this run, if one did."""
    result = _CHART(key="live-chart", data=_data(spec), on_bar_change=_ignore, height="content")
    return _click(result.bar)


def opened_candle(spec: OpenedSpec, *, below_px: int) -> None:
    """Show the footprint of one candle, as high as the chart less ``below_px``."""
    data = _data(spec, below_px) | {"bar_ns": str(spec.footprint.bar_ns)}
    _FOOTPRINT(key="footprint", data=data, height="content")


def _data(spec: ChartSpec | OpenedSpec, below_px: int = 0) -> dict[str, Any]:
    view = publisher().register(spec)
    return {"url": "/live", "token": token(), "view": view, "room_px": _ROOM_PX + below_px}


def _ignore() -> None:
    """Stand for the callback without which the trigger has no place in the result."""


def _click(value: Any) -> Click | None:
    """Return the click in a trigger's value; None = none, or not of our making."""
    try:
        click = Click(int(value["bar_ns"]), int(value["focus_ns"]))
    except (TypeError, KeyError, ValueError):
        return None
    return click if 0 <= click.bar_ns <= click.focus_ns < 2**62 else None
