import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.cvd import cvd
from core.calc.running_cvd import RunningCvd
from tests.support.tapes import tapes

STEP_NS = 500_000_000


@given(tapes(), st.lists(st.integers(0, 40), max_size=4), st.sampled_from([None, 4 * STEP_NS]))
def test_told_in_pieces_it_is_the_sum_of_all(tape, cuts, session_ns):
    bars = time_bars(tape, step_ns=STEP_NS)
    running = RunningCvd(session_ns=session_ns)
    parts = [running.after(part) for part in np.split(bars, sorted(cuts))]
    np.testing.assert_array_equal(
        np.concatenate(parts), cvd(bars, session_ns=session_ns).close_lots
    )
