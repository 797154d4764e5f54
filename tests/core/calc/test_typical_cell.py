from collections import Counter
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.calc.typical_cell import LEAST_CELLS, typical_cell
from core.domain.units import NS_PER_MINUTE
from tests.support.trades import random_trades, trades


@given(st.integers(0, 2**32), st.integers(1, 20), st.sampled_from([(0, 1), (1, 2), (3, 4), (1, 1)]))
def test_it_is_the_quantile_of_the_cells(seed, rows, frac):
    tape, frac = random_trades(np.random.default_rng(seed), 1_500), Fraction(*frac)
    cells = Counter()
    for at, ticks, side, lots in zip(
        *(tape[n].tolist() for n in ("ts_event_ns", "price_ticks", "aggressor", "size_lots")),
        strict=True,
    ):
        cells[at // NS_PER_MINUTE, ticks // rows, side] += lots
    found = typical_cell(tape, step_ns=NS_PER_MINUTE, ticks_per_row=rows, frac=frac)
    if len(cells) < LEAST_CELLS:
        assert found == 0
        return
    below = sum(lots <= found for lots in cells.values())
    assert found in cells.values()
    assert below >= frac * len(cells)
    assert sum(lots < found for lots in cells.values()) <= frac * len(cells)


def test_a_few_cells_are_no_measure():
    tape = trades(*((i, 100, 5, 1) for i in range(50)))
    assert typical_cell(tape, step_ns=NS_PER_MINUTE, ticks_per_row=1) == 0
    assert typical_cell(tape[:0], step_ns=NS_PER_MINUTE, ticks_per_row=1) == 0


def test_volume_without_a_side_is_no_cell():
    tape = random_trades(np.random.default_rng(1), 1_500)
    without = tape.copy()
    without["aggressor"] = 0
    both = np.concatenate([tape, without])
    options = {"step_ns": NS_PER_MINUTE, "ticks_per_row": 3}
    assert typical_cell(both, **options) == typical_cell(tape, **options)
