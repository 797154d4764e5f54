"""The book that can be asked for is the book that the trades walked."""

import numpy as np
import pytest

from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_MINUTE, NS_PER_S
from data.sources.simulated import SimulatedMarket
from data.sources.simulated.schedule import BIN_NS
from tests.support.simulated import WEDNESDAY_NS

BTC = InstrumentId.parse("binance.perp.BTCUSDT")
THIN = InstrumentId.parse("okx.spot.BTC-USDT")
WIDE = InstrumentId.parse("binance.perp.SOLUSDT")
EACH = pytest.mark.parametrize("name", [BTC, THIN, WIDE], ids=str)


@pytest.fixture(scope="module")
def minute():
    """(market, end of its newest minute, that minute's trades by instrument)."""
    market = SimulatedMarket(seed=7, start_ns=WEDNESDAY_NS)
    for _ in market.history():
        pass
    end_ns, drawn = market.advance()
    trades = [each.trades for each in drawn]
    return market, end_ns, {i.id: t for i, t in zip(market.instruments, trades, strict=True)}


def moments(end_ns, count=120):
    return range(end_ns - NS_PER_MINUTE, end_ns, NS_PER_MINUTE // count)


@EACH
def test_bids_fall_asks_rise_and_they_never_cross(minute, name):
    market, end_ns, _ = minute
    for ts_ns in moments(end_ns):
        bids, asks = market.book(name, 20, ts_ns=ts_ns)
        assert bids.shape == asks.shape == (20, 2)
        assert (np.diff(bids[:, 0]) < 0).all()
        assert (np.diff(asks[:, 0]) > 0).all()
        assert bids[0, 0] < asks[0, 0]
        assert min(bids[:, 1].min(), asks[:, 1].min()) >= 1


@EACH
def test_the_spread_is_mostly_one_tick_and_sometimes_wider(minute, name):
    market, end_ns, _ = minute
    spreads = []
    for ts_ns in moments(end_ns, 600):
        bids, asks = market.book(name, 1, ts_ns=ts_ns)
        spreads.append(int(asks[0, 0] - bids[0, 0]))
    assert np.bincount(spreads).argmax() == 1
    assert np.mean(np.array(spreads) == 1) > 0.8


def test_depth_is_fullest_some_levels_away_from_the_best(minute):
    market, end_ns, _ = minute
    books = [market.book(BTC, 60, ts_ns=ts_ns)[0][:, 1] for ts_ns in moments(end_ns, 60)]
    level = np.mean(books, axis=0)
    assert level[5:15].mean() > 1.5 * level[0]
    assert level[5:15].mean() > level[45:].mean()


@EACH
def test_the_first_order_of_a_moment_takes_what_stands_there(minute, name):
    market, _, trades = minute
    checked = 0
    for bin_rows in np.split(
        trades[name], np.flatnonzero(np.diff(trades[name]["ts_event_ns"] // BIN_NS)) + 1
    ):
        first = bin_rows[0]
        fills = bin_rows[
            (bin_rows["ts_event_ns"] == first["ts_event_ns"])
            & (bin_rows["aggressor"] == first["aggressor"])
        ]
        sides = market.book(name, 41, ts_ns=int(first["ts_event_ns"]))
        there = dict(sides[int(first["aggressor"] > 0)].tolist())
        assert fills["price_ticks"][0] == next(iter(there))
        walked = fills[: 1 + np.searchsorted(-np.diff(fills["trade_id"]), 0)]
        for ticks in np.unique(walked["price_ticks"]):
            taken = walked["size_lots"][walked["price_ticks"] == ticks].sum()
            assert taken <= there[int(ticks)]
        checked += 1
    assert checked > 10


def test_the_book_just_before_the_newest_minute_is_still_known(minute):
    market, end_ns, _ = minute
    bids, _ = market.book(BTC, 5, ts_ns=end_ns - NS_PER_MINUTE - NS_PER_S)
    assert bids.shape == (5, 2)


def test_a_book_of_long_ago_or_of_nothing_is_refused(minute):
    market, end_ns, _ = minute
    with pytest.raises(ValueError, match="not known"):
        market.book(BTC, 5, ts_ns=end_ns)
    with pytest.raises(KeyError, match="DOGE"):
        market.book(InstrumentId.parse("binance.perp.DOGEUSDT"), 5, ts_ns=end_ns - 1)
