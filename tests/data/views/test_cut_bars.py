"""Bars by what traded as the tape comes, against those of all trades at once."""

import numpy as np
import pytest

from core.calc.bar_size import bar_size
from core.calc.delta_bars import delta_bars
from core.calc.range_bars import range_bars
from core.calc.tick_bars import tick_bars
from core.calc.volume_bars import volume_bars
from core.domain.arrays import BAR_DTYPE
from core.domain.events import Gap, TradeBlock
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_S
from data.views.cut_bars import CutBarsSpec
from tests.support.trades import START_NS, instrument, random_trades

PERP = instrument()
WHOLE = {
    "tick:37": lambda rows: tick_bars(rows, size=37),
    "volume:30": lambda rows: volume_bars(rows, size_lots=30_000),
    "range:15": lambda rows: range_bars(rows, range_ticks=15),
    "delta:4": lambda rows: delta_bars(rows, delta_lots=4_000),
}


def walk(seed, count=8_000, hours=5):
    return random_trades(np.random.default_rng(seed), count, span_s=hours * 3_600)


def give(engine, rows):
    engine.submit(TradeBlock(PERP, "trade", rows))
    assert engine.settle()


def query(size, **more):
    return CutBarsSpec(PERP.id, bar_size(size), **more).query()


def assert_as_whole(view, rows, size):
    whole = WHOLE[size](rows)
    wanted = whole.bars[-view.spec.bars :]
    assert view.bars.size == wanted.size
    for name in set(BAR_DTYPE.names) - {"moment2"}:
        np.testing.assert_array_equal(view.bars[name], wanted[name], err_msg=name)
    assert view.is_open is not bool(whole.closed[-1])


@pytest.mark.parametrize("size", WHOLE)
def test_the_newest_bars_are_those_of_all_trades(engine, size):
    rows = walk(1)
    give(engine, rows)
    assert_as_whole(query(size, bars=50).view(engine), rows, size)
    assert_as_whole(query(size, bars=100_000).view(engine), rows, size)


@pytest.mark.parametrize("size", WHOLE)
def test_as_it_comes_is_at_once(engine, size):
    rows = walk(2)
    asking = query(size, bars=60)
    for part in np.array_split(rows, 60):
        give(engine, part)
        found = asking.view(engine)
    assert_as_whole(found, rows, size)


@pytest.mark.parametrize("place", [3, 4_000, 7_990])
def test_a_late_trade_makes_the_bars_after_it_anew(engine, place):
    rows = walk(3)
    asking = query("tick:37", bars=10_000)
    give(engine, np.delete(rows, place))
    asking.view(engine)
    give(engine, rows[place : place + 1])
    assert_as_whole(asking.view(engine), rows, "tick:37")


def test_history_that_comes_later_begins_the_bars_earlier(engine):
    rows = walk(4)
    asking = query("volume:30", bars=10_000)
    for part in (rows[6_000:], rows[3_000:6_000], rows[:3_000]):
        give(engine, part)
        found = asking.view(engine)
    assert_as_whole(found, rows, "volume:30")
    assert found.since_ns == rows["ts_event_ns"][0]


def test_bars_outlive_the_trades_that_made_them(engine):
    rows = walk(5, count=60_000)
    asking = query("tick:37", bars=100_000)
    give(engine, rows)
    before = asking.view(engine).bars
    tape = engine.tape(PERP.id)
    tape.drop_before(START_NS + 4 * NS_PER_HOUR)
    assert len(tape.trades) < rows.size / 2
    assert asking.view(engine).bars.tolist() == before.tolist()


def test_where_trades_are_missing_the_bar_says_so(engine):
    rows = walk(6)
    give(engine, rows)
    whole = tick_bars(rows, size=37).bars
    gap_ns = int(whole["open_ns"][100]) + 1
    engine.submit(Gap(PERP.id, gap_ns, gap_ns + NS_PER_S // 1_000, "lost"))
    assert engine.settle()
    found = query("tick:37", bars=100_000).view(engine)
    assert np.flatnonzero(found.has_gap).tolist() == [100]


@pytest.mark.parametrize("size", WHOLE)
def test_the_bars_before_the_first_are_counted_and_those_of_its_session_summed(engine, size):
    rows = walk(10, count=9_000, hours=30)
    asking = query(size, bars=20)
    whole = WHOLE[size](rows).bars
    for part in np.array_split(rows, 30):
        give(engine, part)
        found = asking.view(engine)
    older = whole[: whole.size - 20]
    assert found.number == older.size
    assert found.bars["open_ns"][0] == whole["open_ns"][older.size]
    own = older[older["open_ns"] // NS_PER_DAY == older["open_ns"][-1] // NS_PER_DAY]
    (before,) = found.before
    for name in ("buy_lots", "sell_lots", "trades"):
        assert before[name] == own[name].sum()
    assert before["open_ns"] == own["open_ns"][0]
    assert before["high_ticks"] == own["high_ticks"].max()


def test_a_late_trade_leaves_the_count_of_bars_right(engine):
    rows = walk(11)
    asking = query("tick:37", bars=10)
    give(engine, np.delete(rows, 4_000))
    asking.view(engine)
    give(engine, rows[4_000:4_001])
    assert asking.view(engine).number == -(-rows.size // 37) - 10


@pytest.mark.parametrize("size", WHOLE)
def test_the_trades_of_a_bar_are_found_though_bars_share_an_instant(engine, size):
    rows = walk(12, count=6_000, hours=1)
    rows["ts_event_ns"] = rows["ts_event_ns"] // NS_PER_S * NS_PER_S
    give(engine, rows)
    found = query(size, bars=90).view(engine)
    shared = found.bars["first_ns"][1:] == found.bars["last_ns"][:-1]
    assert shared.any()
    at = rows.size
    for bar, skip in zip(found.bars[::-1], found.skips[::-1], strict=True):
        at -= int(bar["trades"])
        assert at == np.searchsorted(rows["ts_event_ns"], bar["first_ns"]) + skip


def test_nothing_traded_is_no_view_and_another_epoch_begins_again(engine):
    asking = query("tick:37")
    assert asking.view(engine) is None
    give(engine, walk(7))
    asking.view(engine)
    engine.clear()
    assert engine.settle()
    assert asking.view(engine) is None
    rows = walk(8)
    give(engine, rows)
    assert_as_whole(asking.view(engine), rows, "tick:37")


def test_bars_too_large_are_refused_in_words(engine):
    give(engine, walk(9, count=100))
    with pytest.raises(ValueError, match="is too large for binance"):
        query("dollar:999999999999999").view(engine)
