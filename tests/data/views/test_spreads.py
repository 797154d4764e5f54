import numpy as np
import pytest

from core.calc.spreads import spreads
from core.domain.arrays import QUOTE_DTYPE
from core.domain.events import Channel, Gap, TradeBlock
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_S
from data.views.spreads import SpreadsSpec
from tests.support.book_seconds import live_tape, quotes_of, random_seconds, seconds
from tests.support.trades import START_NS, instrument, random_trades, trades

PERP = instrument()
FOREVER = 2**62


def seen(engine, now_s, bars, *, query=None, timeframe="1m"):
    step_ns = TIMEFRAMES_NS[timeframe]
    now_ns = START_NS + round(now_s * 1e9)
    from_ns = (now_ns // step_ns - bars + 1) * step_ns
    query = query or SpreadsSpec(PERP.id, timeframe).query()
    return query.view(engine, from_ns=from_ns, now_ns=now_ns)


def give(engine, *rows):
    engine.submit(TradeBlock(PERP, "trade", trades(*rows), history=True))
    assert engine.settle()


def tops(*rows):
    """Rows of (seconds, bid_ticks, ask_ticks)."""
    out = np.zeros(len(rows), QUOTE_DTYPE)
    for index, (at_s, bid, ask) in enumerate(rows):
        out[index] = (START_NS + round(at_s * 1e9), 0, 0, 5, 5, bid, ask)
    return out


def test_quoted_is_the_mean_over_time_and_what_was_paid_is_against_the_middles(engine):
    book = live_tape(engine, PERP).book.seconds
    book.rows.append(seconds(range(120), spread_bps=np.arange(120) % 2))
    book.tops.append(tops((0, 999, 1001), (50, 999, 1001), (65, 1003, 1005), (110, 1003, 1005)))
    give(engine, (0, 1000, 1, 1), (63, 1001, 2, 1), (119, 1004, 1, 0))
    view = seen(engine, 119.9, 2)
    assert view.quoted.tolist() == pytest.approx([0.5, 0.5])
    assert view.effective[1] == pytest.approx(2 * (1001 - 1000) / 1000 * 1e4)
    assert view.realised[1] == pytest.approx(2 * (1001 - 1004) / 1000 * 1e4)
    assert view.impact[1] == pytest.approx(view.effective[1] - view.realised[1])


def test_until_the_horizon_is_over_there_is_an_effective_spread_and_no_realised_one(engine):
    live_tape(engine, PERP).book.seconds.tops.append(
        tops((0, 999, 1001), (50, 999, 1001), (62.5, 999, 1001))
    )
    give(engine, (0, 1000, 1, 1), (60.5, 1001, 2, 1), (64, 1001, 2, 1))
    view = seen(engine, 64.5, 2)
    assert view.effective[1] == pytest.approx(20.0)
    assert np.isnan([view.realised[1], view.impact[1]]).all()


def test_while_the_book_was_not_live_no_middle_is_known(engine):
    live_tape(engine, PERP).book.seconds.tops.append(
        tops((0, 999, 1001), (40, 999, 1001), (100, 999, 1001))
    )
    give(engine, (0, 1000, 1, 1), (70, 1001, 2, 1), (110, 1001, 2, 1))
    assert seen(engine, 110.5, 2).effective[1] == pytest.approx(20.0)
    gap = Gap(PERP.id, START_NS + 50 * NS_PER_S, START_NS + 90 * NS_PER_S, "lost", Channel.BOOK)
    engine.submit(gap)
    assert engine.settle()
    assert np.isnan(seen(engine, 110.5, 2).effective[1])


def test_nothing_held_of_the_book_is_said(engine):
    assert seen(engine, 5.0, 2) is None
    live_tape(engine, PERP)
    view = seen(engine, 5.0, 2)
    assert view.is_untold
    assert np.isnan([view.quoted, view.effective, view.realised, view.impact]).all()


@pytest.mark.parametrize("timeframe", ["5s", "1m", "5m"])
def test_a_view_kept_up_to_date_equals_one_made_afresh_and_the_calculator(engine, timeframe):
    rng = np.random.default_rng(6)
    book = live_tape(engine, PERP).book.seconds
    kept = SpreadsSpec(PERP.id, timeframe).query()
    rows = random_trades(rng, 4_000, span_s=1_200, tick=1_000)
    rows["price_ticks"] = np.maximum(rows["price_ticks"], 900)
    late = rows[
        np.argsort(np.arange(4_000) + rng.integers(0, 60, 4_000) * (rng.random(4_000) < 0.01))
    ]
    for number, part in enumerate(np.array_split(late, 24)):
        engine.submit(TradeBlock(PERP, "trade", np.sort(part, order="ts_event_ns"), history=True))
        assert engine.settle()
        told = random_seconds(rng, np.arange(number * 50, number * 50 + 50))
        book.rows.append(told)
        book.tops.append(quotes_of(told))
        now_s = number * 50 + 50.4
        one = seen(engine, now_s, 20, query=kept, timeframe=timeframe)
        other = seen(engine, now_s, 20, timeframe=timeframe)
        for name in ("quoted", "effective", "realised", "impact"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), nan_ok=True)
    whole = spreads(rows, book.tops.window(0, FOREVER), horizon_ns=5 * NS_PER_S)
    step_ns = TIMEFRAMES_NS[timeframe]
    bar = one.open_ns[-3]
    inside = (rows["ts_event_ns"] >= bar) & (rows["ts_event_ns"] < bar + step_ns)
    weights = (rows["price_ticks"].astype(float) * rows["size_lots"])[inside]
    expected = np.average(whole.effective_bps[inside], weights=weights)
    assert one.effective[-3] == pytest.approx(expected)
