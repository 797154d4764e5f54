import numpy as np
import pytest

from core.calc.followed import FollowedRule, followed
from core.calc.moves_after import MovesRule

S = 1_000_000_000
MINUTE = 60 * S
HOUR = 60 * MINUTE
AT_ONCE = FollowedRule(horizons_ns=(MINUTE,), latency_ns=0)


def seconds(prices):
    """A price a second, from the epoch."""
    return np.arange(len(prices)) * S, np.array(prices, float)


def at(*moments_s):
    return np.array(moments_s, np.int64) * S


def test_the_move_is_from_the_price_at_the_moment_to_that_at_the_horizon():
    times, prices = seconds([100.0] * 60 + [101.0] * 60 + [99.0] * 60)
    (found,) = followed(at(10, 70), times, prices, rule=AT_ONCE)
    assert (found.n, found.left_out) == (2, 0)
    # +1 of 100 and -2 of 101, in basis points; their median is the mean of the two.
    assert found.median_bps == pytest.approx((100.0 - 198.01980198) / 2)


def test_a_selling_moment_is_right_where_price_falls():
    times, prices = seconds([100.0] * 60 + [99.0] * 61)
    (found,) = followed(at(10), times, prices, sides=np.array([-1]), rule=AT_ONCE)
    assert found.median_bps == pytest.approx(100.0)


def test_the_trader_comes_later_than_the_moment_is_known():
    times, prices = seconds([100.0, 100.0, 110.0, 110.0, 110.0])
    late = FollowedRule(horizons_ns=(2 * S,), latency_ns=S)
    assert followed(at(1), times, prices, rule=late)[0].median_bps == pytest.approx(0.0)
    assert followed(at(0), times, prices, rule=late)[0].median_bps == pytest.approx(1000.0)


def test_moments_within_a_horizon_of_one_that_counts_are_part_of_it():
    times, prices = seconds(np.linspace(100, 101, 400))
    (found,) = followed(at(10, 11, 69, 70, 129, 130), times, prices, rule=AT_ONCE)
    assert (found.n, found.left_out) == (3, 3)


def test_a_moment_whose_price_is_missing_is_left_out_and_does_not_hide_the_next():
    times, prices = seconds([100.0] * 300)
    prices[95:200] = np.nan
    (found,) = followed(at(40, 41, 220), times, prices, rule=AT_ONCE)
    assert (found.n, found.left_out) == (1, 2)


def test_an_old_price_is_not_the_price():
    times, prices = np.array([0, 30 * S, 200 * S]), np.array([100.0, 100.0, 101.0])
    short = FollowedRule((MINUTE,), 0, MovesRule(hold_ns=30 * S))
    assert followed(at(0), times, prices, rule=short)[0].n == 1
    assert followed(at(1), times, prices, rule=short)[0].n == 0


def test_what_has_not_happened_yet_is_left_out():
    times, prices = seconds([100.0] * 61)
    assert followed(at(0), times, prices, rule=AT_ONCE)[0].n == 1
    assert followed(at(1), times, prices, rule=AT_ONCE)[0].n == 0


def test_without_moments_or_prices_nothing_is_known():
    times, prices = seconds([100.0] * 120)
    for moments, of in ((at(), (times, prices)), (at(5), (times[:0], prices[:0]))):
        (found,) = followed(moments, *of, rule=AT_ONCE)
        assert found.n == 0
        assert np.isnan([found.median_bps, found.low_bps, found.random_median_bps]).all()


def test_each_horizon_has_its_own_row():
    times, prices = seconds(np.linspace(100, 110, 2000))
    found = followed(at(10), times, prices)
    assert [each.horizon_ns // MINUTE for each in found] == [1, 5, 15]
    assert [each.n for each in found] == [1, 1, 1]


def test_in_a_market_that_always_rises_alike_random_times_gain_as_much():
    times = np.arange(4 * 3600) * S
    prices = 100 * np.exp(1e-6 * np.arange(times.size))
    (found,) = followed(at(*range(400, 14_000, 100)), times, prices, rule=AT_ONCE)
    assert found.median_bps == pytest.approx(0.6, abs=1e-3)
    assert found.random_low_bps == pytest.approx(0.6, abs=1e-3)
    assert found.random_high_bps == pytest.approx(0.6, abs=1e-3)


def test_random_times_are_of_the_same_hour():
    # The first hour rises 2 basis points a minute, the second falls as much.
    steps = np.repeat([2e-4 / 60, -2e-4 / 60], 3600)
    times, prices = seconds(100 * np.exp(np.cumsum(steps)))
    early = followed(at(*range(600, 3300, 60)), times, prices, rule=AT_ONCE)[0]
    late = followed(at(*range(4200, 6900, 60)), times, prices, rule=AT_ONCE)[0]
    assert early.random_median_bps == pytest.approx(2.0, abs=0.01)
    assert late.random_median_bps == pytest.approx(-2.0, abs=0.01)


def test_random_times_are_as_lively():
    # Within one hour: calm and flat, but after each lively five minutes price falls 5 basis points.
    chance, moves = np.random.default_rng(3), np.zeros(3600)
    moves[:] = 1e-7 * chance.standard_normal(3600)
    moves[1200:1500] = 2e-5
    moves[1500:1560] = -5e-4 / 60
    times, prices = seconds(100 * np.exp(np.cumsum(moves)))
    (found,) = followed(at(1500), times, prices, rule=AT_ONCE)
    assert found.median_bps == pytest.approx(-5.0, abs=0.1)
    assert found.random_median_bps > -5.0
    (calm,) = followed(at(600), times, prices, rule=AT_ONCE)
    assert calm.random_median_bps == pytest.approx(0.0, abs=0.1)


def test_a_planted_edge_lies_outside_of_what_chance_gives_and_none_lies_within():
    chance = np.random.default_rng(5)
    moves = 1e-5 * chance.standard_normal(6 * 3600)
    moments = at(*range(600, 21_000, 200))
    planted = moves.copy()
    for second in (moments // S).tolist():
        planted[second + 1 : second + 31] += 3e-4 / 30
    results = []
    for each in (moves, planted):
        times, prices = seconds(100 * np.exp(np.cumsum(each)))
        results.append(followed(moments, times, prices, rule=AT_ONCE)[0])
    none, edge = results
    assert none.random_low_bps < none.median_bps < none.random_high_bps
    assert edge.median_bps > edge.random_high_bps
    assert edge.low_bps > none.high_bps


def test_the_same_moments_give_the_same_numbers():
    chance = np.random.default_rng(6)
    times, prices = seconds(100 * np.exp(np.cumsum(1e-5 * chance.standard_normal(4000))))
    moments = at(*range(400, 2800, 60))
    rule = FollowedRule(horizons_ns=(MINUTE,))
    assert followed(moments, times, prices, rule=rule) == followed(
        moments, times, prices, rule=rule
    )


@pytest.mark.parametrize("moments", [at(2, 1), at(1)])
def test_what_is_not_in_order_is_refused(moments):
    times, prices = seconds([100.0] * 3)
    with pytest.raises(ValueError, match="in"):
        followed(moments, times[::-1], prices)
