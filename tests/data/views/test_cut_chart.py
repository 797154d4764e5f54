"""The chart whose axis counts bars, against the bars of all trades at once."""

import numpy as np
import pytest

from core.calc.bar_size import bar_size
from core.calc.cvd import cvd
from core.calc.profile import profile, tick_volumes
from core.calc.sessions import Sessions
from core.calc.tick_bars import tick_bars
from core.calc.vwap import vwap_bars
from core.domain.events import Gap, TradeBlock
from core.domain.units import NS_PER_HOUR
from data.views.cut_chart import SLOT_NS, CutChartSpec
from data.views.explorer import ExplorerSpec
from tests.support.trades import instrument, random_trades

PERP = instrument()


def walk(seed, *, count=9_000, hours=30):
    return random_trades(np.random.default_rng(seed), count, span_s=hours * 3_600)


def give(engine, rows):
    engine.submit(TradeBlock(PERP, "trade", rows))
    assert engine.settle()


def query(**changes):
    spec = ExplorerSpec((PERP.id,), "1m", **({"bars": 40} | changes))
    return CutChartSpec(spec, bar_size("tick:37")).query()


def view(asking, engine, rows):
    return asking.view(engine, from_ns=0, now_ns=int(rows["ts_event_ns"][-1]))


@pytest.mark.parametrize("start_ns", [0, 13 * NS_PER_HOUR + NS_PER_HOUR // 2])
@pytest.mark.parametrize("bars", [40, 100_000])
def test_sums_run_since_the_session_began_whatever_is_shown(engine, start_ns, bars):
    rows = walk(1)
    asking = query(bars=bars, session_start_ns=start_ns)
    for part in np.array_split(rows, 20):
        give(engine, part)
        found = view(asking, engine, part)
    whole = tick_bars(rows, size=37, sessions=Sessions(start_ns=start_ns)).bars
    last = slice(-found.view.bars.size, None)
    wanted = cvd(whole, session_start_ns=start_ns)
    for name in ("open_lots", "high_lots", "low_lots", "close_lots"):
        np.testing.assert_array_equal(getattr(found.view.cvd, name), getattr(wanted, name)[last])
    line = vwap_bars(whole, session_start_ns=start_ns)
    np.testing.assert_allclose(found.view.vwap.vwap_ticks, line.vwap_ticks[last], rtol=1e-12)
    np.testing.assert_allclose(found.view.vwap.sigma_ticks, line.sigma_ticks[last], rtol=1e-6)


def test_a_bar_stands_at_its_number_and_stays_there(engine):
    rows = walk(2)
    asking = query()
    give(engine, rows[:6_000])
    before = view(asking, engine, rows[:6_000])
    give(engine, rows[6_000:6_200])
    after = view(asking, engine, rows[:6_200])
    assert np.diff(after.view.bars["open_ns"]).tolist() == [SLOT_NS] * 39
    times, slots = (
        dict(zip(each.cut.bars["open_ns"].tolist(), each.view.bars["open_ns"], strict=True))
        for each in (before, after)
    )
    both = set(times) & set(slots)
    assert len(both) > 20
    assert all(times[each] == slots[each] for each in both)


def test_the_profile_is_of_the_bars_shown_where_the_window_is_asked_for(engine):
    rows = walk(3)
    give(engine, rows)
    found = view(query(profile_scope="window", ticks_per_row=5), engine, rows)
    since = rows[rows["ts_event_ns"] >= found.cut.bars["first_ns"][0]]
    wanted = profile(tick_volumes(since), ticks_per_row=5)
    np.testing.assert_array_equal(found.view.profile.total_lots, wanted.total_lots)


def test_a_gap_lies_over_the_bars_that_it_touches(engine):
    rows = walk(4)
    give(engine, rows)
    at_ns = int(view(query(), engine, rows).cut.bars["open_ns"][30]) + 1
    engine.submit(Gap(PERP.id, at_ns, at_ns + 1, "lost"))
    assert engine.settle()
    found = view(query(), engine, rows).view
    assert found.gaps_ns == ((int(found.bars["open_ns"][30]), int(found.bars["open_ns"][30]) + 1),)


def test_nothing_traded_is_no_chart(engine):
    assert query().view(engine, from_ns=0, now_ns=1) is None
