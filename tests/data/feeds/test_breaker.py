from math import inf
from random import Random

from core.domain.errors import NotListed, RateLimited, VenueDown, VenueRefused
from data.feeds.breaker import Breaker


def broken(error, *, times=1):
    breaker = Breaker(Random(1))
    for _ in range(times):
        breaker.failed(error, 100.0)
    return breaker


def test_it_lets_through_until_something_fails():
    breaker = Breaker(Random(1))
    assert breaker.refusal(0.0) is None
    breaker.failed(NotListed("no", venue="okx"), 0.0)
    assert breaker.refusal(0.0) is None


def test_a_rate_limit_closes_it_for_as_long_as_the_venue_asks():
    error = RateLimited("slow", venue="okx", retry_after_s=7.0)
    breaker = broken(error)
    assert breaker.refusal(106.9) is error
    assert breaker.refusal(100 + 7 * 1.25) is None


def test_rate_limits_in_a_row_are_waited_out_longer_and_longer():
    breaker = broken(RateLimited("slow", venue="okx", retry_after_s=1.0), times=9)
    assert 15 <= breaker.wait_s(100.0) <= 30


def test_a_refusal_is_for_good():
    breaker = broken(VenueRefused("no", venue="okx"))
    assert breaker.wait_s(1e9) == inf
    assert isinstance(breaker.refusal(1e9), VenueRefused)


def test_a_venue_that_is_down_is_asked_again_less_and_less_often():
    first = broken(VenueDown("down", venue="okx")).wait_s(100.0)
    tenth = broken(VenueDown("down", venue="okx"), times=10).wait_s(100.0)
    assert 0.25 <= first <= 0.5
    assert 15 <= tenth <= 30


def test_success_forgives():
    breaker = broken(VenueDown("down", venue="okx"), times=10)
    breaker.succeeded()
    breaker.failed(VenueDown("down", venue="okx"), 200.0)
    assert breaker.wait_s(200.0) <= 0.5
