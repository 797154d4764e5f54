"""VWAP of blocks, by hand and against the VWAP of each whole session."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.running_vwap import RunningVwap
from core.calc.sessions import NO_SESSIONS, Period, Sessions
from core.calc.vwap import vwap
from core.domain.arrays import empty_trades
from tests.support.tapes import DAY_NS, NOON_NS, tapes
from tests.support.trades import trades


def test_a_second_block_goes_on_where_the_first_ended():
    running = RunningVwap()
    first = running.after(trades((0, 10, 1, 1)))
    second = running.after(trades((1, 20, 1, -1), (2, 30, 2, 0)))
    assert (first.vwap_ticks.tolist(), first.sigma_ticks.tolist()) == ([10.0], [0.0])
    np.testing.assert_allclose(second.vwap_ticks, [15.0, 22.5])
    np.testing.assert_allclose(second.sigma_ticks, [5.0, np.sqrt(68.75)])


def test_a_session_begins_anew():
    rows = trades((0, 10, 1, 1), (1, 20, 1, 1))
    rows["ts_event_ns"] = NOON_NS, NOON_NS + DAY_NS // 2
    assert RunningVwap().after(rows).vwap_ticks.tolist() == [10.0, 20.0]
    assert RunningVwap(sessions=NO_SESSIONS).after(rows).vwap_ticks.tolist() == [10.0, 15.0]


@given(tapes(min_size=1, ticks=(600_000, 600_060)), st.lists(st.integers(0, 40)))
def test_it_does_not_depend_on_where_blocks_end(rows, cuts):
    sessions = Sessions(Period.DAY, start_ns=DAY_NS // 2)  # noon is inside the tape
    running = RunningVwap(sessions=sessions)
    lines = [running.after(part) for part in np.split(rows, sorted(cuts))]
    index = sessions.index(rows["ts_event_ns"])
    whole = [vwap(rows[index == each], anchor_ns=0) for each in np.unique(index)]
    for name in ("ts_ns", "vwap_ticks", "sigma_ticks"):
        found, wanted = (
            np.concatenate([getattr(line, name) for line in each]) for each in (lines, whole)
        )
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-6)


def test_no_trades_have_none_and_unsorted_ones_are_refused():
    assert RunningVwap().after(empty_trades()).vwap_ticks.size == 0
    with pytest.raises(ValueError, match="sorted"):
        RunningVwap().after(trades((1, 10, 1, 1), (0, 10, 1, 1)))
