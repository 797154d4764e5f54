"""Cells of blocks, against the footprint of each whole bar."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.footprint import footprint
from core.calc.row_cells import ROW_CELL_DTYPE, merge_row_cells, row_cells
from core.domain.arrays import empty_trades
from tests.support.tapes import tapes
from tests.support.trades import START_NS, trades

STEP_NS = 60 * 10**9


def test_a_cell_is_the_volume_of_one_row_of_one_bar():
    tape = trades((0, 19, 5, 1), (1, 10, 3, -1), (2, 15, 2, 0), (60, 20, 4, -1))
    assert row_cells(tape, step_ns=STEP_NS, ticks_per_row=10).tolist() == [
        (START_NS, 10, 3, 5, 2),
        (START_NS + STEP_NS, 20, 4, 0, 0),
    ]


@given(tapes(), st.integers(1, 12), st.integers(0, 40))
def test_merged_cells_of_parts_are_the_rows_of_footprints(tape, height, cut):
    how = {"step_ns": STEP_NS, "ticks_per_row": height}
    parts = [row_cells(part, **how) for part in (tape[cut:], tape[:cut])]
    found = merge_row_cells(np.concatenate(parts))
    wanted = []
    opens = tape["ts_event_ns"] // STEP_NS * STEP_NS
    for open_ns in np.unique(opens).tolist():
        bar = footprint(tape[opens == open_ns], open_ns=open_ns, ticks_per_row=height)
        columns = (bar.row_ticks, bar.sell_lots, bar.buy_lots, bar.unknown_lots)
        wanted += [(open_ns, *row) for row in zip(*map(np.ndarray.tolist, columns), strict=True)]
    assert found.tolist() == [row for row in wanted if any(row[2:])]


def test_no_trades_are_no_cells():
    cells = row_cells(empty_trades(), step_ns=STEP_NS, ticks_per_row=1)
    assert (cells.dtype, cells.size) == (ROW_CELL_DTYPE, 0)


@pytest.mark.parametrize("wrong", [{"step_ns": 0}, {"ticks_per_row": 0}])
def test_bars_and_rows_have_an_extent(wrong):
    with pytest.raises(ValueError, match="above zero"):
        row_cells(empty_trades(), **{"step_ns": STEP_NS, "ticks_per_row": 1, **wrong})
