"""CVD in its forms, against sums by loops over the trades."""

from itertools import pairwise

import numpy as np
import pytest

from core.calc.bars import time_bars
from core.calc.size_buckets import LADDER_QUOTE
from core.calc.tape_orders import tape_orders
from core.domain.arrays import Provenance
from core.domain.events import Gap, Klines, Listed, TradeBlock
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S
from data.views.cvd import DIFFERENCE, CvdSpec, Of, Reset
from data.views.explorer import ExplorerQuery, ExplorerSpec
from tests.support.trades import START_NS, instrument, random_trades

PERP = instrument()
OKX = instrument("okx.perp.BTC-USDT-SWAP", tick="0.05", step="0.01", value="0.01")
SPOT = instrument("binance.spot.BTCUSDT", tick="0.01", step="0.00001")
MIDNIGHT_NS = START_NS // NS_PER_DAY * NS_PER_DAY + NS_PER_DAY
COIN = {PERP: 0.001, OKX: 0.0001, SPOT: 0.00001}


def walk(seed, *, count=4_000, span_s=7_200):
    return random_trades(np.random.default_rng(seed), count, span_s=span_s)


def give(engine, rows, listed=PERP):
    engine.submit(TradeBlock(listed, "trade", rows))
    assert engine.settle()


def spec(timeframe="1m", listed=PERP, **more):
    return CvdSpec((listed.id,), timeframe, **more)


def asked(engine, query, now_ns, *, bars=60):
    step_ns = TIMEFRAMES_NS[query.spec.timeframe]
    return query.view(engine, from_ns=(now_ns // step_ns - bars + 1) * step_ns, now_ns=now_ns)


def closes(view, rows, *, since_ns=None, worth=1.0, chosen=None):
    """The sum after each bar of a view, by loops; NaN while no side was known."""
    out = []
    for open_ns in view.open_ns.tolist():
        start = open_ns // NS_PER_DAY * NS_PER_DAY if since_ns is None else since_ns
        end = open_ns + view.step_ns
        inside = (rows["ts_event_ns"] >= start) & (rows["ts_event_ns"] < end)
        known = rows["aggressor"][inside].any()
        inside &= True if chosen is None else chosen
        signed = (rows["size_lots"] * rows["aggressor"] * worth)[inside].sum()
        out.append(signed if known else np.nan)
    return np.array(out)


def assert_close(found, wanted):
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("timeframe", ["1s", "1m", "15m", "1h"])
def test_the_sum_begins_anew_at_midnight(engine, timeframe):
    rows = walk(1, span_s=3 * 3_600)
    rows["ts_event_ns"] += MIDNIGHT_NS - START_NS - 5_400 * NS_PER_S
    give(engine, rows)
    view = asked(engine, spec(timeframe).query(), int(rows["ts_event_ns"][-1]), bars=150)
    assert_close(view.lines["sum"], 0.001 * closes(view, rows))
    first = 1 + np.flatnonzero(view.open_ns[1:] % NS_PER_DAY == 0)
    assert view.restarts.tolist() == first.tolist()


@pytest.mark.parametrize("timeframe", ["1s", "1m", "15m", "1h"])
@pytest.mark.parametrize("start_min", [0, 22 * 60 + 30, 24 * 60 - 20])
def test_a_session_of_the_explorer_is_the_same_line(engine, timeframe, start_min):
    rows = walk(2)
    give(engine, rows)
    now_ns = int(rows["ts_event_ns"][-1])
    start_ns = start_min * NS_PER_MINUTE
    view = asked(engine, spec(timeframe, session_start_ns=start_ns).query(), now_ns, bars=100)
    chart = ExplorerQuery(ExplorerSpec((PERP.id,), timeframe, 100, session_start_ns=start_ns)).view(
        engine, now_ns=now_ns
    )
    by_size = spec(timeframe, of=Of.SIZE, session_start_ns=start_ns).query()
    sizes = asked(engine, by_size, now_ns, bars=100).lines.values()
    at = np.searchsorted(view.open_ns, chart.cvd.open_ns)
    assert_close(view.lines["sum"][at], 0.001 * chart.cvd.close_lots)
    assert_close(sum(sizes)[at], 0.001 * chart.cvd.close_lots)


@pytest.mark.parametrize("timeframe", ["1s", "1m"])
def test_an_anchor_counts_from_its_candle_on_and_before_it_nothing(engine, timeframe):
    rows = walk(3)
    give(engine, rows)
    now_ns = int(rows["ts_event_ns"][-1])
    anchor_ns = START_NS + NS_PER_HOUR + 37 * NS_PER_S
    anchor_ns = anchor_ns // TIMEFRAMES_NS[timeframe] * TIMEFRAMES_NS[timeframe]
    for bars in (20, 120):  # outside the window, and inside one that is long enough
        query = spec(timeframe, reset=Reset.ANCHOR, anchor_ns=anchor_ns).query()
        view = asked(engine, query, now_ns, bars=bars)
        wanted = 0.001 * closes(view, rows, since_ns=anchor_ns)
        assert_close(view.lines["sum"], wanted)
        assert np.isnan(view.lines["sum"]).sum() == (view.open_ns < anchor_ns).sum()
        assert view.restarts.size == 0


def test_never_counts_since_what_is_held_and_says_since_when(engine):
    rows = walk(4, span_s=3 * 3_600)
    rows["ts_event_ns"] += MIDNIGHT_NS - START_NS - 5_400 * NS_PER_S
    give(engine, rows)
    query = spec(reset=Reset.NEVER).query()
    view = asked(engine, query, int(rows["ts_event_ns"][-1]))
    assert_close(view.lines["sum"], 0.001 * closes(view, rows, since_ns=0))
    assert view.since_ns == rows["ts_event_ns"][0]
    assert view.restarts.size == 0


def test_buckets_go_by_the_worth_of_orders_and_add_up(engine):
    rows = walk(5)
    rows["size_lots"] = 10 ** np.random.default_rng(5).integers(0, 5, rows.size)
    give(engine, rows)
    now_ns = int(rows["ts_event_ns"][-1])
    view = asked(engine, spec(of=Of.SIZE).query(), now_ns)
    orders = tape_orders(rows)
    sizes = np.diff([*orders.first_row.tolist(), rows.size])
    worth = np.repeat(orders.notional_tick_lots * 0.0001, sizes)
    edges = (0.0, *LADDER_QUOTE, np.inf)
    assert list(view.lines) == ["0", "1", "2", "3", "4"]
    for at, (low, high) in enumerate(pairwise(edges)):
        chosen = (worth >= low) & (worth < high)
        assert_close(view.lines[str(at)], 0.001 * closes(view, rows, chosen=chosen))
    every = asked(engine, spec().query(), now_ns).lines["sum"]
    assert_close(sum(view.lines.values()), every)


def test_money_is_price_times_size(engine):
    rows = walk(6)
    give(engine, rows)
    now_ns = int(rows["ts_event_ns"][-1])
    view = asked(engine, spec(in_quote=True).query(), now_ns)
    worth = rows["price_ticks"].astype(np.int64) * 0.0001
    assert_close(view.lines["sum"], closes(view, rows, worth=worth))
    by_size = asked(engine, spec(of=Of.SIZE, in_quote=True).query(), now_ns)
    assert_close(sum(by_size.lines.values()), view.lines["sum"])


def test_each_venue_held_has_its_line_and_one_never_heard_of_is_lacking(engine):
    parts = {PERP: walk(7), OKX: walk(8)}
    for listed, rows in parts.items():
        give(engine, rows, listed)
    give(engine, walk(9), SPOT)
    bybit = instrument("bybit.perp.BTCUSDT")
    engine.submit(Listed(bybit))
    assert engine.settle()
    view = asked(engine, spec(of=Of.VENUE).query(), int(parts[PERP]["ts_event_ns"][-1]))
    assert list(view.lines) == ["binance", "okx"]
    assert view.lacking == ("bybit",)
    for listed, rows in parts.items():
        assert_close(view.lines[listed.id.venue], COIN[listed] * closes(view, rows))


@pytest.mark.parametrize("in_quote", [False, True])
def test_spot_and_perpetual_stand_side_by_side_and_their_difference(engine, in_quote):
    parts = {PERP: walk(10), SPOT: walk(11)}
    for listed, rows in parts.items():
        give(engine, rows, listed)
    give(engine, walk(12), OKX)
    query = spec(of=Of.KIND, in_quote=in_quote).query()
    view = asked(engine, query, int(parts[PERP]["ts_event_ns"][-1]))
    for listed, rows in parts.items():
        worth = rows["price_ticks"] * float(listed.tick_size) if in_quote else 1.0
        wanted = COIN[listed] * closes(view, rows, worth=worth)
        np.testing.assert_allclose(view.lines[listed.id.kind], wanted, rtol=1e-9, atol=1e-6)
    difference = view.lines["spot"] - view.lines["perp"]
    assert list(view.lines) == ["spot", "perp", DIFFERENCE]
    assert_close(view.lines[DIFFERENCE], difference)


def test_without_a_spot_market_the_perpetual_stands_alone(engine):
    rows = walk(13)
    give(engine, rows)
    view = asked(engine, spec(of=Of.KIND).query(), int(rows["ts_event_ns"][-1]))
    assert list(view.lines) == ["perp"]
    assert view.lacking == ("spot",)


def test_several_venues_are_summed_on_one_grid(engine):
    parts = {PERP: walk(14), OKX: walk(15)}
    for listed, rows in parts.items():
        give(engine, rows, listed)
    query = CvdSpec((PERP.id, OKX.id), "1m", reset=Reset.NEVER).query()
    view = asked(engine, query, int(parts[PERP]["ts_event_ns"][-1]))
    both = [COIN[each] * closes(view, rows, since_ns=0) for each, rows in parts.items()]
    assert_close(view.lines["sum"], both[0] + both[1])
    query = CvdSpec((PERP.id, SPOT.id), "1m", reset=Reset.NEVER).query()
    assert asked(engine, query, int(parts[PERP]["ts_event_ns"][-1])).lacking == (str(SPOT.id),)


def test_a_gap_is_a_hole_in_the_line_of_its_venue_alone(engine):
    parts = {PERP: walk(16), OKX: walk(17)}
    for listed, rows in parts.items():
        give(engine, rows, listed)
    gap_ns = START_NS + 5_000 * NS_PER_S
    engine.submit(Gap(OKX.id, gap_ns, gap_ns + 90 * NS_PER_S, "lost"))
    assert engine.settle()
    view = asked(engine, spec(of=Of.VENUE).query(), int(parts[PERP]["ts_event_ns"][-1]))
    touched = (view.open_ns + view.step_ns > gap_ns) & (view.open_ns < gap_ns + 90 * NS_PER_S)
    assert np.isnan(view.lines["okx"]).tolist() == touched.tolist()
    assert not np.isnan(view.lines["binance"]).any()


def test_a_venue_that_fell_silent_is_not_known_to_stand(engine):
    perp, okx = walk(18), walk(19)
    okx = okx[okx["ts_event_ns"] < START_NS + 6_000 * NS_PER_S]
    give(engine, perp)
    give(engine, okx, OKX)
    now_ns = int(perp["ts_event_ns"][-1])
    view = asked(engine, spec(of=Of.VENUE).query(), now_ns)
    unknown = view.open_ns > int(okx["ts_event_ns"][-1]) + NS_PER_MINUTE
    assert np.isnan(view.lines["okx"]).tolist() == unknown.tolist()
    assert unknown.sum() > 10


@pytest.mark.parametrize("of", Of)
@pytest.mark.parametrize("reset", Reset)
def test_answering_as_it_comes_is_answering_from_scratch(engine, of, reset):
    anchor_ns = START_NS + NS_PER_HOUR
    asking = spec(of=of, reset=reset, anchor_ns=anchor_ns, in_quote=of is Of.SUM)
    query = asking.query()
    parts = {each: walk(20 + at) for at, each in enumerate((PERP, OKX, SPOT))}
    for cut in range(0, 4_000, 400):
        for listed, rows in parts.items():
            give(engine, rows[cut : cut + 400], listed)
        found = asked(engine, query, int(parts[PERP]["ts_event_ns"][cut + 399]))
    again = asked(engine, asking.query(), int(parts[PERP]["ts_event_ns"][-1]))
    assert list(found.lines) == list(again.lines)
    for name, line in found.lines.items():
        assert_close(line, again.lines[name])
    assert found.since_ns == again.since_ns


def test_klines_count_where_trades_are_not_held(engine):
    rows = walk(30)
    give(engine, rows[2_000:])
    query = spec(reset=Reset.NEVER).query()
    now_ns = int(rows["ts_event_ns"][-1])
    asked(engine, query, now_ns)
    klines = time_bars(rows, step_ns=NS_PER_MINUTE)[:-1]
    klines["provenance"] = Provenance.KLINES
    engine.submit(Klines(PERP, "1m", klines))
    assert engine.settle()
    view = asked(engine, query, now_ns)
    assert_close(view.lines["sum"][-1:], 0.001 * closes(view, rows, since_ns=0)[-1:])


def test_another_epoch_begins_again(engine):
    give(engine, walk(31))
    query = spec(of=Of.SIZE).query()
    asked(engine, query, START_NS + 7_200 * NS_PER_S)
    engine.clear()
    assert engine.settle()
    assert asked(engine, query, START_NS) is None
    rows = walk(32)
    give(engine, rows)
    view = asked(engine, query, int(rows["ts_event_ns"][-1]))
    assert_close(sum(view.lines.values()), 0.001 * closes(view, rows))


def test_what_a_question_rests_on_is_named():
    bybit = instrument("bybit.perp.BTCUSDT")
    listed = [PERP, SPOT, bybit]
    assert spec(of=Of.VENUE).query().wanted(listed) == (PERP.id, bybit.id)
    assert spec(of=Of.KIND).query().wanted(listed) == (SPOT.id, PERP.id)
    assert spec().query().wanted(listed) == (PERP.id,)
    assert spec().query().wanted([]) == ()
    assert spec().query().channels() == ()
