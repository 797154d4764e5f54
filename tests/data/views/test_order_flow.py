import numpy as np
import pytest

from core.domain.events import Channel, Gap
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_S
from data.views.order_flow import ROLLING_BARS, OrderFlowSpec
from tests.support.book_seconds import live_tape, random_seconds, seconds
from tests.support.trades import START_NS, instrument

PERP = instrument()
OKX = instrument("okx.perp.BTC-USDT-SWAP", step="1", value="0.01")
SPEC = OrderFlowSpec((PERP.id,), "5s")


def seen(engine, now_s, bars, *, query=None, spec=SPEC):
    step_ns = TIMEFRAMES_NS[spec.timeframe]
    now_ns = START_NS + round(now_s * 1e9)
    from_ns = (now_ns // step_ns - bars + 1) * step_ns
    return (query or spec.query()).view(engine, from_ns=from_ns, now_ns=now_ns)


def give(tape, rows):
    tape.book.seconds.rows.append(rows)


def test_the_flow_of_a_bar_is_the_sum_over_its_seconds(engine):
    tape = live_tape(engine, PERP)
    give(tape, seconds(range(12), flow_lots=np.arange(12), deep_flow_lots=100))
    assert seen(engine, 12.5, 3).flow_lots.tolist() == [10.0, 35.0, 21.0]
    deep = OrderFlowSpec((PERP.id,), "5s", 5)
    assert seen(engine, 12.5, 3, spec=deep).flow_lots.tolist() == [500.0, 500.0, 200.0]


def test_a_bar_with_a_second_in_which_the_book_was_not_live_is_not_known(engine):
    tape = live_tape(engine, PERP)
    give(tape, seconds([2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14], flow_lots=1))
    assert np.array_equal(
        seen(engine, 15.0, 4).flow_lots, [np.nan, 5.0, np.nan, np.nan], equal_nan=True
    )


def test_of_a_bar_that_has_just_begun_nothing_is_known_yet(engine):
    give(live_tape(engine, PERP), seconds(range(10), flow_lots=1))
    assert np.array_equal(seen(engine, 10.9, 2).flow_lots, [5.0, np.nan], equal_nan=True)
    give(engine.tape(PERP.id), seconds([10], flow_lots=3))
    assert seen(engine, 11.1, 2).flow_lots.tolist() == [5.0, 3.0]


def test_of_a_live_book_that_says_nothing_it_is_known_what_was_and_of_a_lost_one_not(engine):
    tape = live_tape(engine, PERP)
    give(tape, seconds(range(7), flow_lots=1))
    assert seen(engine, 9.9, 2).flow_lots.tolist() == [5.0, 2.0]
    engine.submit(Gap(PERP.id, START_NS, START_NS + 7 * NS_PER_S, "lost", Channel.BOOK))
    assert engine.settle()
    assert np.array_equal(seen(engine, 9.9, 2).flow_lots, [5.0, np.nan], equal_nan=True)


def test_the_line_is_the_sum_of_the_last_bars_and_begins_before_the_first_shown(engine):
    tape = live_tape(engine, PERP)
    give(tape, seconds(range(100), flow_lots=1))
    view = seen(engine, 99.9, 12)
    assert np.isnan(view.rolling_lots[0])
    assert view.rolling_lots[-2:].tolist() == [5.0 * ROLLING_BARS] * 2


def test_several_books_are_summed_in_common_lots_and_only_together(engine):
    both = OrderFlowSpec((PERP.id, OKX.id), "5s")
    give(live_tape(engine, PERP), seconds(range(5), flow_lots=1))
    view = seen(engine, 5.0, 2, spec=both)
    assert np.isnan(view.flow_lots).all()
    assert view.untold == (OKX.id,)
    give(live_tape(engine, OKX), seconds(range(5), flow_lots=2))
    view = seen(engine, 5.0, 2, spec=both)
    base = view.flow_lots[0] * float(view.instrument.lot_size)
    assert base == pytest.approx(5 * 0.001 + 10 * 0.01)
    assert view.untold == ()


def test_before_anything_comes_there_is_no_view_and_a_book_that_is_not_followed_is_named(engine):
    assert seen(engine, 5.0, 2) is None
    live_tape(engine, PERP)
    assert seen(engine, 5.0, 2).untold == (PERP.id,)
    assert SPEC.query().channels() == ((PERP.id, Channel.BOOK),)


@pytest.mark.parametrize("timeframe", ["1s", "5s", "1m", "5m"])
def test_a_view_kept_up_to_date_equals_one_made_afresh(engine, timeframe):
    rng = np.random.default_rng(5)
    tape = live_tape(engine, PERP)
    spec = OrderFlowSpec((PERP.id,), timeframe)
    kept = spec.query()
    told = np.arange(2_000)[rng.random(2_000) > 0.003]
    for part in np.array_split(told, 40):
        give(tape, random_seconds(rng, part))
        now_s = float(part[-1]) + rng.random() + 1
        one, other = (seen(engine, now_s, 30, query=each, spec=spec) for each in (kept, None))
        assert np.array_equal(one.flow_lots, other.flow_lots, equal_nan=True)
        assert np.array_equal(one.rolling_lots, other.rolling_lots, equal_nan=True)


def test_a_tape_dropped_is_forgotten(engine):
    query = SPEC.query()
    give(live_tape(engine, PERP), seconds(range(10), flow_lots=7))
    assert seen(engine, 10.0, 3, query=query).flow_lots[0] == 35.0
    engine.clear()
    assert engine.settle()
    give(live_tape(engine, PERP), seconds(range(10), flow_lots=1))
    assert seen(engine, 10.0, 3, query=query).flow_lots[0] == 5.0
