from dataclasses import replace

import numpy as np
import pytest

from core.calc.bar_size import bar_size
from core.calc.footprint import footprint
from core.calc.imbalance_presets import ATAS, QUANTOWER, STRICT, imbalance_by
from core.calc.tick_bars import tick_bars
from core.domain.events import Gap, TradeBlock
from core.domain.units import NS_PER_MINUTE, NS_PER_S
from data.views.cut_bars import CutBarsSpec
from data.views.footprint import CutBar, FootprintSpec, footprint_view
from tests.support.trades import START_NS, instrument, random_trades

PERP = instrument()
OTHER = instrument("okx.perp.BTC-USDT-SWAP", tick="0.05", step="0.01", value="0.01")


def give(engine, rows, listed=PERP):
    engine.submit(TradeBlock(listed, "trade", rows))
    assert engine.settle()


def test_a_candle_holds_its_own_trades_and_no_other(engine):
    rows = random_trades(np.random.default_rng(1), 4_000)
    give(engine, rows)
    bar_ns = START_NS + 3 * NS_PER_MINUTE
    view = footprint_view(
        engine, FootprintSpec((PERP.id,), "1m", bar_ns, ticks_per_row=5), now_ns=bar_ns
    )
    inside = (rows["ts_event_ns"] >= bar_ns) & (rows["ts_event_ns"] < bar_ns + NS_PER_MINUTE)
    expected = footprint(rows[inside], open_ns=bar_ns, ticks_per_row=5)
    assert view.footprint.buy_lots.tolist() == expected.buy_lots.tolist()
    assert view.footprint.sell_lots.tolist() == expected.sell_lots.tolist()
    assert view.footprint.total_lots == rows["size_lots"][inside].sum()
    assert not view.closed
    assert view.complete


def test_the_first_candle_held_is_not_complete_when_trades_began_inside_it(engine):
    rows = random_trades(np.random.default_rng(2), 1_000)
    give(engine, rows[rows["ts_event_ns"] > START_NS + 5 * NS_PER_S])
    view = footprint_view(
        engine, FootprintSpec((PERP.id,), "1m", START_NS), now_ns=START_NS + NS_PER_MINUTE
    )
    assert not view.complete
    assert view.closed


def test_a_lone_lot_is_no_imbalance_where_cells_usually_hold_more(engine):
    rows = random_trades(np.random.default_rng(7), 6_000)
    bar_ns = START_NS + 8 * NS_PER_MINUTE
    rows["size_lots"][rows["ts_event_ns"] >= bar_ns] = 1
    large = (rows["ts_event_ns"] >= bar_ns - NS_PER_MINUTE) & (rows["ts_event_ns"] < bar_ns)
    rows["size_lots"][large], rows["aggressor"][large] = 9_000, 1
    give(engine, rows)
    spec = FootprintSpec((PERP.id,), "1m", bar_ns, ticks_per_row=5)
    tiny = footprint_view(engine, spec, now_ns=bar_ns).footprint
    before = FootprintSpec((PERP.id,), "1m", bar_ns - NS_PER_MINUTE, ticks_per_row=5)
    usual = footprint_view(engine, before, now_ns=bar_ns).footprint
    assert not tiny.buy_imbalance.any()
    assert not tiny.sell_imbalance.any()
    assert usual.buy_imbalance.any()


def test_a_candle_with_a_gap_is_not_complete(engine):
    give(engine, random_trades(np.random.default_rng(3), 1_000))
    bar_ns = START_NS + 2 * NS_PER_MINUTE
    engine.submit(Gap(PERP.id, bar_ns + 1, bar_ns + 2, "the connection was lost"))
    assert engine.settle()
    before = FootprintSpec((PERP.id,), "1m", bar_ns - NS_PER_MINUTE)
    assert not footprint_view(engine, FootprintSpec((PERP.id,), "1m", bar_ns), now_ns=0).complete
    assert footprint_view(engine, before, now_ns=0).complete


@pytest.mark.parametrize("timeframe", ["1s", "1m"])
def test_the_micro_footprint_reaches_thirty_seconds_each_way_of_the_click(engine, timeframe):
    rows = random_trades(np.random.default_rng(4), 3_000)
    give(engine, rows)
    bar_ns = START_NS + 5 * NS_PER_MINUTE
    wanted = FootprintSpec((PERP.id,), timeframe, bar_ns, focus_ns=bar_ns + NS_PER_S // 2)
    micro = footprint_view(engine, wanted, now_ns=bar_ns).micro
    assert micro.second_ns.tolist() == [bar_ns + s * NS_PER_S for s in range(-30, 30)]
    near = abs(rows["ts_event_ns"] - bar_ns + 0.5) < 30 * NS_PER_S
    assert micro.buy_lots.sum() + micro.sell_lots.sum() == rows["size_lots"][near].sum()


def test_without_a_click_the_micro_footprint_ends_with_the_newest_second(engine):
    give(engine, random_trades(np.random.default_rng(4), 3_000, span_s=320))
    wanted = FootprintSpec((PERP.id,), "5m", START_NS)
    micro = footprint_view(engine, wanted, now_ns=START_NS).micro
    assert micro.second_ns.tolist() == [START_NS + s * NS_PER_S for s in range(240, 300)]


def test_cells_of_several_venues_add_up(engine):
    rng = np.random.default_rng(5)
    left = random_trades(rng, 2_000)
    right = random_trades(rng, 2_000, tick=1_200_000)
    give(engine, left)
    give(engine, right, OTHER)
    bar_ns = START_NS + NS_PER_MINUTE
    both, one, two = (
        footprint_view(engine, FootprintSpec(ids, "1m", bar_ns), now_ns=bar_ns)
        for ids in ((PERP.id, OTHER.id), (PERP.id,), (OTHER.id,))
    )
    total = one.footprint.total_lots * PERP.lot_size + two.footprint.total_lots * OTHER.lot_size
    assert both.footprint.total_lots * both.instrument.lot_size == total


def test_a_candle_without_trades_has_no_rows(engine):
    give(engine, random_trades(np.random.default_rng(6), 100))
    wanted = FootprintSpec((PERP.id,), "1m", START_NS + 100 * NS_PER_MINUTE)
    view = footprint_view(engine, wanted, now_ns=START_NS)
    assert view.footprint.row_ticks.size == 0
    assert view.newest_recv_ns == 0
    assert footprint_view(engine, FootprintSpec((OTHER.id,), "1m", START_NS), now_ns=0) is None


def test_imbalances_are_marked_by_the_convention_asked_for_and_compared_with_another(engine):
    rows = random_trades(np.random.default_rng(9), 4_000)
    give(engine, rows)
    bar_ns = START_NS + 3 * NS_PER_MINUTE
    spec = FootprintSpec((PERP.id,), "1m", bar_ns, ticks_per_row=5)
    ours = footprint_view(engine, spec, now_ns=bar_ns)
    other = replace(spec, preset=ATAS, compare_with=STRICT)
    theirs = footprint_view(engine, other, now_ns=bar_ns)
    assert (ours.preset, ours.compared) == (STRICT, None)
    cells = ours.footprint
    expected = imbalance_by(
        ATAS, cells.sell_lots, cells.buy_lots, min_lots=theirs.compared.min_lots
    )
    assert theirs.footprint.buy_imbalance.tolist() == expected.buy.tolist()
    assert theirs.footprint.sell_imbalance.tolist() == expected.sell.tolist()
    assert theirs.footprint.buy_imbalance.tolist() != cells.buy_imbalance.tolist()
    assert (theirs.compared.first, theirs.compared.second) == (ATAS, STRICT)
    assert theirs.compared.second_marks == cells.buy_imbalance.sum() + cells.sell_imbalance.sum()
    assert theirs.compared.reasons


def test_an_empty_candle_can_be_compared_too(engine):
    give(engine, random_trades(np.random.default_rng(9), 100))
    spec = FootprintSpec(
        (PERP.id,), "1m", START_NS + 100 * NS_PER_MINUTE, preset=QUANTOWER, compare_with=ATAS
    )
    assert footprint_view(engine, spec, now_ns=spec.bar_ns).compared.reasons == ()


def test_a_bar_that_trades_ended_holds_its_own_though_others_share_its_instants(engine):
    rows = random_trades(np.random.default_rng(9), 4_000)
    rows["ts_event_ns"] = rows["ts_event_ns"] // NS_PER_S * NS_PER_S
    give(engine, rows)
    cut = CutBarsSpec(PERP.id, bar_size("tick:37"), bars=20).query().view(engine)
    whole = tick_bars(rows, size=37).bars[-20:]
    assert (whole["first_ns"][1:] == whole["last_ns"][:-1]).any()
    first = rows.size - int(whole["trades"].sum())
    for bar, skip in zip(cut.bars, cut.skips.tolist(), strict=True):
        count = int(bar["trades"])
        own = CutBar("tick:37", int(bar["last_ns"]) + 1, skip, count)
        spec = FootprintSpec((PERP.id,), "1m", int(bar["first_ns"]), 5, cut=own)
        view = footprint_view(engine, spec, now_ns=START_NS + 60 * NS_PER_MINUTE)
        wanted = footprint(rows[first : first + count], open_ns=spec.bar_ns, ticks_per_row=5)
        assert view.footprint.buy_lots.tolist() == wanted.buy_lots.tolist()
        assert view.footprint.sell_lots.tolist() == wanted.sell_lots.tolist()
        assert (view.closed, view.grades, spec.bars) == (True, None, "tick:37")
        first += count


def test_a_bar_that_was_open_when_it_was_clicked_is_not_closed(engine):
    give(engine, random_trades(np.random.default_rng(9), 400))
    own = CutBar("tick:500", START_NS + NS_PER_MINUTE, 0, 10, is_open=True)
    spec = FootprintSpec((PERP.id,), "1m", START_NS, cut=own)
    assert not footprint_view(engine, spec, now_ns=START_NS + NS_PER_MINUTE).closed
