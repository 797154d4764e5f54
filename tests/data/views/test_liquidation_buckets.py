import numpy as np
import pytest

from core.domain.arrays import Position
from core.domain.events import Channel, Gap, Listed, Rows
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE
from data.venues.streams import Coverage
from data.views.liquidation_buckets import LiquidationBucketsQuery, LiquidationBucketsSpec
from tests.support.derivatives import OKX, PERP, at, liquidations, quotes
from tests.support.trades import START_NS, instrument

BYBIT = instrument("bybit.perp.BTCUSDT")
LONG, SHORT = Position.LONG, Position.SHORT


def give(engine, rows, listed=PERP, channel=Channel.LIQUIDATIONS):
    engine.submit(Listed(listed))
    engine.submit(Rows(listed, channel, "test", rows))
    assert engine.settle()


def seen(engine, now_s, *, over_ns=5 * NS_PER_MINUTE, instruments=(PERP,), start_ns=0):
    spec = LiquidationBucketsSpec(tuple(each.id for each in instruments), over_ns, start_ns)
    return spec.query().view(engine, from_ns=START_NS, now_ns=at(now_s))


def sums(view):
    return view.buckets.long_quote.sum(), view.buckets.short_quote.sum()


def test_what_is_older_than_asked_does_not_count(engine):
    give(engine, liquidations((10, 100, 50.0, LONG), (200, 40, 50.0, SHORT)))
    assert sums(seen(engine, 300)) == pytest.approx((5.0, 2.0))
    assert sums(seen(engine, 311)) == pytest.approx((0.0, 2.0))
    assert sums(seen(engine, 311, over_ns=NS_PER_HOUR)) == pytest.approx((5.0, 2.0))


def test_a_session_counts_from_its_own_start(engine):
    day_ns = START_NS // NS_PER_DAY * NS_PER_DAY
    start_s = (day_ns + 8 * NS_PER_HOUR - START_NS) / 1e9
    give(engine, liquidations((start_s - 1, 100, 50.0, LONG), (start_s + 1, 40, 50.0, LONG)))
    found = seen(engine, start_s + 60, over_ns=0, start_ns=8 * NS_PER_HOUR)
    assert sums(found) == pytest.approx((2.0, 0.0))
    assert found.since_ns == day_ns + 8 * NS_PER_HOUR
    assert sums(seen(engine, start_s + 60, over_ns=0)) == pytest.approx((7.0, 0.0))


def test_venues_are_summed_in_coins_bucket_by_bucket(engine):
    give(engine, liquidations((1, 100, 50.0, LONG)))
    give(engine, liquidations((2, 100, 50.0, LONG), (3, 100, 60.0, SHORT)), OKX)
    found = seen(engine, 60, instruments=(PERP, OKX))
    assert found.buckets.long_quote.tolist() == pytest.approx([5.0 + 50.0, 0.0])
    assert found.buckets.short_quote.tolist() == pytest.approx([0.0, 60.0])
    assert found.coverage == (Coverage.LARGEST, Coverage.SOME)


def test_of_a_market_of_which_nothing_came_there_are_no_buckets(engine):
    found = seen(engine, 60)
    assert found.buckets.low.size == 0
    assert not found.complete


def test_sums_are_complete_only_where_all_is_told_heard_from_the_start_and_still_heard(engine):
    give(engine, liquidations((5, 1, 50.0, LONG)), BYBIT)
    assert not seen(engine, 300, instruments=(BYBIT,)).complete
    give(engine, quotes((-20, 100, 101), (290, 100, 101)), BYBIT, Channel.QUOTES)
    assert seen(engine, 300, instruments=(BYBIT,)).complete
    assert not seen(engine, 300, instruments=(BYBIT, PERP)).complete
    assert not seen(engine, 360, instruments=(BYBIT,)).complete
    engine.submit(Gap(BYBIT.id, at(10), at(20), "lost", Channel.LIQUIDATIONS))
    assert engine.settle()
    assert not seen(engine, 300, instruments=(BYBIT,)).complete


def test_a_view_kept_up_to_date_equals_one_made_afresh(engine):
    rng = np.random.default_rng(6)
    spec = LiquidationBucketsSpec((PERP.id, OKX.id), 5 * NS_PER_MINUTE)
    kept = LiquidationBucketsQuery(spec)
    for now_s in range(0, 1_200, 37):
        for each in (PERP, OKX):
            late = now_s - rng.integers(0, 90, 3)
            rows = [(int(s), int(rng.integers(1, 9)), 50 + rng.random(), LONG) for s in late]
            give(engine, liquidations(*sorted(rows)), each)
        one = kept.view(engine, from_ns=START_NS, now_ns=at(now_s))
        other = spec.query().view(engine, from_ns=START_NS, now_ns=at(now_s))
        assert one.buckets.low.tolist() == other.buckets.low.tolist()
        assert one.buckets.long_quote.tolist() == other.buckets.long_quote.tolist()
