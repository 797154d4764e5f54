import numpy as np
import pytest

from core.calc.oi_quadrant import Quadrant
from core.domain.events import Channel, Gap, Listed, Rows, TradeBlock
from core.domain.units import NS_PER_MINUTE
from data.views.open_interest import OpenInterestQuery, OpenInterestSpec
from tests.support.derivatives import NAN, OKX, PERP, SPOT, at, tickers
from tests.support.trades import START_NS, trades

SUM = OpenInterestSpec((PERP.id,), "1m")
QUADRANTS = OpenInterestSpec((PERP.id,), "1m", with_quadrants=True)


def give(engine, *rows, listed=PERP):
    engine.submit(Listed(listed))
    engine.submit(Rows(listed, Channel.TICKER, "test", tickers(*rows)))
    assert engine.settle()


def trade(engine, rows):
    engine.submit(TradeBlock(PERP, "trade", rows))
    assert engine.settle()


def seen(engine, minutes, *, spec=SUM, from_ns=START_NS):
    return OpenInterestQuery(spec).view(engine, from_ns=from_ns, now_ns=at(60 * minutes) - 1)


def market(minutes, rng):
    """One trade and one word on open interest a minute: (trades, rows of tickers)."""
    ticks = 10_000 + np.cumsum(rng.integers(-9, 10, minutes))
    held = 5_000 + np.cumsum(rng.integers(-20, 21, minutes))
    middles = [60 * minute + 30 for minute in range(minutes)]
    told = [(after_s + 1, NAN, float(value)) for after_s, value in zip(middles, held, strict=True)]
    return trades(*((s, int(t), 1, 1) for s, t in zip(middles, ticks, strict=True))), told


def test_open_interest_of_a_bar_is_what_was_told_before_its_close(engine):
    give(engine, (10, NAN, 100.0), (59, NAN, 110.0), (60, NAN, 120.0))
    assert seen(engine, 2).held[PERP.id].tolist() == [110.0, 120.0]


def test_before_anything_is_told_and_long_after_it_open_interest_is_missing(engine):
    give(engine, (70, NAN, 100.0))
    found = seen(engine, 9).held[PERP.id]
    assert found[1:6].tolist() == [100.0] * 5
    assert np.isnan(found[[0, 6, 7, 8]]).all()


def test_nothing_is_carried_across_a_gap(engine):
    give(engine, (10, NAN, 100.0), (200, NAN, 130.0))
    engine.submit(Gap(PERP.id, at(30), at(190), "lost", Channel.TICKER))
    assert engine.settle()
    found = seen(engine, 4).held[PERP.id]
    assert np.isnan(found[:3]).all()
    assert found[3] == 130.0


def test_a_gap_in_another_channel_takes_nothing_away(engine):
    give(engine, (10, NAN, 100.0))
    engine.submit(Gap(PERP.id, at(30), at(190), "lost", Channel.BOOK))
    assert engine.settle()
    assert seen(engine, 2).held[PERP.id].tolist() == [100.0, 100.0]


def test_an_instrument_of_which_nothing_came_is_missing_and_has_no_quadrant(engine):
    view = seen(engine, 3, spec=OpenInterestSpec((OKX.id,), "1m", with_quadrants=True))
    assert np.isnan(view.held[OKX.id]).tolist() == [True] * 3
    assert view.quadrants.tolist() == [Quadrant.NONE] * 3


def test_without_being_asked_no_quadrants_are_looked_for_and_no_more_candles_wanted(engine):
    give(engine, (10, NAN, 100.0))
    assert seen(engine, 1).quadrants is None
    assert SUM.candles == ("1m", 300)
    assert QUADRANTS.candles[1] > 500


def test_a_rise_with_more_contracts_is_a_long_build_once_it_is_known_what_is_usual(engine):
    rows, told = market(120, np.random.default_rng(2))
    last = trades((120 * 60 + 30, int(rows["price_ticks"][-1]) + 90, 1, 1))
    last["trade_id"] = 121
    trade(engine, np.concatenate([rows, last]))
    give(engine, *told, (120 * 60 + 31, NAN, told[-1][2] + 900.0))
    found = seen(engine, 121, spec=QUADRANTS).quadrants
    assert found[-1] == Quadrant.LONG_BUILD
    assert set(found[:65].tolist()) == {Quadrant.NONE}


def test_the_quadrant_of_a_bar_does_not_depend_on_where_the_chart_begins(engine):
    rows, told = market(600, np.random.default_rng(3))
    trade(engine, rows)
    give(engine, *told)
    whole = seen(engine, 600, spec=QUADRANTS).quadrants
    assert len(set(whole.tolist())) == 5
    for first in (100, 250, 430, 599):
        part = seen(engine, 600, spec=QUADRANTS, from_ns=START_NS + first * NS_PER_MINUTE)
        assert part.quadrants.tolist() == whole[first:].tolist()


@pytest.mark.parametrize("timeframe", ["1m", "5m"])
def test_a_view_kept_up_to_date_equals_one_made_afresh(engine, timeframe):
    rng = np.random.default_rng(4)
    rows, told = market(600, rng)
    spec = OpenInterestSpec((PERP.id,), timeframe, with_quadrants=True)
    kept = OpenInterestQuery(spec)
    late = np.argsort(np.arange(600) + 20 * (rng.random(600) < 0.05), kind="stable")
    for part in np.array_split(late, 12):
        trade(engine, rows[np.sort(part)])
        give(engine, *(told[index] for index in np.sort(part)))
        if rng.random() < 0.3:
            start_s = 60 * int(part.min())
            gap = Gap(PERP.id, at(start_s), at(start_s + 90), "lost", Channel.TICKER)
            engine.submit(gap)
            assert engine.settle()
        now_ns = at(60 * int(part.max()) + 45)
        step_ns = {"1m": 1, "5m": 5}[timeframe] * NS_PER_MINUTE
        from_ns = (now_ns // step_ns - 30) * step_ns
        one = kept.view(engine, from_ns=from_ns, now_ns=now_ns)
        other = OpenInterestQuery(spec).view(engine, from_ns=from_ns, now_ns=now_ns)
        assert np.array_equal(one.open_ns, other.open_ns)
        assert np.array_equal(one.held[PERP.id], other.held[PERP.id], equal_nan=True)
        assert one.quadrants.tolist() == other.quadrants.tolist()


EVERYWHERE = OpenInterestSpec((SPOT.id,), "1m", everywhere=True)


def test_everywhere_is_all_perpetuals_of_the_coins_of_the_first_instrument(engine):
    engine.submit(Listed(SPOT))
    give(engine, (10, NAN, 100.0), (70, NAN, 110.0))
    give(engine, (10, NAN, 40.0), (70, NAN, 50.0), listed=OKX)
    view = seen(engine, 2, spec=EVERYWHERE)
    assert {str(each): values.tolist() for each, values in view.held.items()} == {
        "binance.perp.BTCUSDT": [100.0, 110.0],
        "okx.perp.BTC-USDT-SWAP": [40.0, 50.0],
    }
    assert view.lacking == ()


def test_of_everywhere_a_venue_of_which_nothing_is_known_now_is_left_out_and_named(engine):
    engine.submit(Listed(SPOT))
    give(engine, (10, NAN, 100.0), (470, NAN, 110.0))
    give(engine, (10, NAN, 40.0), listed=OKX)
    view = seen(engine, 8, spec=EVERYWHERE)
    assert list(view.held) == [PERP.id]
    assert view.lacking == (OKX.id,)
    nobody = seen(engine, 99, spec=EVERYWHERE)
    assert (len(nobody.held), nobody.lacking) == (2, ()), "then all of it is missing"


def test_everywhere_asks_for_the_perpetuals_that_are_listed():
    query = EVERYWHERE.query()
    assert query.wanted([SPOT, PERP, OKX]) == (PERP.id, OKX.id)
    assert query.wanted([]) == (SPOT.id,)
    assert SUM.query().wanted([SPOT, PERP, OKX]) == (PERP.id,)
