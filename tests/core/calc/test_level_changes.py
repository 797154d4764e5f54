import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.level_changes import LevelChanges
from core.calc.level_side import ChangeKind
from core.domain.arrays import LEVEL_DTYPE, BookSide
from tests.support.rows import book, message

BID, ASK = BookSide.BID, BookSide.ASK
CHANGED, OPENED, LEFT = ChangeKind.CHANGED, ChangeKind.OPENED, ChangeKind.LEFT
FIELDS = ["side", "price_ticks", "before_lots", "after_lots", "kind"]


def changes(*messages):
    found = LevelChanges().take(np.concatenate(messages))
    return [found[found["message"] == index][FIELDS].tolist() for index, _ in enumerate(messages)]


def test_a_snapshot_opens_what_it_tells_and_a_delta_changes_it():
    first, second = changes(
        book(10, {99: 5}, {101: 7}), message(20, [(BID, 99, 3), (ASK, 102, 4), (BID, 97, 0)])
    )
    assert first == [(BID, 99, 0, 5, OPENED), (ASK, 101, 0, 7, OPENED)]
    assert second == [(BID, 99, 5, 3, CHANGED), (ASK, 102, 0, 4, CHANGED)]


def test_a_change_knows_the_best_prices_after_its_message_and_0_where_there_is_none():
    found = LevelChanges().take(
        np.concatenate(
            (
                book(10, {99: 5}, {101: 7}),
                message(20, [(BID, 100, 1)]),
                message(30, [(ASK, 101, 0)]),
            )
        )
    )
    assert found[["bid_ticks", "ask_ticks"]].tolist() == [(99, 101)] * 2 + [(100, 101), (100, 0)]


def test_a_price_beyond_the_snapshot_opens_since_nobody_told_what_was_there():
    _, second = changes(
        book(10, {99: 5, 98: 1}, {101: 7}, depth=2),
        message(20, [(BID, 97, 9), (BID, 99, 0), (ASK, 150, 2)]),
    )
    assert second == [(BID, 97, 0, 9, OPENED), (BID, 99, 5, 0, CHANGED), (ASK, 150, 0, 2, CHANGED)]


def test_a_level_that_others_push_out_of_a_rolling_book_has_left_and_is_not_cancelled():
    _, second, third = changes(
        book(10, {99: 5, 98: 1}, {101: 7, 103: 8}, depth=2, rolls=True),
        message(20, [(BID, 100, 3)]),
        message(30, [(ASK, 103, 0), (ASK, 102, 4)]),
    )
    assert second == [(BID, 100, 0, 3, CHANGED), (BID, 98, 1, 0, LEFT)]
    assert third == [(ASK, 103, 8, 0, LEFT), (ASK, 102, 0, 4, CHANGED)]


def test_a_level_that_comes_back_into_a_rolling_book_is_not_new():
    _, second = changes(
        book(10, {99: 5, 98: 1}, {101: 7}, depth=2, rolls=True),
        message(20, [(BID, 99, 0), (BID, 97, 6)]),
    )
    assert second == [(BID, 99, 5, 0, CHANGED), (BID, 97, 0, 6, OPENED)]


def test_a_new_snapshot_keeps_what_was_known_before_beside_what_is_known_now():
    _, second = changes(
        book(10, {99: 5, 98: 1, 95: 2}, {101: 7}), book(20, {99: 4, 96: 3}, {101: 7}, depth=2)
    )
    assert second == [
        (BID, 95, 2, 0, LEFT),
        (BID, 96, 0, 3, OPENED),
        (BID, 98, 1, 0, OPENED),
        (BID, 99, 5, 4, OPENED),
        (ASK, 101, 7, 7, OPENED),
    ]


def test_before_the_first_snapshot_nothing_is_known():
    assert LevelChanges().take(message(10, [(BID, 99, 3)])).size == 0
    assert LevelChanges().take(np.zeros(0, LEVEL_DTYPE)).size == 0


def test_without_the_venues_time_the_receipts_stands_and_time_never_runs_back():
    late = book(0, {99: 5}, {101: 7})
    late["ts_recv_ns"] = 50
    rows = np.concatenate((late, message(40, [(BID, 99, 3)]), message(60, [(BID, 99, 1)])))
    assert LevelChanges().take(rows)["ts_ns"].tolist() == [50, 50, 50, 60]


def test_sizes_are_those_near_the_middle():
    followed = LevelChanges()
    assert followed.sizes(within_bps=50).size == 0
    followed.take(book(10, {9_990: 5, 9_949: 1}, {10_010: 7, 10_051: 9, 10_050: 2}))
    assert sorted(followed.sizes(within_bps=50).tolist()) == [2, 5, 7]
    followed.take(message(20, [(BID, 9_990, 0), (BID, 9_949, 0)]))
    assert followed.sizes(within_bps=50).size == 0


LEVELS = st.tuples(st.sampled_from([BID, ASK]), st.integers(1, 9), st.sampled_from([0, 0, 1, 5]))


def each_book(rolls, depth, deltas):
    """Rows: a snapshot, then deltas; bids at 100 - n, asks at 100 + n."""
    rows = [book(0, {99: 2, 96: 1, 94: 8}, {101: 4, 105: 3}, depth=depth, rolls=rolls)]
    for index, levels in enumerate(deltas):
        told = {(side, 100 - side * away): lots for side, away, lots in levels}
        rows.append(message(index + 1, [(*key, lots) for key, lots in told.items()]))
    return np.concatenate(rows)


@given(
    st.booleans(),
    st.integers(3, 5),
    st.lists(st.lists(LEVELS, min_size=1, max_size=5), max_size=12),
)
def test_the_sizes_after_the_changes_are_those_of_a_plain_book(rolls, depth, deltas):
    rows = each_book(rolls, depth, deltas)
    plain = {}
    for at_ns in range(len(deltas) + 1):
        for row in rows[rows["ts_event_ns"] == at_ns]:
            plain[int(row["side"]), int(row["price_ticks"])] = int(row["size_lots"])
        for side in (BID, ASK) if rolls else ():
            held = sorted(
                (price * side, side) for (own, price), lots in plain.items() if own == side and lots
            )
            for key, _ in held[: max(len(held) - depth, 0)]:
                plain[side, key * side] = 0
    found, replayed = LevelChanges().take(rows), {}
    for side, price, before, after, _ in found[FIELDS].tolist():
        assert before == replayed.get((side, price), 0)
        replayed[side, price] = after
    assert {k: v for k, v in replayed.items() if v} == {k: v for k, v in plain.items() if v}


@given(st.lists(st.lists(LEVELS, min_size=1, max_size=5), max_size=12), st.data())
def test_messages_may_come_in_any_portions(deltas, data):
    rows = each_book(rolls=True, depth=3, deltas=deltas)
    cut = data.draw(st.sampled_from([*np.flatnonzero(rows["flags"] & 1).tolist(), rows.size]))
    followed = LevelChanges()
    parts = np.concatenate((followed.take(rows[:cut]), followed.take(rows[cut:])))
    assert parts.tolist() == LevelChanges().take(rows).tolist()


@pytest.mark.parametrize("side", [BID, ASK])
def test_the_largest_price_has_room(side):
    top = 2**31 - 1
    _, second = changes(book(1, {1: 1}, {top: 1}), message(2, [(side, top - 1, 5)]))
    assert second == [(side, top - 1, 0, 5, CHANGED)]
