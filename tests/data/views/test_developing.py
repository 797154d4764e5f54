import numpy as np
import pytest

from core.calc.bars import time_bars
from core.calc.developing_profile import developing_profile
from core.calc.profile import add_tick_volumes, profile, spread_bars, tick_volumes
from core.calc.sessions import Sessions
from core.calc.value_area_rule import SINGLE_ROW, TWO_ROW_68
from core.domain.arrays import Provenance
from core.domain.events import Gap, Klines, TradeBlock
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE
from data.views.developing import DevelopingSpec
from tests.support.trades import START_NS, instrument, random_trades

PERP = instrument()
OTHER = instrument("okx.perp.BTC-USDT-SWAP", tick="0.05", step="0.01", value="0.01")
MIDNIGHT_NS = START_NS // NS_PER_DAY * NS_PER_DAY
COLUMNS = ("ts_ns", "poc_ticks", "val_ticks", "vah_ticks")


def give(engine, rows, listed=PERP):
    engine.submit(TradeBlock(listed, "trade", rows))
    assert engine.settle()


def day_of(seed, count=9_000, hours=20):
    rows = random_trades(np.random.default_rng(seed), count, span_s=hours * 3_600)
    rows["ts_event_ns"] += MIDNIGHT_NS - START_NS
    return rows


def ask(engine, spec, rows, query=None, from_ns=0):
    query = query or spec.query()
    return query.view(engine, from_ns=from_ns, now_ns=int(rows["ts_event_ns"][-1]) + 1)


def same(left, right):
    return all(getattr(left, name).tolist() == getattr(right, name).tolist() for name in COLUMNS)


@pytest.mark.parametrize(
    ("timeframe", "step_ns"),
    [
        ("1s", NS_PER_MINUTE),
        ("1m", NS_PER_MINUTE),
        ("5m", 5 * NS_PER_MINUTE),
        ("4h", NS_PER_HOUR),
    ],
)
@pytest.mark.parametrize("rule", [TWO_ROW_68, SINGLE_ROW])
def test_the_lines_are_those_of_every_trade_of_the_session(engine, timeframe, step_ns, rule):
    rows = day_of(1)
    give(engine, rows)
    spec = DevelopingSpec((PERP.id,), timeframe, 0, 7, rule)
    view = ask(engine, spec, rows)
    expected = developing_profile(rows, step_ns=step_ns, ticks_per_row=7, rule=rule)
    assert view.step_ns == step_ns
    assert same(view.line, expected)
    assert (view.since_ns, view.from_candles) == (int(rows["ts_event_ns"][0]), False)


@pytest.mark.parametrize("start_ns", [-2 * NS_PER_HOUR, 8 * NS_PER_HOUR, 810 * NS_PER_MINUTE])
def test_a_session_of_the_traders_own_begins_with_an_empty_profile(engine, start_ns):
    rows = day_of(2)
    give(engine, rows)
    view = ask(engine, DevelopingSpec((PERP.id,), "1h", start_ns, 5), rows)
    expected = developing_profile(
        rows, step_ns=view.step_ns, ticks_per_row=5, sessions=Sessions(start_ns=start_ns)
    )
    assert same(view.line, expected)


def test_lines_kept_up_to_date_equal_those_made_afresh_though_trades_come_late(engine):
    rng, rows = np.random.default_rng(3), day_of(3, hours=3)
    late = np.arange(rows.size) + rng.integers(0, 400, rows.size) * (rng.random(rows.size) < 0.02)
    spec = DevelopingSpec((PERP.id,), "1m", ticks_per_row=5)
    kept = spec.query()
    for part in np.array_split(rows[np.argsort(late, kind="stable")], 25):
        give(engine, part)
        assert same(ask(engine, spec, rows, kept).line, ask(engine, spec, rows).line)
    expected = developing_profile(rows, step_ns=NS_PER_MINUTE, ticks_per_row=5)
    assert same(ask(engine, spec, rows, kept).line, expected)


def test_what_was_told_of_a_closed_interval_never_changes(engine):
    rows = day_of(4, hours=2)
    query = DevelopingSpec((PERP.id,), "1m").query()
    told = {}
    for part in np.array_split(rows, 40):
        give(engine, part)
        line = ask(engine, None, rows, query).line
        for at, *levels in list(zip(*(getattr(line, each) for each in COLUMNS), strict=True))[:-1]:
            assert told.setdefault(at, levels) == levels
    assert len(told) > 100


def test_the_line_ends_where_the_sessions_profile_has_its_levels(engine):
    rows = day_of(5)
    give(engine, rows)
    line = ask(engine, DevelopingSpec((PERP.id,), "1m", ticks_per_row=10), rows).line
    whole = profile(tick_volumes(rows), ticks_per_row=10)
    newest = [getattr(line, each)[-1] for each in COLUMNS[1:]]
    assert newest == [whole.poc_ticks, whole.val_ticks, whole.vah_ticks]


def test_minutes_stand_in_for_the_trades_before_those_held(engine):
    rows = day_of(6)
    minutes = time_bars(rows, step_ns=NS_PER_MINUTE)
    minutes["provenance"] = Provenance.KLINES
    middle = int(np.searchsorted(rows["ts_event_ns"], MIDNIGHT_NS + 10 * NS_PER_HOUR))
    engine.submit(Klines(PERP, "1m", minutes[minutes["open_ns"] <= rows["ts_event_ns"][middle]]))
    give(engine, rows[middle:])
    view = ask(engine, DevelopingSpec((PERP.id,), "5m", ticks_per_row=10), rows)
    cut = minutes[minutes["open_ns"] <= rows["ts_event_ns"][middle]]
    after = rows[rows["ts_event_ns"] >= int(cut["open_ns"][-1]) + NS_PER_MINUTE]
    both = add_tick_volumes(spread_bars(cut), tick_volumes(after))
    assert view.line.poc_ticks[-1] == profile(both, ticks_per_row=10).poc_ticks
    assert view.line.ts_ns[0] >= MIDNIGHT_NS + 10 * NS_PER_HOUR
    assert view.from_candles


def test_a_late_trade_between_the_minutes_and_the_first_whole_interval_counts(engine):
    rows = day_of(12)
    minutes = time_bars(rows, step_ns=NS_PER_MINUTE)
    minutes["provenance"] = Provenance.KLINES
    seam_ns = MIDNIGHT_NS + 10 * NS_PER_HOUR + NS_PER_MINUTE
    engine.submit(Klines(PERP, "1m", minutes[minutes["open_ns"] < seam_ns]))
    rest = rows[rows["ts_event_ns"] >= seam_ns]
    late = int(np.searchsorted(rest["ts_event_ns"], seam_ns + NS_PER_MINUTE))
    rest["size_lots"][late] = 10_000_000
    spec = DevelopingSpec((PERP.id,), "5m", ticks_per_row=10)
    query = spec.query()
    give(engine, np.delete(rest, late))
    ask(engine, spec, rows, query)
    give(engine, rest[late : late + 1])
    line = ask(engine, spec, rows, query).line
    assert line.ts_ns[0] >= seam_ns + 4 * NS_PER_MINUTE
    assert set(line.poc_ticks.tolist()) == {int(rest["price_ticks"][late]) // 10 * 10}


def test_minutes_stand_in_where_trades_are_missing_in_the_middle(engine):
    rows = day_of(7)
    from_ns, to_ns = (MIDNIGHT_NS + hour * NS_PER_HOUR for hour in (5, 7))
    in_hole = (rows["ts_event_ns"] >= from_ns) & (rows["ts_event_ns"] < to_ns)
    minutes = time_bars(rows[in_hole], step_ns=NS_PER_MINUTE)
    minutes["provenance"] = Provenance.KLINES
    give(engine, rows[~in_hole])
    spec = DevelopingSpec((PERP.id,), "5m", ticks_per_row=10)
    query = spec.query()
    ask(engine, spec, rows, query)
    engine.submit(Gap(PERP.id, from_ns, to_ns, "the connection was lost"))
    engine.submit(Klines(PERP, "1m", minutes))
    assert engine.settle()
    view = ask(engine, spec, rows, query)
    both = add_tick_volumes(spread_bars(minutes), tick_volumes(rows[~in_hole]))
    assert view.line.poc_ticks[-1] == profile(both, ticks_per_row=10).poc_ticks
    assert np.isin(from_ns + NS_PER_HOUR, view.line.ts_ns)
    assert view.from_candles
    give(engine, rows[in_hole])
    found = ask(engine, spec, rows, query).line
    assert same(found, developing_profile(rows, step_ns=5 * NS_PER_MINUTE, ticks_per_row=10))


def test_volumes_of_two_venues_are_summed_on_one_grid(engine):
    first, second = day_of(8), day_of(9)
    second["price_ticks"] *= 2
    give(engine, first)
    give(engine, second, OTHER)
    view = ask(engine, DevelopingSpec((PERP.id, OTHER.id), "5m", ticks_per_row=20), first)
    for rows, ticks, lots in ((first, 2, 10), (second, 1, 1)):
        rows["price_ticks"] *= ticks
        rows["size_lots"] *= lots
    both = np.concatenate([first, second])
    whole = profile(tick_volumes(both), ticks_per_row=20)
    assert view.line.poc_ticks[-1] == whole.poc_ticks
    assert view.line.vah_ticks[-1] == whole.vah_ticks


def test_a_venue_that_comes_later_on_a_finer_grid_leaves_rows_as_high_as_they_were(engine):
    first, second = day_of(13), day_of(14)
    second["price_ticks"] *= 2
    spec = DevelopingSpec((PERP.id, OTHER.id), "5m")
    query = spec.query()
    give(engine, first)
    alone = ask(engine, spec, first, query)
    give(engine, second, OTHER)
    both = ask(engine, spec, first, query)
    assert same(both.line, ask(engine, spec, first).line)
    heights = [
        int(view.line.vah_ticks[-1] - view.line.val_ticks[-1] + 1) * view.instrument.tick_size
        for view in (alone, both)
    ]
    assert [height % 10 for height in heights] == [0, 0]


def test_another_source_starts_anew(engine):
    rows = day_of(10)
    spec = DevelopingSpec((PERP.id,), "5m", ticks_per_row=10)
    query = spec.query()
    give(engine, rows)
    ask(engine, spec, rows, query)
    engine.clear()
    assert engine.settle()
    assert ask(engine, spec, rows, query) is None
    give(engine, rows[4_000:])
    assert same(ask(engine, spec, rows, query).line, ask(engine, spec, rows).line)


def test_only_what_is_shown_is_told(engine):
    rows = day_of(11)
    give(engine, rows)
    from_ns = MIDNIGHT_NS + 12 * NS_PER_HOUR
    line = ask(engine, DevelopingSpec((PERP.id,), "5m"), rows, from_ns=from_ns).line
    assert line.ts_ns[0] >= from_ns
    whole = ask(engine, DevelopingSpec((PERP.id,), "5m"), rows).line
    assert line.poc_ticks.tolist() == whole.poc_ticks[-line.ts_ns.size :].tolist()
