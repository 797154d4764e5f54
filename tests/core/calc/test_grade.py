"""Every proof of FAULTS and DESIGN worked by hand, and what must hold whatever is missing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.evidence import time_within
from core.calc.grade import EVIDENCE_DTYPE, UNKNOWN, Reason, grade
from core.calc.trade_runs import Ids
from tests.support.grading import MINUTE_NS, candles_of, graded
from tests.support.tapes import tapes
from tests.support.trades import START_NS, trades

FIVE = trades(*((20 * n, 1000, 10, 1 if n % 2 else -1) for n in range(15)))
"""Three trades of ten lots in each of five minutes."""


def without(*places):
    return np.delete(FIVE, places)


def reasons(grades):
    return [Reason(each) for each in grades.reason.tolist()]


def fives():
    """FIVE with merged fills: ids step by two."""
    rows = FIVE.copy()
    rows["fills"] = 2
    rows["trade_id"] = 100 + 2 * np.arange(15)
    return rows


def test_contiguous_ids_prove_every_bar_between_the_first_and_the_last():
    grades = graded(FIVE, Ids.COUNT)
    np.testing.assert_array_equal(grades.grade, [np.nan, 1, 1, 1, np.nan])
    unproven, ids = Reason.UNPROVEN, Reason.IDS
    assert reasons(grades) == [unproven, ids, ids, ids, unproven]


def test_a_missing_id_lowers_the_grade_to_the_share_of_ids_held():
    grades = graded(without(7), Ids.COUNT)
    assert grades.grade[1:4].tolist() == [1, 2 / 3, 1]
    assert reasons(grades)[2] is Reason.IDS_MISSING


def test_ids_missing_between_two_bars_count_in_both():
    grades = graded(without(6), Ids.COUNT)  # the first of minute 2: nobody knows in which it was
    assert grades.grade[1:4].tolist() == [3 / 4, 2 / 3, 1]


def test_many_ids_missing_are_shared_out_by_the_time_they_have():
    rows = FIVE.copy()
    rows["trade_id"][6:] += 100  # between 1 min 40 s and 2 min: all of it lies in minute 1
    grades = graded(rows, Ids.COUNT)
    assert grades.grade[1:3].tolist() == [3 / 103, 3 / 4]


def test_a_bar_without_trades_is_complete_where_the_ids_go_on_over_it():
    rows = FIVE[[0, 1, 2, 12, 13, 14]]
    rows["trade_id"] = np.arange(6)
    opens = START_NS + MINUTE_NS * np.arange(5)
    assert graded(rows, Ids.COUNT, opens=opens).grade[1:4].tolist() == [1, 1, 1]
    rows["trade_id"][3:] += 10
    assert np.all(graded(rows, Ids.COUNT, opens=opens).grade[1:4] == 0)


def test_an_open_bar_is_proven_as_far_as_it_has_come():
    edge_ns = START_NS + 4 * MINUTE_NS + 45 * 10**9
    grades = graded(FIVE, Ids.COUNT, edge_ns=edge_ns)
    assert grades.grade[4] == 1


def test_ids_that_count_fills_prove_a_bar_whose_ids_jump_by_them():
    grades = graded(fives(), Ids.COUNT_FILLS)
    np.testing.assert_array_equal(grades.grade, [np.nan, 1, 1, 1, np.nan])
    assert reasons(grades)[1] is Reason.FILLS


def test_a_fill_too_few_is_a_hole():
    rows = fives()
    rows["fills"][7] = 1
    grades = graded(rows, Ids.COUNT_FILLS)
    assert grades.grade[1:4].tolist() == [1, 5 / 6, 1]


def test_one_trade_told_twice_is_no_proof_that_all_are_there():
    rows = fives()
    rows["trade_id"][7] -= 1  # its first fill is the last one of the trade before
    rows["trade_id"][8:] -= 1
    assert np.isnan(graded(rows, Ids.COUNT_FILLS).grade[2])


def test_merged_rows_that_do_not_say_their_fills_are_not_proven_and_not_called_short():
    rows = fives()
    rows["fills"] = 0
    assert np.isnan(graded(rows, Ids.COUNT_FILLS).grade).all()
    rows["trade_id"] = np.arange(15)  # each fill by itself, as REST tells them
    assert graded(rows, Ids.COUNT_FILLS).grade[1:4].tolist() == [1, 1, 1]


def test_ids_that_only_name_prove_nothing_by_themselves():
    grades = graded(FIVE, Ids.NAMES)
    assert np.isnan(grades.grade).all()
    assert set(reasons(grades)) == {Reason.UNPROVEN}


def test_the_closed_candle_proves_what_ids_cannot():
    grades = graded(FIVE, Ids.NAMES, candles=candles_of(FIVE))
    assert grades.grade.tolist() == [1] * 5
    assert set(reasons(grades)) == {Reason.CANDLE}


def test_a_bar_short_of_its_candle_has_the_share_of_its_volume():
    grades = graded(without(7), Ids.NAMES, candles=candles_of(FIVE))
    assert grades.grade.tolist() == [1, 1, 2 / 3, 1, 1]
    assert reasons(grades)[2] is Reason.SHORT
    assert grades.missing_lots.tolist() == [0, 0, 10, 0, 0]


def test_one_lot_too_few_is_below_one_however_large_the_volume():
    rows = FIVE.copy()
    rows["size_lots"] = 2**50
    told = candles_of(rows)
    told["sell_lots"][1] += 1
    assert graded(rows, Ids.COUNT, candles=told).grade[1] < 1


def test_more_than_the_candle_is_a_disagreement_too():
    told = candles_of(FIVE)
    told["buy_lots"][1] -= 6
    grades = graded(FIVE, Ids.NAMES, candles=told)
    assert grades.grade[1] == pytest.approx(24 / 30)
    assert reasons(grades)[1] is Reason.OVER
    assert grades.missing_lots[1] == -6


def test_another_share_of_buyers_than_the_candles_lowers_the_grade():
    told = candles_of(FIVE)
    told["buy_lots"][1] -= 6
    told["sell_lots"][1] += 6
    grades = graded(FIVE, Ids.COUNT, candles=told)
    assert grades.grade[1] == pytest.approx(0.8)
    assert reasons(grades)[1] is Reason.SIDES


def test_a_candle_that_does_not_tell_the_buyers_is_compared_by_volume_alone():
    told = candles_of(FIVE)
    told["unknown_lots"] = told["buy_lots"] + told["sell_lots"]
    told["buy_lots"] = told["sell_lots"] = 0
    assert graded(FIVE, Ids.NAMES, candles=told).grade.tolist() == [1] * 5


def test_a_number_that_no_trade_bears_is_forgiven_where_the_candle_agrees():
    rows = FIVE.copy()
    rows["trade_id"][7:] += 1
    grades = graded(rows, Ids.COUNT, candles=candles_of(rows))
    assert grades.grade.tolist() == [1] * 5
    assert reasons(grades)[2] is Reason.CANDLE


def test_a_gap_leaves_the_share_of_its_time():
    gap = (START_NS + 2 * MINUTE_NS + 15 * 10**9, START_NS + 2 * MINUTE_NS + 30 * 10**9)
    grades = graded(FIVE, Ids.NAMES, gaps=[gap, gap])
    assert grades.grade[2] == 0.75
    assert reasons(grades)[2] is Reason.GAP
    assert np.isnan(grades.grade[[0, 1, 3, 4]]).all()


def test_a_bar_in_which_trades_begin_says_so():
    begins_ns = START_NS + 15 * 10**9
    grades = graded(FIVE[1:], Ids.COUNT, begins_ns=begins_ns)
    assert grades.grade[0] == 0.75
    assert reasons(grades)[0] is Reason.BEGINS
    told = graded(FIVE[1:], Ids.NAMES, begins_ns=begins_ns, candles=candles_of(FIVE))
    assert told.grade[0] == pytest.approx(2 / 3)
    assert reasons(told)[0] is Reason.BEGINS


def test_only_the_venues_candle_is_no_trades_at_all():
    opens = START_NS + MINUTE_NS * np.arange(5)
    grades = graded(FIVE[6:], Ids.COUNT, candles=candles_of(FIVE), opens=opens)
    assert grades.grade.tolist() == [0, 0, 1, 1, 1]
    assert reasons(grades)[:2] == [Reason.NO_TRADES] * 2
    assert grades.due_lots.tolist() == [30] * 5


def test_the_book_has_a_grade_of_its_own():
    evidence = np.zeros(2, EVIDENCE_DTYPE)
    evidence["candle_lots"] = evidence["ids_missing"] = UNKNOWN
    evidence["book_gap_ns"] = UNKNOWN, MINUTE_NS // 4
    grades = grade(evidence, step_ns=MINUTE_NS, ids=Ids.NAMES)
    np.testing.assert_array_equal(grades.book_grade, [np.nan, 0.75])
    assert np.isnan(grades.grade).all()


def test_overlapping_spans_count_once():
    spans = [(5, 25), (0, 10), (30, 31), (12, 20)]
    assert time_within(spans, np.array([0, 10, 20, 30]), step_ns=10).tolist() == [10, 10, 5, 1]


@pytest.mark.parametrize("ids", list(Ids))
@given(rows=tapes(min_size=1, sides=(-1, 1)), place=st.integers(0, 39), told=st.booleans())
def test_a_proven_bar_is_proven_no_more_once_any_of_its_trades_is_gone(ids, rows, place, told):
    if ids is Ids.COUNT_FILLS:
        rows["fills"] = 1 + rows["size_lots"] % 3
        rows["trade_id"] = np.cumsum(rows["fills"])
    candles = candles_of(rows) if told or ids is Ids.NAMES else None
    before = graded(rows, ids, candles=candles)
    gone = place % rows.size
    after = graded(np.delete(rows, gone), ids, candles=candles, opens=before.open_ns)
    bar = np.searchsorted(before.open_ns, rows["ts_event_ns"][gone], side="right") - 1
    if candles is not None:
        assert np.all(before.grade == 1)
    assert before.grade[bar] == 1 or np.isnan(before.grade[bar])
    assert after.grade[bar] != 1


@given(tapes(min_size=1), st.sets(st.integers(0, 39)), st.sampled_from(Ids))
def test_a_grade_is_a_share_or_not_known(rows, gone, ids):
    kept = np.delete(rows, [each for each in gone if each < rows.size - 1])
    grades = graded(kept, ids, candles=candles_of(rows)[::2]).grade
    assert np.all(np.isnan(grades) | ((grades >= 0) & (grades <= 1)))
