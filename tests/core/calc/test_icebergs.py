import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.calc.icebergs import IcebergRules, Icebergs
from core.calc.ledger import STEP_DTYPE
from core.calc.ledger_steps import ledger_steps
from core.domain.arrays import BookSide
from tests.core.calc.test_ledger import changes, trades, worlds
from tests.support.rows import book, message

BID = BookSide.BID
SELL = -1
MS = 1_000_000
OPEN = book(0, {100: 10, 99: 3}, {110: 50})


def icebergs(*messages, sold, rules=IcebergRules()):  # noqa: B008 - frozen
    traded = trades(*((at_ms * MS, 100, lots, SELL) for at_ms, lots in sold))
    return Icebergs(rules).take(ledger_steps(changes(OPEN, *messages), traded))


def bid(at_ms, lots, price=100):
    return message(at_ms * MS, [(BID, price, lots)])


def test_a_level_that_fills_twice_what_it_shows_and_comes_back_twice_is_an_iceberg():
    found = icebergs(
        bid(1_000, 2),
        bid(1_100, 10),
        bid(2_000, 9),
        bid(3_000, 5),
        sold=[(950, 8), (1_950, 9), (2_950, 4)],
    )
    assert len(found) == 1
    assert (found[0].side, found[0].price_ticks) == (BID, 100)
    assert (found[0].event_ns, found[0].known_ns) == (3_000 * MS, 3_250 * MS)
    assert (found[0].filled_lots, found[0].peak_lots, found[0].refills) == (21, 10, 2)
    assert (found[0].since_ns, found[0].slowest_refill_ns) == (1_000 * MS, 100 * MS)


def test_an_iceberg_is_told_of_once_in_a_visit():
    found = icebergs(
        *(bid(1_000 * second, 10 - second % 2) for second in range(1, 9)),
        sold=[(1_000 * second - 10, 10) for second in range(1, 9)],
    )
    assert [each.event_ns for each in found] == [2_000 * MS]


def test_a_refill_that_comes_late_or_is_of_another_size_does_not_count():
    sold = [(950, 8), (1_950, 9), (2_950, 9), (3_950, 9)]
    late = [bid(1_000, 2), bid(1_301, 10), bid(2_000, 1), bid(2_301, 10), bid(3_000, 1)]
    assert icebergs(*late, sold=sold[:3]) == []
    other = [bid(1_000, 2), bid(1_100, 13), bid(2_000, 4), bid(2_100, 13), bid(3_000, 4)]
    assert icebergs(*other, sold=sold[:3]) == []


def test_a_visit_ends_when_the_side_has_a_better_price():
    before = [bid(1_000, 9), bid(1_500, 10)]
    sold = [(950, 10), (2_950, 10)]
    assert len(icebergs(*before, bid(3_000, 9), sold=sold)) == 1
    away = [bid(2_000, 5, price=101), bid(2_500, 0, price=101)]
    assert icebergs(*before, *away, bid(3_000, 9), sold=sold) == []


def test_a_visit_ends_when_nothing_came_back_in_time():
    back = [bid(1_000, 9), bid(1_200, 0)]
    sold = [(950, 10), (1_150, 9), (2_950, 10)]
    assert icebergs(*back, bid(2_600, 10), bid(3_000, 9), sold=sold) == []


def test_a_new_snapshot_ends_the_visits():
    again = book(2_000 * MS, {100: 9, 99: 3}, {110: 50})
    assert icebergs(bid(1_000, 9), again, bid(3_000, 8), sold=[(950, 10), (2_950, 10)]) == []


def test_no_steps_tell_nothing():
    assert Icebergs().take(np.zeros(0, STEP_DTYPE)) == []


@given(worlds(), st.integers(0, 60))
def test_in_portions_it_is_the_same_and_evidence_is_what_the_rule_asks(world, cut):
    steps = ledger_steps(*world)
    rules = IcebergRules(refills=1)
    followed = Icebergs(rules)
    found = followed.take(steps[:cut]) + followed.take(steps[cut:])
    assert found == Icebergs(rules).take(steps)
    assert all(each.filled_lots >= 2 * each.peak_lots and each.refills >= 1 for each in found)
    known = [each.known_ns for each in found]
    assert known == sorted(known)
