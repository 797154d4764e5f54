import numpy as np

from core.calc.near_depth import near_depth

EVERYTHING = (0, 2**31 - 1)


def side(*levels):
    return np.array([each[0] for each in levels]), np.array([each[1] for each in levels])


BIDS = side((9_990, 5), (9_999, 2), (9_900, 7))
ASKS = side((10_001, 3), (10_011, 4), (10_010, 1))


def test_what_rests_within_a_distance_of_the_middle_counts_and_so_does_its_edge():
    found = near_depth(BIDS, ASKS, within_bps=(1, 10, 1_000), known_ticks=EVERYTHING)
    assert found.tolist() == [[2.0, 3.0], [7.0, 4.0], [14.0, 8.0]]


def test_beyond_what_is_known_of_a_side_nothing_is_said_of_it():
    found = near_depth(BIDS, ASKS, within_bps=(1, 10), known_ticks=(9_995, 10_009))
    assert found[0].tolist() == [2.0, 3.0]
    assert np.isnan(found[1]).all()


def test_a_book_of_one_side_has_no_middle():
    none = side()
    for bids, asks in ((BIDS, none), (none, ASKS)):
        assert np.isnan(near_depth(bids, asks, within_bps=(10,), known_ticks=EVERYTHING)).all()
