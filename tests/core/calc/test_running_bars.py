"""Bars of blocks, against the same bars of the whole tape."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calc.delta_bars import delta_bars
from core.calc.dollar_bars import dollar_bars
from core.calc.range_bars import range_bars
from core.calc.running_bars import By, Cut, RunningBars
from core.calc.sessions import NO_SESSIONS, UTC_DAYS, Sessions
from core.calc.tick_bars import tick_bars
from core.calc.volume_bars import volume_bars
from core.domain.arrays import BAR_DTYPE, empty_trades
from tests.support.tapes import long_tapes, tapes

WHOLE = {
    By.TICK: lambda rows, size, sessions: tick_bars(rows, size=size, sessions=sessions),
    By.VOLUME: lambda rows, size, sessions: volume_bars(rows, size_lots=size, sessions=sessions),
    By.DOLLAR: lambda rows, size, sessions: dollar_bars(
        rows, size_tick_lots=size, sessions=sessions
    ),
    By.RANGE: lambda rows, size, sessions: range_bars(rows, range_ticks=size, sessions=sessions),
    By.DELTA: lambda rows, size, sessions: delta_bars(rows, delta_lots=size, sessions=sessions),
}
SIZES = {By.TICK: 7, By.VOLUME: 2_000, By.DOLLAR: 50_000, By.RANGE: 40, By.DELTA: 900}
NOON = Sessions(start_ns=43_200_000_000_000)


def assert_as_whole(rows, blocks, cut, sessions):
    running = RunningBars(cut, sessions=sessions)
    closed = np.concatenate([running.after(block) for block in blocks])
    whole = WHOLE[cut.by](rows, cut.size, sessions)
    assert closed.size == whole.closed.sum()
    found = np.concatenate([closed, running.open])
    for name in set(BAR_DTYPE.names) - {"moment2"}:
        np.testing.assert_array_equal(found[name], whole.bars[name], err_msg=name)
    np.testing.assert_allclose(found["moment2"], whole.bars["moment2"], rtol=1e-9)


@pytest.mark.parametrize("by", By)
@given(
    rows=tapes(),
    cuts=st.lists(st.integers(0, 40)),
    scale=st.integers(1, 12),
    sessions=st.sampled_from([UTC_DAYS, NO_SESSIONS, NOON]),
)
def test_bars_do_not_depend_on_where_blocks_end(by, rows, cuts, scale, sessions):
    blocks = np.split(rows, sorted(cuts))
    cut = Cut(by, max(SIZES[by] * scale // 4, 1))
    assert_as_whole(rows, blocks, cut, sessions)


@pytest.mark.parametrize("by", By)
@settings(max_examples=15)
@given(rows=long_tapes(count=2_000), block=st.integers(50, 700))
def test_a_long_tape_in_blocks_has_the_bars_of_the_whole(by, rows, block):
    blocks = [rows[at : at + block] for at in range(0, rows.size, block)]
    cut = Cut(by, SIZES[by] * (1_000 if by in {By.VOLUME, By.DELTA, By.DOLLAR} else 3))
    assert_as_whole(rows, blocks, cut, UTC_DAYS)


@given(tapes(min_size=2), st.integers(1, 39))
def test_a_copy_goes_on_by_itself(rows, at):
    cut = Cut(By.TICK, 3)
    running = RunningBars(cut)
    running.after(rows[:at])
    before = running.open.copy()
    copy = running.copy()
    copy.after(rows[at:])
    assert running.open.tolist() == before.tolist()
    assert copy.open["trades"].sum() == rows.size % 3


def test_no_trades_close_nothing():
    running = RunningBars(Cut(By.VOLUME, 5))
    assert running.after(empty_trades()).size == 0
    assert running.open.size == 0


def test_a_bar_of_nothing_is_refused():
    with pytest.raises(ValueError, match="must be above zero, was 0"):
        Cut(By.TICK, 0)
