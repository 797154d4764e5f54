import numpy as np

from core.calc.grade import Grades, Reason
from core.calc.sum_grades import sum_grades

NAN = np.nan


def part(*bars):
    """Grades of (grade, reason, due lots)."""
    shares, reasons, due = zip(*bars, strict=True)
    count = len(bars)
    return Grades(
        open_ns=np.arange(count),
        grade=np.array(shares, float),
        reason=np.array(reasons),
        missing_lots=np.ones(count, np.int64),
        book_grade=np.full(count, 0.5),
        due_lots=np.array(due, float),
    )


def test_one_part_is_itself():
    only = part((0.5, Reason.GAP, 10))
    assert sum_grades([only]) is only


def test_volumes_weigh_and_the_worst_part_says_why():
    whole = part((1, Reason.IDS, 90), (1, Reason.IDS, 10))
    short = part((0.5, Reason.SHORT, 10), (1, Reason.CANDLE, 10))
    result = sum_grades([whole, short])
    assert result.grade.tolist() == [0.95, 1]
    assert result.reason.tolist() == [Reason.SHORT, Reason.CANDLE]
    assert result.missing_lots.tolist() == [2, 2]


def test_a_part_that_is_not_proven_leaves_the_sum_unproven():
    result = sum_grades([part((1, Reason.IDS, 90)), part((NAN, Reason.UNPROVEN, 10))])
    assert np.isnan(result.grade[0])
    assert result.reason.tolist() == [Reason.UNPROVEN]


def test_what_is_known_to_be_missing_is_said_though_another_part_is_not_proven():
    result = sum_grades([part((0.8, Reason.GAP, 90)), part((NAN, Reason.UNPROVEN, 10))])
    assert result.grade.tolist() == [0.8]
    assert result.reason.tolist() == [Reason.GAP]


def test_a_venue_of_which_nothing_is_known_in_a_bar_weighs_as_much_as_its_mean_bar():
    lost = part((1, Reason.IDS, 30), (0, Reason.GAP, 0))
    result = sum_grades([part((1, Reason.IDS, 70), (1, Reason.IDS, 70)), lost])
    assert result.grade.tolist() == [1, 0.7]


def test_a_loss_too_small_to_be_seen_keeps_the_sum_below_one():
    tiny = part((np.nextafter(1, 0), Reason.SHORT, 1))
    assert sum_grades([part((1, Reason.IDS, 1e15)), tiny]).grade[0] < 1
