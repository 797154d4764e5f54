from core.domain.events import TradeBlock
from core.domain.units import NS_PER_S
from data.views.moment import Moment
from data.views.price_line import PriceLineSpec
from tests.support.trades import START_NS, instrument, trades

PERP = instrument(tick="0.5")


def seen(engine, spec, after_s):
    return spec.query().view(engine, Moment(START_NS + after_s * NS_PER_S))


def give(engine, *rows):
    engine.submit(TradeBlock(PERP, "trades", trades(*rows)))
    assert engine.settle()


def test_it_is_the_last_price_of_each_second_that_traded_at_its_end(engine):
    give(engine, (0.1, 10, 1, 1), (0.9, 12, 1, 1), (3.2, 11, 1, -1))
    view = seen(engine, PriceLineSpec(PERP.id), 60)
    assert view.price.tolist() == [6.0, 5.5]
    assert (view.at_ns - START_NS).tolist() == [NS_PER_S, 4 * NS_PER_S]
    assert view.instrument == PERP


def test_the_second_that_goes_on_ends_now(engine):
    give(engine, (0.1, 10, 1, 1), (1.5, 12, 1, 1))
    view = PriceLineSpec(PERP.id).query().view(engine, Moment(START_NS + 1_600_000_000))
    assert (view.at_ns - START_NS).tolist() == [NS_PER_S, 1_600_000_000]


def test_only_the_window_is_told_in_about_as_many_points_as_asked_for(engine):
    give(engine, *((second, second + 1, 1, 1) for second in range(100)))
    view = seen(engine, PriceLineSpec(PERP.id, window_s=60, points=20), 100)
    assert view.price.size == 21, "the first and the last are of a part of three seconds"
    assert view.price[-1] == 50.0
    assert view.at_ns[0] > START_NS + 40 * NS_PER_S


def test_of_a_market_nobody_heard_of_there_is_none_and_of_one_without_trades_an_empty_one(engine):
    assert seen(engine, PriceLineSpec(PERP.id), 1) is None
    give(engine, (0, 10, 1, 1))
    assert seen(engine, PriceLineSpec(PERP.id, window_s=5), 60).price.size == 0
    assert PriceLineSpec(PERP.id).query().wants([PERP]) == [(PERP.id, "1m", 0)]
