"""Mounts: the live components in a page, each on its own view of /live."""

from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from core.calc.bar_size import bar_size
from core.domain.units import Ns
from data.views.depth import DepthSpec
from data.views.footprint import CutBar
from pages.boards.board import Board
from pages.shell.assets import loader
from pages.shell.running import publisher, token
from pages.shell.spec import BoardSpec, ChartSpec, DepthMapSpec, OpenedSpec, ViewSpec

_ROOM_PX: Final = 88
"""What stands above and below a live component, taken off the height of the window."""

_CHART = st.components.v2.component(
    "tapescope_chart", js=loader("live_chart"), isolate_styles=False
)
_FOOTPRINT = st.components.v2.component(
    "tapescope_footprint", js=loader("footprint"), isolate_styles=False
)
_BOARD = st.components.v2.component("tapescope_board", js=loader("board"), isolate_styles=False)

_DEPTH = st.components.v2.component("tapescope_depth", js=loader("heatmap"), isolate_styles=False)


@dataclass(frozen=True, slots=True)
class Click:
    """A click on a candle.

    Attributes:
        bar_ns: when the candle opens.
        focus_ns: the instant in it that was clicked.
        cut: which trades are its own, if it ended by what traded; None = time ended it.
    """

    bar_ns: Ns
    focus_ns: Ns
    cut: CutBar | None = None


def live_chart(spec: ChartSpec, *, below_px: int = 0) -> Click | None:
    """Show the Explorer's chart; return the click that caused this run, if one did.

    Args:
        below_px: it is so much lower than the window has room.
    """
    data = _data(spec, below_px)
    result = _CHART(key="live-chart", data=data, on_bar_change=_ignore, height="content")
    click = _click(result.bar)
    # One that was on its way while the trader chose other bars is of none of these.
    wanted = str(spec.size) if spec.size else None
    told = click.cut.by if click and click.cut else None
    return click if told == wanted else None


def opened_candle(spec: OpenedSpec, *, below_px: int) -> None:
    """Show the footprint of one candle, as high as the chart less ``below_px``."""
    data = _data(spec, below_px) | {"bar_ns": str(spec.footprint.bar_ns)}
    _FOOTPRINT(key="footprint", data=data, height="content")


def live_board(board: Board, *, key: str, testid: str = "first-figure") -> str | None:
    """Show a board as high as it is; return what was picked on it, if that caused this run.

    Args:
        key: of the component.
        testid: its ``data-testid``; the first figure of a page keeps the default.
    """
    data = board_data(board) | {"testid": testid}
    result = _BOARD(key=key, data=data, on_pick_change=_ignore, height="content")
    return result.pick if isinstance(result.pick, str) else None


def depth_map(spec: DepthSpec, *, height_px: int) -> None:
    """Show the heat map of a book."""
    data = _data(DepthMapSpec(spec)) | {"height_px": height_px}
    _DEPTH(key="depth-map", data=data, height="content")


def board_data(board: Board) -> dict[str, Any]:
    """Return what a component must know to show a board."""
    return _data(BoardSpec(board))


def _data(spec: ViewSpec, below_px: int = 0) -> dict[str, Any]:
    view = publisher().register(spec)
    return {"url": "/live", "token": token(), "view": view, "room_px": _ROOM_PX + below_px}


def _ignore() -> None:
    """Stand for the callback without which the trigger has no place in the result."""


def _click(value: Any) -> Click | None:
    """Return the click in a trigger's value; None = none, or not of our making."""
    try:
        cut = value.get("cut")
        click = Click(int(value["bar_ns"]), int(value["focus_ns"]), _cut(cut) if cut else None)
    except (AttributeError, TypeError, KeyError, ValueError):
        return None
    return click if 0 <= click.bar_ns <= click.focus_ns < 2**62 else None


def _cut(value: Any) -> CutBar:
    """Return which trades a bar has.

    Raises:
        ValueError: that cannot be; TypeError and KeyError: it is not of our making.
    """
    by, end_ns = str(bar_size(value["by"])), int(value["end_ns"])
    skip, trades = int(value["skip"]), int(value["trades"])
    if not (0 <= end_ns < 2**62 and 0 <= skip < 2**31 and 0 <= trades < 2**31):
        msg = "no bar is like this"
        raise ValueError(msg)
    return CutBar(by, end_ns, skip, trades, is_open=bool(value["open"]))
