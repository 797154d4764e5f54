"""Graded bars of blocks, against the same bars of the whole tape and an oracle of loops."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.calc.bars import time_bars
from data.commands.bars import graded_bars
from data.store.catalog import Stored
from tests.support.tapes import tapes
from tests.support.trades import instrument

STEP_NS = 60_000_000_000
LISTED = instrument()
STORED = Stored("live", LISTED, (LISTED,), first_ns=0, last_ns=0, rows=0, bytes=0, days=())


def holes_of(rows, bar):
    """Steps of the ids that are not 1, from the trade before a bar to the trade after it."""
    inside = [
        index
        for index, at in enumerate(rows["ts_event_ns"].tolist())
        if at // STEP_NS * STEP_NS == bar["open_ns"]
    ]
    ids = rows["trade_id"].tolist()
    steps = [(n - 1, n) for n in range(inside[0], inside[-1] + 2)]
    return sum(a < 0 or b >= len(ids) or ids[b] != ids[a] + 1 for a, b in steps)


@given(tapes(min_size=1), st.lists(st.integers(0, 40)), st.lists(st.integers(0, 39)))
def test_bars_and_grades_do_not_depend_on_where_blocks_end(rows, cuts, missing):
    rows = np.delete(rows, [each for each in missing if each < rows.size - 1])
    blocks = [part for part in np.split(rows, sorted(set(cuts))) if part.size]
    parts = list(graded_bars(iter(blocks), STORED, step_ns=STEP_NS))
    bars = np.concatenate([part for part, _ in parts])
    whole = time_bars(rows, step_ns=STEP_NS)
    for name in set(whole.dtype.names) - {"moment2"}:  # a float: sums of parts may round
        np.testing.assert_array_equal(bars[name], whole[name])
    grades = np.concatenate([each.grade for _, each in parts])
    assert (grades == 1).tolist() == [holes_of(rows, bar) == 0 for bar in whole]
    at_once = [each.grade for _, each in graded_bars(iter([rows]), STORED, step_ns=STEP_NS)]
    np.testing.assert_array_equal(grades, np.concatenate(at_once))


def test_no_trades_are_no_bars():
    assert list(graded_bars(iter([]), STORED, step_ns=STEP_NS)) == []
