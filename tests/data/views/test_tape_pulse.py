from dataclasses import replace

import numpy as np
import pytest

from core.calc.flow_share import Flow
from core.domain.events import Channel, Gap, TradeBlock
from core.domain.units import NS_PER_MINUTE, NS_PER_MS, NS_PER_S
from data.views.moment import Moment, Off
from data.views.tape_pulse import TapePulseSpec
from tests.support.trades import START_NS, instrument, random_trades, trades

PERP = instrument(tick="1", step="1")
SPOT = instrument("okx.spot.BTC-USDT", tick="1", step="1")
SPEC = TapePulseSpec((PERP.id, SPOT.id))
LATER_S = 0.3
"""What is younger may still be on its way."""


def give(engine, rows, of=PERP):
    engine.submit(TradeBlock(of, "trades", rows, history=True))
    assert engine.settle()


def at(after_s, off=()):
    gone = {(each, Channel.TRADES): Off("stale", START_NS) for each in off}
    return Moment(START_NS + round((after_s + LATER_S) * NS_PER_S), off=gone)


def whole(query, engine, moment):
    for _ in range(200):
        view = query.view(engine, moment)
        if view.day_frac == 1:
            return view
    pytest.fail("the day is never read")


def steady(seconds, *, lots=1, side=1, from_s=0):
    """One order of two fills in the middle of every second."""
    rows = []
    for second in range(from_s, from_s + seconds):
        rows += [(second + 0.5, 100, lots, side), (second + 0.5, 100, lots, side)]
    return trades(*rows)


def test_orders_and_money_of_live_markets_are_summed_and_told_against_the_minute(engine):
    give(engine, steady(400))
    give(engine, steady(400, lots=2, side=-1), SPOT)
    view = whole(SPEC.query(), engine, at(400))
    assert (view.now.orders_per_s, view.now.usual_orders_per_s) == (2.0, 2.0)
    assert (view.now.trades_per_s, view.now.quote_per_s) == (4.0, 600.0)
    assert view.recent.tolist() == [2.0] * 60
    assert view.pressure[10].flow == Flow(2_000.0, 4_000.0)
    assert view.pressure[300].flow == Flow(60_000.0, 120_000.0)
    assert view.missing == view.off == view.pressure[60].missing == ()


def test_a_market_that_is_not_live_is_named_and_in_no_sum(engine):
    give(engine, steady(400))
    give(engine, steady(100), SPOT)
    view = whole(SPEC.query(), engine, at(400, off=[SPOT.id]))
    assert view.off == (SPOT.id,)
    assert view.now.orders_per_s == 1.0
    assert view.pressure[300].flow == Flow(60_000.0, 0.0)


def test_a_live_market_whose_trades_may_be_missing_is_named_where_it_counts(engine):
    give(engine, steady(400))
    give(engine, steady(320, from_s=80), SPOT)
    view = whole(SPEC.query(), engine, at(375))
    assert view.missing == ()
    assert view.pressure[300].missing == (SPOT.id,)
    assert view.pressure[300].flow == Flow(60_000.0, 0.0)
    assert view.pressure[60].missing == ()
    engine.submit(Gap(SPOT.id, START_NS + 370 * NS_PER_S, START_NS + 371 * NS_PER_S, "lost"))
    assert engine.settle()
    view = whole(SPEC.query(), engine, at(375))
    assert view.missing == view.pressure[10].missing == (SPOT.id,)


def test_a_market_without_a_trade_for_a_while_is_slow_not_missing(engine):
    give(engine, steady(100))
    view = whole(TapePulseSpec((PERP.id,)).query(), engine, at(200))
    assert view.now.orders_per_s == view.now.usual_orders_per_s == 0.0
    assert view.pressure[60].flow == Flow(0.0, 0.0)


def test_the_range_of_the_day_is_of_whole_minutes(engine):
    minutes = [steady(60), steady(30, from_s=60), steady(60, lots=5, from_s=120)]
    give(engine, np.concatenate([*minutes, steady(45, from_s=180)]))
    view = whole(TapePulseSpec((PERP.id,)).query(), engine, at(225))
    assert view.orders_range == (0.5, 1.0)
    assert view.quote_range == (100.0, 1_000.0)


def test_nothing_is_told_of_markets_nobody_heard_of_and_too_little_is_not_known(engine):
    assert SPEC.query().view(engine, at(10)) is None
    give(engine, steady(30))
    view = whole(SPEC.query(), engine, at(30))
    assert view.now is None
    assert view.missing == (PERP.id,)
    assert view.orders_range is None
    assert np.isnan(view.recent).all()


def test_the_past_of_the_day_is_read_piece_by_piece(engine):
    give(engine, random_trades(np.random.default_rng(1), 3_000, span_s=5 * 3_600))
    query = TapePulseSpec((PERP.id,)).query()
    fracs = [query.view(engine, at(5 * 3_600)).day_frac for _ in range(20)]
    assert fracs[0] == pytest.approx(30 / 300, abs=0.01)
    assert fracs == sorted(fracs)
    assert fracs[-1] == 1.0


def test_only_markets_on_offer_are_wanted():
    assert SPEC.query().wants([SPOT]) == [(SPOT.id, "1m", 0)]


@pytest.mark.parametrize("seed", range(3))
def test_a_view_kept_up_to_date_equals_one_made_afresh(engine, seed):
    rng = np.random.default_rng(seed)
    rows = random_trades(rng, 4_000, span_s=1_500)
    late = np.argsort(np.arange(4_000) + rng.integers(0, 200, 4_000) * (rng.random(4_000) < 0.02))
    spec = TapePulseSpec((PERP.id,))
    kept = spec.query()
    for number, part in enumerate(np.array_split(rows[late], 20)):
        give(engine, np.sort(part, order="ts_event_ns"))
        if number == 12:
            gone_ns = int(part["ts_event_ns"].max()) - NS_PER_MINUTE
            engine.submit(Gap(PERP.id, gone_ns, gone_ns + NS_PER_S, "lost"))
            assert engine.settle()
        moment = Moment(int(part["ts_event_ns"].max()) + 400 * NS_PER_MS)
        one, other = (whole(each, engine, moment) for each in (kept, spec.query()))
        assert replace(one, recent=None) == replace(other, recent=None)
        assert np.array_equal(one.recent, other.recent, equal_nan=True)
