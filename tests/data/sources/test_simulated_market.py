"""What every tape of the simulated market keeps to, and that nobody's questions change it."""

from itertools import pairwise

import numpy as np
import pytest

from core.domain.arrays import TRADE_DTYPE
from core.domain.units import MAX_PRICE_TICKS, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_MS, NS_PER_S
from data.sources.simulated import SimulatedMarket
from data.sources.simulated.schedule import Schedule
from data.venues.registry import MARKETS
from tests.support.simulated import WEDNESDAY_NS, past

NAMES = [str(each.id) for market in MARKETS.values() for each in market.facts.defaults]


@pytest.fixture(scope="module")
def histories():
    return past()[1]


def next_minutes(market, count):
    """Exhaust the history of a fresh market, then generate; bytes of all rows per instrument."""
    parts = [[e.trades, e.tickers, e.liquidations, e.quotes] for e in market.history()]
    for _ in range(count):
        _, drawn = market.advance()
        for kept, rows in zip(parts, drawn, strict=True):
            kept.extend(rows)
    return [b"".join(rows.tobytes() for rows in kept) for kept in parts]


def test_all_default_instruments_are_there_and_the_busiest_comes_first(histories):
    assert sorted(histories) == sorted(NAMES)
    assert len(histories) == 18
    assert next(iter(histories)) == "binance.perp.BTCUSDT"


@pytest.mark.parametrize("name", NAMES)
def test_trades_are_valid_rows(histories, name):
    trades = histories[name].trades
    assert trades.dtype == TRADE_DTYPE
    assert trades["size_lots"].min() >= 1
    assert trades["price_ticks"].min() >= 1
    assert trades["price_ticks"].max() <= MAX_PRICE_TICKS
    assert set(np.unique(trades["aggressor"])) == {-1, 1}
    assert not trades["flags"].any()
    assert (trades["fills"] == 1).all()


@pytest.mark.parametrize("name", NAMES)
def test_ids_count_one_by_one_in_the_order_of_time(histories, name):
    trades = histories[name].trades
    assert (np.diff(trades["trade_id"]) == 1).all()
    assert (np.diff(trades["ts_event_ns"]) >= 0).all()
    assert (trades["ts_event_ns"] % NS_PER_MS == 0).all()


@pytest.mark.parametrize("name", NAMES)
def test_a_trade_reaches_us_a_little_later_and_never_before_the_one_before_it(histories, name):
    trades = histories[name].trades
    assert (np.diff(trades["ts_recv_ns"]) >= 0).all()
    delay = trades["ts_recv_ns"] - trades["ts_event_ns"]
    assert delay.min() > NS_PER_MS
    assert delay.max() < 100 * NS_PER_MS


@pytest.mark.parametrize(
    "start_ns", [WEDNESDAY_NS, 1_795_219_200 * NS_PER_S, 1_795_219_199 * NS_PER_S]
)
def test_the_history_is_six_hours_and_five_minutes_at_least(start_ns):
    schedule = Schedule(start_ns)
    quarter_ns = 15 * NS_PER_MINUTE
    assert schedule.begin_ns % quarter_ns == 0
    shortest_ns = 6 * NS_PER_HOUR + 5 * NS_PER_MINUTE
    assert shortest_ns <= start_ns - schedule.begin_ns < shortest_ns + quarter_ns


@pytest.mark.parametrize("start_ns", [WEDNESDAY_NS, 1_795_219_200 * NS_PER_S])
def test_chunks_follow_one_another_without_a_hole(start_ns):
    schedule = Schedule(start_ns)
    chunks = [schedule.chunk(index) for index in range(schedule.history_chunks + 3)]
    assert all(one.end_ns == other.start_ns for one, other in pairwise(chunks))
    assert chunks[1].start_ns == schedule.begin_ns
    assert chunks[schedule.history_chunks - 1].end_ns >= start_ns
    assert chunks[schedule.history_chunks].seconds == 60


def test_trades_go_on_over_the_edges_of_chunks(histories):
    trades = histories["binance.perp.BTCUSDT"].trades
    begin_ns = past()[0].schedule.begin_ns
    assert trades["ts_event_ns"][0] - begin_ns < 10 * NS_PER_S
    assert np.diff(trades["ts_event_ns"]).max() < 15 * NS_PER_S
    hour = (trades["ts_event_ns"] - begin_ns) // NS_PER_HOUR
    edges = np.flatnonzero(np.diff(hour))
    assert edges.size == 6
    ticks = trades["price_ticks"].astype(np.int64)
    assert np.abs(ticks[edges + 1] - ticks[edges]).max() < 500  # 50 USD


def test_the_same_seed_and_start_give_the_same_bytes():
    one, other = (
        next_minutes(SimulatedMarket(seed=11, start_ns=WEDNESDAY_NS), 3) for _ in range(2)
    )
    assert one == other


def test_another_seed_gives_another_market(histories):
    name = "bybit.spot.SOLUSDT"
    assert past(seed=8)[1][name].trades.tobytes() != histories[name].trades.tobytes()


def test_a_seed_below_zero_is_refused():
    with pytest.raises(ValueError, match="non-negative"):
        SimulatedMarket(seed=-1, start_ns=WEDNESDAY_NS)
