from hypothesis import given
from hypothesis import strategies as st

from data.buffers.followed_book import FollowedBook
from tests.support.book_events import delta, snapshot

LOTS = st.integers(1, 9)
SIDE = st.dictionaries(st.integers(1, 2_000), LOTS, max_size=40)
DENSE = st.dictionaries(st.integers(1, 30), LOTS, max_size=30)


def book(away_bids, away_asks):
    """A book around 5000, from how far its levels are away."""
    made = FollowedBook()
    bids = [(5_000 - away, lots) for away, lots in away_bids.items()]
    asks = [(5_000 + away, lots) for away, lots in away_asks.items()]
    made.replace(snapshot(1, bids, asks))
    return made, sorted(bids, reverse=True), sorted(asks)


@given(SIDE | DENSE, SIDE | DENSE)
def test_the_best_levels_by_rank_are_those_of_both_sides_however_sparse(away_bids, away_asks):
    made, *sides = book(away_bids, away_asks)
    expected = []
    for side in sides:
        padded = [*side, *[(0, 0)] * 5][:5]
        expected += [ticks for ticks, _ in padded] + [lots for _, lots in padded]
    assert made.ranked(5) == expected


@given(SIDE | DENSE, SIDE | DENSE, st.integers(0, 2_500))
def test_the_levels_near_the_best_are_all_of_them(away_bids, away_asks, reach):
    made, bids, asks = book(away_bids, away_asks)
    found = made.near(reach)
    assert sorted(found[0]) == sorted(each for each in bids if bids[0][0] - each[0] <= reach)
    assert sorted(found[1]) == sorted(each for each in asks if each[0] - asks[0][0] <= reach)


def test_the_touch_of_an_empty_side_is_nothing():
    made, *_ = book({1: 5}, {2: 6})
    assert made.touch() == (5, 6, 4_999, 5_002)
    made.apply(delta(2, bids=[(4_999, 0)], asks=[(5_002, 0)]))
    assert made.touch() == (0, 0, 0, 0)


def test_what_is_known_of_a_full_book_ends_at_its_last_levels():
    made = FollowedBook()
    made.replace(snapshot(1, [(99, 1), (97, 1)], [(101, 1), (104, 1)], depth=2))
    assert made.known() == (97, 104)
