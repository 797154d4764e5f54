import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.calc.trade_runs import Ids, merge_runs, trade_runs
from tests.support.tapes import tapes
from tests.support.trades import START_NS, trades

S_NS = 1_000_000_000


def test_a_run_adds_up_ids_and_lots():
    rows = trades((0, 1000, 5, 1), (1, 1000, 7, -1), (2, 1000, 1, 0), (61, 1000, 2, 1))
    rows["trade_id"] = 10, 12, 13, 20
    first, second = trade_runs(rows, width_ns=60 * S_NS, ids=Ids.COUNT)
    assert first.item()[:10] == (START_NS, START_NS, START_NS + 2 * S_NS, 10, 13, 3, 1, 0, 13, 5)
    assert second.item()[3:10] == (20, 20, 1, 0, 0, 2, 2)


def test_a_row_of_merged_fills_takes_as_many_ids_and_rest_rows_one_each():
    rows = trades((0, 1000, 5, 1), (1, 1000, 7, 1), (2, 1000, 7, 1))
    rows["trade_id"], rows["fills"] = (10, 13, 14), (1, 3, 0)
    (run,) = trade_runs(rows, width_ns=60 * S_NS, ids=Ids.COUNT_FILLS)
    assert (run["begin_id"], run["end_id"], run["held"], run["missing"]) == (10, 14, 5, 0)


def test_a_jump_before_a_row_that_does_not_say_its_fills_is_a_doubt():
    rows = trades((0, 1000, 5, 1), (1, 1000, 7, 1), (2, 1000, 7, 1))
    rows["trade_id"], rows["fills"] = (10, 13, 15), (1, 0, 1)
    (run,) = trade_runs(rows, width_ns=60 * S_NS, ids=Ids.COUNT_FILLS)
    assert (run["missing"], run["doubts"]) == (1, 1)


def test_ids_out_of_the_order_of_time_are_not_missing():
    rows = trades((0, 1000, 5, 1), (1, 1000, 7, 1), (2, 1000, 7, 1))
    rows["trade_id"] = 10, 12, 11
    (run,) = trade_runs(rows, width_ns=60 * S_NS, ids=Ids.COUNT)
    assert (run["missing"], run["doubts"]) == (0, 0)


@given(tapes(), st.sets(st.integers(0, 39)), st.sampled_from(Ids))
def test_merged_runs_are_those_of_all_their_trades(rows, gone, ids):
    rows = np.delete(rows, [each for each in gone if each < rows.size])
    fine = trade_runs(rows, width_ns=S_NS, ids=ids)
    merged = merge_runs(fine, width_ns=60 * S_NS)
    np.testing.assert_array_equal(merged, trade_runs(rows, width_ns=60 * S_NS, ids=ids))


def test_no_trades_are_no_runs():
    assert trade_runs(trades(), width_ns=S_NS, ids=Ids.COUNT).size == 0
