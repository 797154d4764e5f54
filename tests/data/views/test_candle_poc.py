import numpy as np
import pytest

from core.calc.footprint import footprint
from core.domain.events import Gap, TradeBlock
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_MINUTE, NS_PER_S
from data.views.candle_poc import CandlePocSpec
from tests.support.trades import START_NS, instrument, random_trades

PERP = instrument()
OTHER = instrument("okx.perp.BTC-USDT-SWAP", tick="0.05", step="0.01", value="0.01")


def give(engine, rows, listed=PERP):
    engine.submit(TradeBlock(listed, "trade", rows))
    assert engine.settle()


def ask(engine, spec, rows, *, query=None, bars=300):
    step_ns, now_ns = TIMEFRAMES_NS[spec.timeframe], int(rows["ts_event_ns"][-1]) + 1
    from_ns = (now_ns // step_ns - bars + 1) * step_ns
    return (query or spec.query()).view(engine, from_ns=from_ns, now_ns=now_ns)


def told(view):
    return dict(zip(view.open_ns.tolist(), view.poc_ticks.tolist(), strict=True))


def expected(rows, step_ns, height):
    """The POC of the footprint of every candle."""
    opens_ns = rows["ts_event_ns"] // step_ns * step_ns
    cells = {
        int(at): footprint(rows[opens_ns == at], open_ns=int(at), ticks_per_row=height)
        for at in np.unique(opens_ns)
    }
    return {at: int(each.row_ticks[each.poc_row]) for at, each in cells.items()}


@pytest.mark.parametrize("timeframe", ["1s", "15s", "1m", "5m"])
def test_each_candle_has_the_poc_of_its_footprint(engine, timeframe):
    rows = random_trades(np.random.default_rng(1), 6_000, span_s=3_600)
    give(engine, rows)
    view = ask(engine, CandlePocSpec((PERP.id,), timeframe, 3), rows)
    step_ns = TIMEFRAMES_NS[timeframe]
    whole = expected(rows, step_ns, 3)
    first_ns = int(rows["ts_event_ns"][0])
    from_ns = (int(rows["ts_event_ns"][-1]) // step_ns - 299) * step_ns
    assert told(view) == {at: poc for at, poc in whole.items() if at >= max(first_ns, from_ns)}


def test_an_answer_kept_up_to_date_equals_one_made_afresh_though_trades_come_late(engine):
    rng = np.random.default_rng(2)
    rows = random_trades(rng, 5_000, span_s=1_800)
    late = np.arange(rows.size) + rng.integers(0, 300, rows.size) * (rng.random(rows.size) < 0.02)
    spec = CandlePocSpec((PERP.id,), "15s", 3)
    kept = spec.query()
    for part in np.array_split(rows[np.argsort(late, kind="stable")], 25):
        give(engine, part)
        held = engine.tape(PERP.id).trades.window(0, 2**62)
        found = told(ask(engine, spec, held, query=kept, bars=60))
        assert found == told(ask(engine, spec, held, bars=60))


def test_automatic_rows_are_about_twenty_to_the_median_candle(engine):
    rows = random_trades(np.random.default_rng(3), 60_000, span_s=3_600)
    give(engine, rows)
    query = CandlePocSpec((PERP.id,), "1m").query()
    view = ask(engine, query.spec, rows, query=query)
    opens_ns = rows["ts_event_ns"] // NS_PER_MINUTE
    ranges = [np.ptp(rows["price_ticks"][opens_ns == at]) + 1 for at in np.unique(opens_ns)]
    assert 15 <= np.median(ranges) / view.ticks_per_row <= 25
    give(engine, random_trades(np.random.default_rng(4), 500, first_id=70_000, tick=700_000))
    assert ask(engine, query.spec, rows, query=query).ticks_per_row == view.ticks_per_row


def test_a_candle_that_is_not_held_whole_has_none(engine):
    rows = random_trades(np.random.default_rng(5), 3_000, span_s=1_200)
    give(engine, rows[rows["ts_event_ns"] > START_NS + 90 * NS_PER_S])
    from_ns = START_NS + 600 * NS_PER_S
    engine.submit(Gap(PERP.id, from_ns, from_ns + NS_PER_S, "the connection was lost"))
    assert engine.settle()
    found = told(ask(engine, CandlePocSpec((PERP.id,), "1m", 3), rows))
    minutes = [(at - START_NS) // NS_PER_MINUTE for at in found]
    assert minutes == [at for at in range(2, 20) if at != 10]


def test_volumes_of_two_venues_are_summed_on_one_grid(engine):
    first = random_trades(np.random.default_rng(6), 2_000, span_s=600)
    second = random_trades(np.random.default_rng(7), 2_000, span_s=600)
    second["price_ticks"] *= 2
    give(engine, first)
    give(engine, second, OTHER)
    found = told(ask(engine, CandlePocSpec((PERP.id, OTHER.id), "1m", 6), first))
    first["price_ticks"] *= 2
    first["size_lots"] *= 10
    both = np.concatenate([first, second])
    both = both[np.argsort(both["ts_event_ns"], kind="stable")]
    whole = expected(both, NS_PER_MINUTE, 6)
    assert found.items() <= whole.items()
    assert len(found) >= 9


def test_another_source_starts_anew(engine):
    rows = random_trades(np.random.default_rng(8), 3_000, span_s=1_200)
    spec = CandlePocSpec((PERP.id,), "1m", 3)
    query = spec.query()
    give(engine, rows)
    ask(engine, spec, rows, query=query)
    engine.clear()
    assert engine.settle()
    assert ask(engine, spec, rows, query=query) is None
    give(engine, rows[1_500:])
    assert told(ask(engine, spec, rows, query=query)) == told(ask(engine, spec, rows))
