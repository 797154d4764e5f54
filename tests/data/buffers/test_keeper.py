from itertools import pairwise

import pytest

from core.domain.instrument import MarketKind
from data.buffers.keeper import BookKeeper
from data.venues.binance.sync import BinanceSync
from data.venues.bybit.sync import BybitSync
from data.venues.okx.sync import OkxSync
from data.venues.registry import MARKETS
from data.venues.sync import FetchSnapshot, Lost, Phase, Resubscribe
from tests.support.book_events import BTC, delta, snapshot

MS = 1_000_000
S = 1_000 * MS


def kinds(requests):
    return [type(each) for each in requests]


def pushed(last_id, *levels, **fields):
    return snapshot(last_id, *levels, channel="orderbook.50", rolls=True, depth=50, **fields)


def bybit():
    keeper = BookKeeper(BybitSync())
    keeper.start(now_ns=0)
    keeper.take(pushed(1), now_ns=0)
    return keeper


def binance(**fields):
    keeper = BookKeeper(BinanceSync(MarketKind.SPOT))
    keeper.start(now_ns=0)
    assert kinds(keeper.take(delta(1), now_ns=0)) == [FetchSnapshot]
    keeper.take(snapshot(1, **fields), now_ns=0)
    assert keeper.phase is Phase.LIVE
    return keeper


def test_a_book_goes_from_syncing_to_live_to_stale_and_back():
    keeper = BookKeeper(BybitSync())
    keeper.start(now_ns=0)
    assert (keeper.phase, keeper.reason) == (Phase.SYNCING, "")
    keeper.take(pushed(1), now_ns=0)
    assert keeper.phase is Phase.LIVE
    assert keeper.take(delta(2, bids=[(100, 3)]), now_ns=0) == []
    assert keeper.book.levels() == ({99: 5, 100: 3}, {101: 5})
    requests = keeper.take(delta(4, bids=[(100, 0)]), now_ns=S)
    assert kinds(requests) == [Lost, Resubscribe]
    assert (keeper.phase, keeper.reason) == (Phase.STALE, "updates of the book were lost")
    assert keeper.book.levels()[0] == {99: 5, 100: 3}, "the last that was true stays readable"
    keeper.take(pushed(5, [(98, 1)]), now_ns=S)
    assert (keeper.phase, keeper.reason) == (Phase.LIVE, "")
    assert keeper.book.levels()[0] == {98: 1}
    assert (keeper.applied, keeper.lost, keeper.dropped) == (1, 1, 0)


@pytest.mark.parametrize("bid", [101, 105])
def test_a_crossed_or_locked_book_is_tolerated_for_half_a_second_and_then_given_up(bid):
    keeper = bybit()
    assert keeper.take(delta(2, bids=[(bid, 1)]), now_ns=S) == []
    assert keeper.take(delta(3), now_ns=S + 499 * MS) == []
    assert keeper.phase is Phase.LIVE
    requests = keeper.take(delta(4), now_ns=S + 500 * MS)
    assert kinds(requests) == [Lost, Resubscribe]
    assert requests[0].reason == keeper.reason == "its bids and asks crossed for too long"
    assert keeper.phase is Phase.STALE


def test_a_book_that_uncrosses_in_time_is_forgiven():
    keeper = bybit()
    for number, (lots, at_ms) in enumerate([(1, 0), (0, 400), (1, 800), (0, 1_200)], 2):
        assert keeper.take(delta(number, bids=[(102, lots)]), now_ns=at_ms * MS) == []
    assert keeper.phase is Phase.LIVE
    assert keeper.crossed == 2


def test_a_crossed_book_is_given_up_even_when_nothing_more_comes():
    keeper = bybit()
    keeper.take(delta(2, bids=[(102, 1)]), now_ns=S)
    assert keeper.tick(now_ns=S + 400 * MS) == []
    assert kinds(keeper.tick(now_ns=S + 600 * MS)) == [Lost, Resubscribe]


def test_where_the_venues_own_book_is_crossed_it_is_asked_for_ever_more_rarely():
    keeper = BookKeeper(BybitSync())
    keeper.start(now_ns=0)
    lost = []
    for second in range(200):
        now_ns = second * S
        if keeper.phase is not Phase.LIVE:
            keeper.take(pushed(1000 + second, [(105, 1)], [(101, 1)]), now_ns=now_ns)
        if any(isinstance(each, Lost) for each in keeper.tick(now_ns=now_ns + 900 * MS)):
            lost.append(second)
    assert [after - before for before, after in pairwise(lost)] == [
        *(2, 3, 5, 9, 17, 33, 65),
        *[65] * (len(lost) - 8),
    ]


def test_a_side_without_levels_crosses_nothing():
    keeper = bybit()
    assert keeper.take(delta(2, asks=[(101, 0)], bids=[(500, 1)]), now_ns=S) == []
    assert keeper.take(delta(3), now_ns=9 * S) == []
    assert keeper.phase is Phase.LIVE


@pytest.mark.parametrize(
    ("far", "near"),
    [
        ({"bids": [(99, 0), (98, 0), (97, 0)]}, {"bids": [(99, 0), (98, 0)]}),
        ({"asks": [(101, 0), (102, 0), (103, 0)]}, {"asks": [(101, 0), (102, 0)]}),
    ],
)
def test_before_prices_leave_the_known_range_a_wider_one_is_asked_for(far, near):
    bids, asks = [(99 - n, 1) for n in range(5)], [(101 + n, 1) for n in range(5)]
    keeper = binance(bids=bids, asks=asks, depth=5)
    assert keeper.take(delta(2, **near), now_ns=20 * S) == []
    assert kinds(keeper.take(delta(3, **far), now_ns=20 * S)) == [FetchSnapshot]
    assert keeper.take(delta(4), now_ns=20 * S) == [], "asked once"
    wider = snapshot(3, [(96, 1), (90, 7)], [(104, 1), (110, 7)], depth=5)
    assert keeper.take(wider, now_ns=21 * S) == []
    assert keeper.phase is Phase.LIVE
    assert keeper.book.levels()[0][90] == 7
    assert keeper.take(delta(5), now_ns=60 * S) == []


def test_a_book_known_whole_has_no_range_to_leave():
    keeper = binance(depth=1000)
    for number in range(2, 50):
        asks = [(100 + number, 0), (101 + number, 1)]
        assert keeper.take(delta(number, asks=asks), now_ns=number * S) == []


def test_a_checksum_that_does_not_fit_gives_the_book_up():
    keeper = BookKeeper(OkxSync())
    keeper.start(now_ns=0)
    right = OkxSync.checksum(BTC, [(99, 5)], [(101, 5)])
    okx = {"channel": "books", "rolls": True, "depth": 400}
    assert keeper.take(snapshot(1, **okx, checksum=right), now_ns=0) == []
    assert keeper.phase is Phase.LIVE
    requests = keeper.take(delta(2, after=1, bids=[(98, 1)], checksum=right), now_ns=9 * S)
    assert kinds(requests) == [Lost, Resubscribe]
    assert keeper.reason == "the book did not have the checksum that came with it"
    keeper.take(snapshot(3, **okx, checksum=right + 1), now_ns=9 * S)
    assert keeper.phase is Phase.STALE


def test_a_fetch_that_failed_is_asked_for_again_when_it_is_time():
    keeper = BookKeeper(BinanceSync(MarketKind.PERP))
    keeper.start(now_ns=0)
    assert kinds(keeper.take(delta(1, after=0), now_ns=0)) == [FetchSnapshot]
    assert keeper.failed(now_ns=0) == []
    assert kinds(keeper.tick(now_ns=S)) == [FetchSnapshot]


def test_a_new_connection_makes_the_book_stale_until_it_is_synced_anew():
    keeper = bybit()
    keeper.start(now_ns=S)
    assert keeper.phase is Phase.STALE
    assert keeper.take(delta(2), now_ns=S) == []
    keeper.take(pushed(3), now_ns=S)
    assert keeper.phase is Phase.LIVE


@pytest.mark.parametrize("market_id", [pytest.param(each, id=".".join(each)) for each in MARKETS])
def test_every_market_has_a_rule_that_a_keeper_can_follow(market_id):
    keeper = BookKeeper(MARKETS[market_id].book_sync())
    assert keeper.start(now_ns=0) == []
    assert keeper.phase is Phase.SYNCING
    assert keeper.tick(now_ns=60 * S) != []
