from random import Random

from hypothesis import given
from hypothesis import strategies as st

from data.feeds.backoff import CAP_S, FIRST_S, Backoff


@given(st.integers(0, 2**32), st.integers(1, 60))
def test_waits_grow_to_the_cap_and_not_beyond(seed, failures):
    backoff = Backoff(Random(seed))
    waits = [backoff.next_s() for _ in range(failures)]
    for number, wait_s in enumerate(waits):
        longest_s = min(CAP_S, FIRST_S * 2**number)
        assert longest_s / 2 <= wait_s <= longest_s


@given(st.integers(0, 2**32))
def test_the_first_retry_comes_within_a_quarter_of_a_second(seed):
    assert 0 < Backoff(Random(seed)).next_s() <= 0.25


def test_a_connection_that_delivered_for_long_is_forgiven_its_past():
    backoff = Backoff(Random(1))
    for _ in range(9):
        backoff.next_s()
    assert backoff.next_s(delivered_s=19.9) > 10
    assert backoff.next_s(delivered_s=20.0) <= FIRST_S


def test_the_venue_is_left_alone_for_as_long_as_it_asks_and_a_little_more():
    backoff = Backoff(Random(1))
    waits = [backoff.next_s(at_least_s=60) for _ in range(50)]
    assert min(waits) >= 60
    assert max(waits) <= 75
    assert len(set(waits)) == 50
