import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.cvd_agreement import Agreement
from core.calc.flow_share import FlowArrow, flow
from core.domain.arrays import Provenance
from core.domain.events import Gap
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE
from data.engine import Engine
from data.views.dash_divergence import DivergenceSpec
from data.views.dash_flow import DAY_OF_MINUTES, FlowSpec
from tests.support.derivatives import at
from tests.support.desk import BBT, BNC, IDS, OKX, moment, tell, tell_candles
from tests.support.trades import random_trades, trades

DAY_S = 86_400
# 10,000 before the window; in it 300 bought and 100 sold, at prices of 100.
TAPE = trades((0, 200, 10_000, 1), (50, 200, 300, 1), (100, 204, 100, -1))


def seen(engine, now_s, *gone, ids=IDS, window_s=60.0):
    return FlowSpec(ids, window_s).query().view(engine, moment(now_s, *gone))


def test_only_what_traded_in_the_last_minute_counts(engine):
    tell(engine, BNC, TAPE)
    found = seen(engine, 105, ids=(BNC.id,))
    assert (found.flow.buy_quote, found.flow.sell_quote) == (300.0, 102.0)
    assert found.per_minute_quote == 198.0
    assert found.arrow is FlowArrow.BUY
    assert found.left == ()
    assert seen(engine, 111, ids=(BNC.id,)).flow.buy_quote == 0


def test_net_flow_is_by_the_minute_whatever_the_window(engine):
    tell(engine, BNC, TAPE)
    assert seen(engine, 100, ids=(BNC.id,), window_s=90.0).per_minute_quote == 132.0


def test_venues_are_summed_each_in_its_own_lots_and_told_apart(engine):
    tell(engine, BNC, TAPE)
    tell(engine, OKX, trades((0, 200, 5, 1), (90, 200, 700, -1)))
    found = seen(engine, 105)
    assert found.flow.sell_quote == 102.0 + 700.0
    assert [each.instrument_id for each in found.parts] == [BNC.id, OKX.id]
    assert [each.arrow for each in found.parts] == [FlowArrow.BUY, FlowArrow.STRONG_SELL]
    assert found.arrow is FlowArrow.SELL


def test_a_venue_that_is_off_is_left_out_by_name_and_since_when(engine):
    tell(engine, BNC, TAPE)
    tell(engine, OKX, trades((0, 200, 5, 1), (90, 200, 700, -1)))
    found = seen(engine, 105, OKX)
    assert found.flow == seen(engine, 105, ids=(BNC.id,)).flow
    [left] = found.left
    assert (left.instrument_id, left.why, left.since_ns) == (OKX.id, "stale", at(0))


def test_where_no_venue_is_live_the_flow_is_missing_and_not_zero(engine):
    tell(engine, BNC, TAPE)
    found = seen(engine, 105, BNC, OKX)
    assert found.flow is None
    assert found.arrow is None
    assert seen(engine, 105, ids=(BBT.id,)).left[0].why == "nothing has come of it yet"


def test_a_venue_with_a_gap_in_the_minute_or_held_for_less_is_left_out(engine):
    tell(engine, BNC, TAPE)
    assert seen(engine, 30, ids=(BNC.id,)).left[0].why == "its trades are not held so far back"
    engine.submit(Gap(BNC.id, at(60), at(61), "lost"))
    assert engine.settle()
    assert seen(engine, 105, ids=(BNC.id,)).left[0].why == "some of its trades are missing"
    assert seen(engine, 122, ids=(BNC.id,)).left == ()


def test_an_hour_ago_is_told_by_the_trades_of_then(engine):
    tell(engine, BNC, TAPE)
    hour, day = seen(engine, 3_705, ids=(BNC.id,)).ago
    assert hour.flow == seen(engine, 105, ids=(BNC.id,)).flow
    assert hour.change_frac == pytest.approx(204 / 200 - 1)
    assert day.flow is None
    assert day.why == "neither trades nor candles of then are held"


def test_a_day_ago_is_told_by_the_candle_of_that_minute(engine):
    tell(engine, BNC, trades((DAY_S, 200, 1, 1), (DAY_S + 100, 200, 1, 1)))
    bars = time_bars(TAPE, step_ns=NS_PER_MINUTE)
    bars["provenance"] = Provenance.KLINES
    tell_candles(engine, BNC, bars)
    # The minute before 00:02:05 is nearest to the candle of 00:01.
    day = seen(engine, DAY_S + 125, ids=(BNC.id,)).ago[1]
    assert (day.flow.buy_quote, day.flow.sell_quote) == (0.0, 102.0)


def test_candles_do_not_stand_for_a_part_of_a_minute(engine):
    tell(engine, BNC, trades((DAY_S, 200, 1, 1), (DAY_S + 200, 200, 1, 1)))
    tell_candles(engine, BNC, time_bars(TAPE, step_ns=NS_PER_MINUTE))
    for window_s in (5.0, 90.0):
        day = seen(engine, DAY_S + 130, ids=(BNC.id,), window_s=window_s).ago[1]
        assert day.flow is None
        assert day.why == "its trades of then are not held, and candles tell whole minutes"
    assert seen(engine, DAY_S + 130, ids=(BNC.id,), window_s=120.0).ago[1].flow is not None


def test_a_candle_without_sides_tells_nothing_and_the_others_stand_alone(engine):
    for listed in (BNC, OKX):
        tell(engine, listed, trades((DAY_S, 200, 1, 1), (DAY_S + 100, 200, 1, 1)))
        bars = time_bars(trades((60, 200, 100, 1 if listed is BNC else 0)), step_ns=NS_PER_MINUTE)
        tell_candles(engine, listed, bars)
    day = seen(engine, DAY_S + 125).ago[1]
    assert day.of == (BNC.id,)
    assert day.flow.buy_quote == 100.0
    assert day.why == "its candles do not tell who crossed the spread"


def test_the_minutes_of_a_day_are_asked_for():
    query = FlowSpec(IDS).query()
    assert (BNC.id, "1m", DAY_OF_MINUTES) in query.wants([BNC, OKX])
    longer = FlowSpec(IDS, 300.0).query()
    assert (BNC.id, "1m", DAY_OF_MINUTES + 4) in longer.wants([BNC, OKX])


@settings(max_examples=15, deadline=None)
@given(st.sets(st.sampled_from([BNC, OKX, BBT])))
def test_the_sum_is_that_of_the_venues_that_are_live(gone):
    rng = np.random.default_rng(3)
    tapes = {each: random_trades(rng, 400, span_s=200) for each in (BNC, OKX, BBT)}
    engine = Engine()
    engine.start()
    try:
        for listed, tape in tapes.items():
            tell(engine, listed, tape)
        found = seen(engine, 199, *gone, ids=tuple(each.id for each in tapes))
    finally:
        engine.stop()
    live = [each for each in tapes if each not in gone]
    wanted = [flow(tapes[each][tapes[each]["ts_event_ns"] >= at(139)], each) for each in live]
    assert {each.instrument_id for each in found.left} == {each.id for each in gone}
    if wanted:
        assert found.flow.buy_quote == pytest.approx(sum(each.buy_quote for each in wanted))
        assert found.flow.sell_quote == pytest.approx(sum(each.sell_quote for each in wanted))
    else:
        assert found.flow is None


def test_the_past_is_looked_up_anew_after_the_engine_was_cleared(engine):
    tell(engine, BNC, TAPE)
    query = FlowSpec((BNC.id,)).query()
    assert query.view(engine, moment(3_705)).ago[0].flow is not None
    engine.clear()
    assert engine.settle()
    assert query.view(engine, moment(3_705)).ago[0].flow is None


def directions(engine, now_s, *gone, ids=IDS):
    return DivergenceSpec(ids).query().view(engine, moment(now_s, *gone))


def test_price_up_and_more_sold_than_bought_is_bearish(engine):
    tell(engine, BNC, trades((0, 200, 1, 1), (50, 204, 300, -1), (100, 206, 100, 1)))
    found = directions(engine, 105)
    assert found.now.price_frac == pytest.approx(206 / 200 - 1)
    assert found.now.cvd_quote == pytest.approx(-306 + 103)
    assert found.now.word is Agreement.BEARISH


def test_the_price_is_of_the_first_live_venue_and_the_cvd_of_all(engine):
    tell(engine, BNC, trades((0, 200, 1, 1), (50, 204, 300, 1)))
    tell(engine, OKX, trades((0, 200, 1, 1), (50, 190, 900, -1)))
    found = directions(engine, 60)
    assert found.now.price_frac == pytest.approx(204 / 200 - 1)
    assert found.now.word is Agreement.BEARISH
    assert [each.word for each in found.parts] == [Agreement.ALIGNED, Agreement.ALIGNED]
    alone = directions(engine, 60, BNC)
    assert alone.now.price_frac == pytest.approx(190 / 200 - 1)
    assert alone.now.word is Agreement.ALIGNED


def test_without_a_live_venue_no_direction_is_known(engine):
    tell(engine, BNC, TAPE)
    found = directions(engine, 105, BNC, OKX)
    assert found.now.word is None
    assert math.isnan(found.now.price_frac)
    assert found.now.why == "no market is live"


def test_where_nothing_traded_in_the_minute_both_stand_still(engine):
    tell(engine, BNC, trades((0, 200, 1, 1), (10, 200, 1, 1)))
    assert directions(engine, 80, ids=(BNC.id,)).now.word is Agreement.FLAT


def test_without_a_price_shortly_before_the_span_and_a_trade_in_it_nothing_is_known(engine):
    tell(engine, BNC, trades((0, 200, 1, 1)))
    assert directions(engine, 130, ids=(BNC.id,)).now.word is None


def test_the_word_of_an_hour_ago_is_that_of_the_trades_of_then(engine):
    tell(engine, BNC, trades((0, 200, 1, 1), (50, 204, 300, -1), (100, 206, 100, 1)))
    hour, day = directions(engine, 105 + NS_PER_HOUR // 10**9, ids=(BNC.id,)).ago
    assert hour.word is Agreement.BEARISH
    assert day.word is None
