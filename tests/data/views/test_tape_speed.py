import numpy as np
import pytest

from core.domain.events import Gap, TradeBlock
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_MINUTE, NS_PER_S
from data.views.tape_speed import LEAST_BARS, TapeSpeedSpec
from tests.support.trades import START_NS, instrument, random_trades, trades

PERP = instrument()
SPEC = TapeSpeedSpec(PERP.id, "1m")


def give(engine, rows):
    engine.submit(TradeBlock(PERP, "trade", rows, history=True))
    assert engine.settle()


def seen(engine, bars, *, query=None, spec=SPEC, now_s=None):
    step_ns = TIMEFRAMES_NS[spec.timeframe]
    now_ns = START_NS + (round(now_s * 1e9) if now_s is not None else bars * step_ns - 1)
    from_ns = (now_ns // step_ns - bars + 1) * step_ns
    return (query or spec.query()).view(engine, from_ns=from_ns, now_ns=now_ns)


def test_fills_of_one_order_count_once_and_sides_and_money_are_told(engine):
    rows = [(0, 10, 1, 1)]
    rows += [(60, 100, 2, 1), (60, 101, 3, 1), (61, 100, 5, -1), (90, 100, 1, 0)]
    give(engine, trades(*rows))
    orders, money, size, aggression = seen(engine, 2).values[:, 1].tolist()
    assert orders == pytest.approx(3 / 60)
    tick_lots = 200 + 303 + 500 + 100
    assert money == pytest.approx(tick_lots * 0.1 * 0.001 / 60)
    assert size == pytest.approx(tick_lots * 0.1 * 0.001 / 3)
    assert aggression == pytest.approx((503 - 500) / 1003)


def test_a_bar_in_which_holding_began_or_trades_are_missing_is_not_known(engine):
    give(engine, trades((30, 10, 1, 1), (70, 10, 1, 1), (130, 10, 1, 1), (200, 10, 1, 1)))
    engine.submit(Gap(PERP.id, START_NS + 130 * NS_PER_S, START_NS + 140 * NS_PER_S, "lost"))
    assert engine.settle()
    orders = seen(engine, 4).values[0]
    assert np.isnan(orders[[0, 2]]).all()
    assert orders[[1, 3]].tolist() == pytest.approx([1 / 60, 1 / 60])


def test_a_minute_without_a_trade_was_slow_and_had_no_size(engine):
    give(engine, trades((0, 10, 1, 1), (150, 10, 1, 1)))
    values = seen(engine, 3).values[:, 1]
    assert values[:2].tolist() == [0.0, 0.0]
    assert np.isnan(values[2:]).all()


def test_the_open_bar_is_measured_over_what_of_it_is_over(engine):
    give(engine, trades((0, 10, 1, 1), (61, 10, 1, 1), (62, 10, 1, 1)))
    assert seen(engine, 2, now_s=70).values[0, 1] == pytest.approx(2 / 10, rel=1e-6)


def test_a_bar_is_ranked_among_the_bars_before_it_once_there_are_enough(engine):
    rows = [(60 * n + k, 10, 1, 1) for n in range(LEAST_BARS + 3) for k in range(1 + n % 2)]
    rows += [(60 * (LEAST_BARS + 3) + k, 10, 1, 1) for k in range(9)]
    give(engine, trades(*rows))
    ranks = seen(engine, LEAST_BARS + 4).ranks[0]
    assert np.isnan(ranks[:LEAST_BARS]).all()
    assert ranks[-1] == 1.0
    assert ranks[LEAST_BARS] == 0.25, "half of those before were as slow, none slower"


@pytest.mark.parametrize("timeframe", ["1s", "1m", "5m"])
def test_a_view_kept_up_to_date_equals_one_made_afresh(engine, timeframe):
    rng = np.random.default_rng(3)
    rows = random_trades(rng, 6_000, span_s=9_000)
    late = np.argsort(np.arange(6_000) + rng.integers(0, 300, 6_000) * (rng.random(6_000) < 0.02))
    spec = TapeSpeedSpec(PERP.id, timeframe)
    kept = spec.query()
    for number, part in enumerate(np.array_split(rows[late], 25)):
        give(engine, np.sort(part, order="ts_event_ns"))
        if number == 12:
            at_ns = int(part["ts_event_ns"].max()) - NS_PER_MINUTE
            engine.submit(Gap(PERP.id, at_ns, at_ns + NS_PER_S, "lost"))
            assert engine.settle()
        now_s = (int(part["ts_event_ns"].max()) - START_NS) / 1e9 + 0.1
        one = seen(engine, 60, query=kept, spec=spec, now_s=now_s)
        other = seen(engine, 60, spec=spec, now_s=now_s)
        assert np.array_equal(one.open_ns, other.open_ns)
        assert np.array_equal(one.values, other.values, equal_nan=True)
        assert np.array_equal(one.ranks, other.ranks, equal_nan=True)


def test_what_was_dropped_is_forgotten(engine):
    query = SPEC.query()
    give(engine, trades((0, 10, 1, 1), (70, 10, 1, 1)))
    assert seen(engine, 2, query=query).values[0, 1] == pytest.approx(1 / 60)
    engine.clear()
    assert engine.settle()
    assert seen(engine, 2, query=query) is None
    give(engine, trades((0, 10, 1, 1), (70, 10, 1, 1), (75, 10, 1, 1)))
    assert seen(engine, 2, query=query).values[0, 1] == pytest.approx(2 / 60)
