"""Depth: what rests in one book, now and over the last ten minutes, and what an order would pay."""

import streamlit as st

from core.domain.instrument import Instrument
from data.runtime import runtime
from data.views.explorer import ExplorerSpec
from data.views.wall_ledger import ledger_events
from pages.boards.depth_ladder import DepthLadder
from pages.boards.depth_state import DepthState
from pages.boards.depth_walls import DepthWalls
from pages.figures.depth_walls import columns
from pages.layers.registry import LAYERS
from pages.layers.shown import read
from pages.shell.coins import choose_instrument
from pages.shell.depth_controls import DepthChoice, choose_depth
from pages.shell.mounts import depth_map, live_board, live_chart
from pages.shell.spec import ChartSpec
from pages.shell.table_export import download_table
from pages.shell.waiting import wait

_HEIGHT_PX = 660


def screen(listed: Instrument, choice: DepthChoice) -> None:
    """Show the book: its past, its rows, its balance, its walls, and its panes through time."""
    picture, rows = st.columns([7, 3], gap="small")
    with picture:
        depth_map(choice.depth, height_px=_HEIGHT_PX)
    with rows:
        live_board(DepthLadder(listed.id, 16, choice.ticks_per_row), key="ladder", testid="ladder")
    live_board(DepthState(listed.id, choice.size_base), key="state", testid="book-state")
    live_board(DepthWalls(listed.id), key="walls", testid="walls")
    run = runtime()
    download_table(lambda: columns(ledger_events(run.engine, listed.id), listed),
                   name="walls", source=run.source.name, title="Wall ledger")  # fmt: skip
    layers, _ = read(LAYERS, ["flow", "book", "spread"])
    live_chart(ChartSpec(ExplorerSpec((listed.id,), "5s", 150), layers))


chosen = choose_instrument(runtime().source)
if chosen is None:
    wait()
else:
    screen(chosen, choose_depth(chosen))
