"""The figures of the floating panel, by hand."""

import math

from core.domain.derivatives import DerivativeTicker
from core.domain.events import Channel, Gap, TradeBlock
from core.domain.units import NS_PER_MINUTE, NS_PER_S
from data.views.hud import INTEREST_NS, HudSpec
from data.views.left_out import NOTHING
from data.views.moment import Moment, Off
from tests.support.trades import START_NS, instrument, trades

PERP = instrument()
OKX = instrument("okx.perp.BTC-USDT-SWAP", tick="0.5", step="1", value="0.01")
SPEC = HudSpec(PERP.id, (PERP.id, OKX.id))
ROWS = trades((0, 10_000, 500, 1), (70, 10_100, 200, -1), (100, 10_201, 300, 1))
"""Prices 1,000.0, 1,010.0 and 1,020.1; sizes 0.5, 0.2 and 0.3 BTC."""


def give(engine, rows=ROWS, listed=PERP):
    engine.submit(TradeBlock(listed, "trade", rows))
    assert engine.settle()


def tell(engine, listed, at_s, *, held, mark):
    at_ns = START_NS + at_s * NS_PER_S
    engine.submit(
        DerivativeTicker(
            instrument=listed,
            channel="ticker",
            ts_event_ns=at_ns,
            ts_recv_ns=at_ns,
            mark=mark,
            open_interest=held,
        )
    )
    assert engine.settle()


def view(engine, after_s=101, *, off=None, spec=SPEC):
    moment = Moment(START_NS + after_s * NS_PER_S, "live", off or {})
    return spec.query().view(engine, moment)


def test_of_a_market_of_which_nothing_came_there_is_nothing_to_show(engine):
    assert view(engine) is None


def test_the_price_is_that_of_the_last_trade_and_its_change_of_the_minute_before(engine):
    give(engine)
    found = view(engine)
    assert found.price == 1020.1
    assert math.isclose(found.change_frac, 10_201 / 10_100 - 1)


def test_a_first_trade_has_not_moved(engine):
    give(engine, ROWS[:1])
    assert (view(engine).price, view(engine).change_frac) == (1000.0, 0.0)


def test_cvd_is_money_bought_less_money_sold_since_the_first_trade_held(engine):
    give(engine)
    found = view(engine)
    assert math.isclose(found.cvd_quote, 1000.0 * 0.5 - 1010.0 * 0.2 + 1020.1 * 0.3)
    assert (found.cvd_since_ns, found.is_whole) == (START_NS, False)


def test_where_trades_are_missing_cvd_is_not_known(engine):
    give(engine)
    engine.submit(Gap(PERP.id, START_NS, START_NS + 3 * NS_PER_MINUTE, "lost"))
    assert engine.settle()
    assert math.isnan(view(engine).cvd_quote)


def test_trades_that_are_not_live_say_since_when(engine):
    give(engine)
    stale = Off("stale", START_NS + 90 * NS_PER_S, "no answer")
    found = view(engine, off={(PERP.id, Channel.TRADES): stale})
    assert found.trades_off == stale
    assert found.price == 1020.1


def test_open_interest_is_summed_in_money_each_at_its_own_mark(engine):
    give(engine)
    tell(engine, PERP, 90, held=200.0, mark=1020.0)
    tell(engine, OKX, 95, held=100.0, mark=1021.0)
    found = view(engine)
    assert found.interest_quote == 200.0 * 1020.0 + 100.0 * 1021.0
    assert found.interest_of == (PERP.id, OKX.id)
    assert found.left == ()


def test_a_venue_that_is_not_live_or_told_nothing_is_named_and_never_summed_in_as_zero(engine):
    give(engine)
    tell(engine, PERP, 90, held=200.0, mark=1020.0)
    (left,) = view(engine).left
    assert (left.instrument_id, left.why) == (OKX.id, NOTHING)
    tell(engine, OKX, 95, held=100.0, mark=1021.0)
    stale = Off("stale", START_NS, "")
    found = view(engine, off={(OKX.id, Channel.TICKER): stale})
    assert found.interest_quote == 204_000.0
    assert [(each.instrument_id, each.why, each.since_ns) for each in found.left] == [
        (OKX.id, "stale", START_NS)
    ]


def test_open_interest_that_was_told_long_ago_is_not_the_present(engine):
    give(engine)
    tell(engine, PERP, 0, held=200.0, mark=1020.0)
    late_s = INTEREST_NS // NS_PER_S + 1
    found = view(engine, late_s, spec=HudSpec(PERP.id, (PERP.id,)))
    assert math.isnan(found.interest_quote)
    assert found.left[0].since_ns == START_NS


def test_a_perpetual_whose_mark_is_not_told_has_no_worth(engine):
    give(engine)
    tell(engine, PERP, 90, held=200.0, mark=None)
    found = view(engine, spec=HudSpec(PERP.id, (PERP.id,)))
    assert math.isnan(found.interest_quote)
    assert found.interest_of == ()


def test_it_asks_for_the_markets_that_are_on_offer():
    assert SPEC.query().wants([PERP]) == [(PERP.id, "1m", 0)]
