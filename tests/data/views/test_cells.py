import numpy as np
import pytest

from core.calc.imbalance_presets import QUANTOWER
from core.domain.events import TradeBlock
from core.domain.units import NS_PER_MINUTE, NS_PER_S
from data.views.cells import CellsQuery, CellsSpec
from data.views.footprint import FootprintSpec, footprint_view
from tests.support.trades import START_NS, instrument, random_trades

PERP = instrument()
OTHER = instrument("okx.perp.BTC-USDT-SWAP", tick="0.05", step="0.01", value="0.01")
MINUTES = 30
NOW_NS = START_NS + MINUTES * NS_PER_MINUTE - NS_PER_S


def give(engine, rows, listed=PERP):
    engine.submit(TradeBlock(listed, "trade", rows))
    assert engine.settle()


def tape(seed, *, count=30_000, **changes):
    """Random trades; at one row in eight everybody buys, so that there are imbalances."""
    rows = random_trades(np.random.default_rng(seed), count, span_s=60 * MINUTES - 1, **changes)
    rows["aggressor"][rows["price_ticks"] % 40 < 5] = 1
    return rows


def spec(**changes):
    return CellsSpec((PERP.id,), "1m", **{"ticks_per_row": 5, "last_n": 6} | changes)


def answer(query, engine, *, now_ns=NOW_NS, from_ns=0):
    return query.view(engine, from_ns=from_ns, now_ns=now_ns)


def numbers(view):
    return view.ticks_per_row, [
        (
            each.open_ns,
            each.rows.row_ticks.tolist(),
            each.rows.sell_lots.tolist(),
            each.rows.buy_lots.tolist(),
            each.rows.poc_row,
            each.imbalance.sell.tolist(),
            each.imbalance.buy.tolist(),
        )
        for each in view.candles
    ]


@pytest.mark.parametrize("preset", [spec().preset, QUANTOWER])
@pytest.mark.parametrize("count", [20_000, 120_000])
def test_every_candle_has_the_rows_and_marks_of_the_opened_candle(engine, preset, count):
    give(engine, tape(1, count=count))
    view = answer(spec(preset=preset).query(), engine)
    assert [each.open_ns for each in view.candles] == [
        START_NS + minute * NS_PER_MINUTE for minute in range(MINUTES - 6, MINUTES)
    ]
    marks = 0
    for each in view.candles:
        wanted = FootprintSpec((PERP.id,), "1m", each.open_ns, ticks_per_row=5, preset=preset)
        one = footprint_view(engine, wanted, now_ns=NOW_NS).footprint
        assert each.rows.row_ticks.tolist() == one.row_ticks.tolist()
        assert each.rows.buy_lots.tolist() == one.buy_lots.tolist()
        assert each.rows.sell_lots.tolist() == one.sell_lots.tolist()
        assert each.rows.poc_row == one.poc_row
        assert each.imbalance.buy.tolist() == one.buy_imbalance.tolist()
        assert each.imbalance.sell.tolist() == one.sell_imbalance.tolist()
        marks += int(one.buy_imbalance.sum()) + int(one.sell_imbalance.sum())
    assert marks


@pytest.mark.parametrize("rows", [0, 5])
def test_cells_told_as_trades_come_are_those_of_all_trades_at_once(engine, rows):
    trades = tape(2)
    wanted = spec(ticks_per_row=rows)
    growing = wanted.query()
    for part in np.split(trades, [20_000, 20_007, 25_000, 25_001, 29_000]):
        give(engine, part)
        newest_ns = int(part["ts_event_ns"][-1])
        told = answer(growing, engine, now_ns=newest_ns)
        again = answer(growing, engine, now_ns=newest_ns)
        assert numbers(told) == numbers(again)
        if rows:
            assert numbers(told) == numbers(answer(wanted.query(), engine, now_ns=newest_ns))


def test_a_late_trade_is_in_its_candle(engine):
    trades = tape(3)
    late = np.zeros(len(trades), np.bool_)
    late[len(trades) - 3_000] = True
    give(engine, trades[~late])
    query = spec().query()
    before = answer(query, engine)
    give(engine, trades[late])
    after = answer(query, engine)
    assert numbers(after) != numbers(before)
    assert numbers(after) == numbers(answer(spec().query(), engine))


def test_another_run_forgets_the_cells_of_the_one_before(engine):
    query = spec().query()
    give(engine, tape(4))
    assert answer(query, engine).candles
    engine.clear()
    assert engine.settle()
    assert answer(query, engine) is None
    give(engine, tape(5))
    assert numbers(answer(query, engine)) == numbers(answer(spec().query(), engine))


def test_of_a_candle_that_has_settled_the_same_object_is_told_again(engine):
    give(engine, tape(6))
    query = spec().query()
    first, second = answer(query, engine), answer(query, engine)
    assert all(a is b for a, b in zip(first.candles[:-1], second.candles[:-1], strict=True))


def test_a_candle_in_which_the_trades_held_begin_is_left_out(engine):
    rows = tape(7)
    give(engine, rows[rows["ts_event_ns"] >= NOW_NS - 90 * NS_PER_S])
    assert len(answer(spec().query(), engine).candles) == 1


def test_no_candle_before_the_first_one_shown_is_told(engine):
    give(engine, tape(8))
    from_ns = START_NS + (MINUTES - 2) * NS_PER_MINUTE
    told = answer(spec().query(), engine, from_ns=from_ns)
    assert [each.open_ns for each in told.candles] == [from_ns, from_ns + NS_PER_MINUTE]


def test_cells_of_several_venues_add_up(engine):
    give(engine, tape(9))
    give(engine, tape(10, tick=1_200_000), OTHER)
    both, one, two = (
        answer(CellsQuery(CellsSpec(ids, "1m", last_n=3)), engine)
        for ids in ((PERP.id, OTHER.id), (PERP.id,), (OTHER.id,))
    )
    for at in range(3):
        total = sum(
            view.candles[at].rows.total_lots.sum() * view.instrument.lot_size for view in (one, two)
        )
        assert both.candles[at].rows.total_lots.sum() * both.instrument.lot_size == total


def test_rows_of_our_choice_fit_a_minute_of_the_market(engine):
    give(engine, tape(11))
    view = answer(spec(ticks_per_row=0).query(), engine)
    heights = [each.rows.row_ticks.size for each in view.candles]
    assert 5 <= float(np.median(heights)) <= 45


def test_nothing_is_known_before_the_first_trade(engine):
    assert answer(spec().query(), engine) is None
    assert spec().query().channels() == ()
