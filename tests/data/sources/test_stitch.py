import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.domain.arrays import TRADE_DTYPE
from data.feeds.continuity import Mark
from data.sources.stitch import seam_by_id, seam_by_overlap

FIRST_ID = 100


def tape(count, *, fills=1, step=2):
    """Trades with contiguous ids; ``step`` of them share each millisecond."""
    rows = np.zeros(count, TRADE_DTYPE)
    rows["trade_id"] = FIRST_ID + np.arange(count)
    rows["ts_event_ns"] = np.arange(count) // step * 1_000_000
    rows["fills"] = fills
    return rows


def mark(rows, at, *, fills=1):
    row = rows[at]
    return Mark(int(row["trade_id"]), fills, int(row["ts_event_ns"]))


def before_page(rows, end_id, limit):
    older = rows[rows["trade_id"] < end_id]
    return older[-limit:]


@given(
    count=st.integers(2, 60),
    cut=st.tuples(st.integers(0, 59), st.integers(0, 59)),
    limit=st.integers(1, 30),
    merged=st.integers(1, 4),
    rest_fills=st.sampled_from([0, 1]),
)
def test_walking_back_by_id_finds_exactly_what_is_missing(count, cut, limit, merged, rest_fills):
    rows = tape(count, fills=rest_fills)
    left, right = sorted(each % count for each in cut)
    if rest_fills:
        merged = 1  # REST's rows are the socket's rows
    # The socket's first row bears the id of the last of the fills that it merges.
    right = min(max(right, left + merged), count - 1)
    before, first = mark(rows, left), mark(rows, right, fills=merged)
    found, end_id, closed = [], first.trade_id, first.trade_id <= before.trade_id + 1
    while not closed:
        page = before_page(rows, end_id, limit)
        seam = seam_by_id(page, before=before, first=first, end_id=end_id)
        assert not seam.behind
        found += seam.rows["trade_id"].tolist()
        closed, end_id = seam.closed, int(page["trade_id"].min())
    low = max(first.trade_id - merged + 1, before.trade_id + 1)
    assert sorted(found) == list(range(before.trade_id + 1, low))


def test_the_whole_page_is_taken_where_nothing_is_known_before():
    rows = tape(10)
    seam = seam_by_id(rows[:8], before=None, first=mark(rows, 8), end_id=FIRST_ID + 8)
    assert (seam.rows.size, seam.closed, seam.behind) == (8, False, False)


def test_a_page_that_ends_too_early_is_behind():
    rows = tape(10)
    seam = seam_by_id(rows[:6], before=mark(rows, 2), first=mark(rows, 8), end_id=FIRST_ID + 8)
    assert seam.behind


def test_nothing_older_is_not_behind():
    rows = tape(10)
    seam = seam_by_id(rows[:0], before=mark(rows, 7), first=mark(rows, 8), end_id=FIRST_ID + 8)
    assert not seam.behind


@given(
    count=st.integers(3, 80),
    cut=st.tuples(st.integers(0, 79), st.integers(0, 79)),
    page_rows=st.integers(1, 80),
    arrived=st.integers(0, 10),
)
def test_the_newest_page_adds_exactly_what_is_missing_or_does_not_claim_to(
    count, cut, page_rows, arrived
):
    rows = tape(count)
    left, right = sorted(each % count for each in cut)
    if left == right:
        return
    held = set(rows["trade_id"][: left + 1].tolist())
    held |= set(rows["trade_id"][right : right + 1 + arrived].tolist())
    page = rows[-page_rows:]
    seam = seam_by_overlap(
        page, before=mark(rows, left), first=mark(rows, right), has=held.__contains__
    )
    found = set(seam.rows["trade_id"].tolist())
    hole = set(rows["trade_id"][left + 1 : right].tolist())
    if seam.closed:
        assert hole <= found
    # What lies in the first trade's instant but was not held yet is on its way.
    late = set(rows["trade_id"][rows["ts_event_ns"] == rows["ts_event_ns"][right]].tolist())
    assert found - late <= hole
    assert not found & held


def test_a_newest_page_that_ends_before_the_socket_began_is_behind():
    rows = tape(10)
    seam = seam_by_overlap(rows[:4], before=mark(rows, 1), first=mark(rows, 8), has=lambda _: False)
    assert (seam.behind, seam.closed) == (True, False)


def test_a_newest_page_that_does_not_reach_back_does_not_close_the_hole():
    rows = tape(10)
    seam = seam_by_overlap(
        rows[5:], before=mark(rows, 1), first=mark(rows, 8), has=lambda i: i >= FIRST_ID + 8
    )
    assert not seam.closed
    assert seam.rows["trade_id"].tolist() == [FIRST_ID + 5, FIRST_ID + 6, FIRST_ID + 7]
