"""What closed candles leave behind: zones, unfinished auctions and exhaustion prints."""

from dataclasses import replace

import numpy as np
import pytest

from core.calc.bars import time_bars
from core.calc.exhaustion_print import Measure, exhaustion_print
from core.calc.footprint import footprint
from core.calc.imbalance_presets import QUANTOWER
from core.calc.typical_cell import typical_cell
from core.calc.zones import Ends, stacked_zones, zone_lives
from core.domain.events import Gap, TradeBlock
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_MINUTE, NS_PER_S
from data.views.exhaustion_prints import ExhaustionPrintsSpec
from data.views.unfinished import UnfinishedSpec
from data.views.zones import ZonesSpec
from tests.support.trades import START_NS, instrument, random_trades, trades

PERP = instrument()
OTHER = instrument("okx.perp.BTC-USDT-SWAP", tick="0.05", step="0.01", value="0.01")
HEIGHT = 3


def give(engine, rows, listed=PERP):
    engine.submit(TradeBlock(listed, "trade", rows))
    assert engine.settle()


def tape(seed, *, count=20_000, span_s=1_800, **changes):
    """Random trades; in one stretch of prices in three everybody buys, in another all sell."""
    rows = random_trades(np.random.default_rng(seed), count, span_s=span_s, **changes)
    place = rows["price_ticks"] % 60
    rows["aggressor"][place < 20] = 1
    rows["aggressor"][place >= 40] = -1
    return rows


def specs(ids=(PERP.id,), timeframe="1m"):
    return [
        ZonesSpec(ids, timeframe, HEIGHT),
        ZonesSpec(ids, timeframe, HEIGHT, preset=QUANTOWER, ends=Ends.FIRST_TOUCH),
        UnfinishedSpec(ids, timeframe),
        ExhaustionPrintsSpec(ids, timeframe, HEIGHT, rows=2),
    ]


def ask(engine, spec, now_ns, *, query=None, bars=300):
    """The answer when all of the past has been read."""
    query, step_ns = query or spec.query(), TIMEFRAMES_NS[spec.timeframe]
    while True:
        from_ns = (now_ns // step_ns - bars + 1) * step_ns
        view = query.view(engine, from_ns=from_ns, now_ns=now_ns)
        if view is None or view.read_frac == 1:
            return view


def told(view):
    """All of a view that can be compared."""
    names = view.__dataclass_fields__
    values = (getattr(view, name) for name in names)
    return [each.tolist() if isinstance(each, np.ndarray) else each for each in values]


def end_ns(rows):
    return int(rows["ts_event_ns"][-1]) + NS_PER_S


def candles(rows, step_ns, now_ns):
    opens_ns = rows["ts_event_ns"] // step_ns * step_ns
    closed = [int(at) for at in np.unique(opens_ns) if at + step_ns <= now_ns]
    return {at: rows[opens_ns == at] for at in closed}


@pytest.mark.parametrize("ends", list(Ends))
@pytest.mark.parametrize("timeframe", ["15s", "1m", "5m"])
def test_zones_are_those_of_the_opened_candles_and_end_by_later_ones(engine, timeframe, ends):
    rows, step_ns = tape(1), TIMEFRAMES_NS[timeframe]
    give(engine, rows)
    now_ns, wanted = end_ns(rows), []
    for at, part in candles(rows, step_ns, now_ns).items():
        before = rows[(rows["ts_event_ns"] < at) & (rows["ts_event_ns"] >= at - 20 * step_ns)]
        least = typical_cell(before, step_ns=step_ns, ticks_per_row=HEIGHT)
        bar = footprint(part, open_ns=at, ticks_per_row=HEIGHT, min_lots=least)
        wanted += stacked_zones(bar, step_ns=step_ns)
    # That of the first candle is not: it is not held from its open.
    wanted = [each for each in wanted if each.event_ns >= int(rows["ts_event_ns"][0])]
    wanted = zone_lives(wanted, time_bars(rows, step_ns=step_ns), ends=ends)
    view = ask(engine, ZonesSpec((PERP.id,), timeframe, HEIGHT, ends=ends), now_ns)
    assert list(view.holding) == [each for each in wanted if each.end_ns is None][-40:]
    over = [each for each in wanted if each.end_ns is not None]
    assert list(view.ended) == sorted(over, key=lambda each: each.end_ns)[-20:]
    assert view.ended


def test_a_zone_holds_until_a_trade_beyond_its_far_edge(engine):
    minute = [(40, 100 + row, 90, 1) for row in range(6)] + [(41, 99, 1, -1)]
    after = [(70, 104, 1, -1), (130, 101, 1, -1), (190, 100, 1, -1), (250, 99, 1, -1)]
    spec, first = ZonesSpec((PERP.id,), "1m", 1), [(-1, 110, 1, 1), *minute, (59, 105, 1, 1)]
    query = spec.query()
    give(engine, trades(*first))
    assert ask(engine, spec, START_NS + 59 * NS_PER_S, query=query).holding == ()
    for count, is_over in ((1, False), (2, False), (3, False), (4, True)):
        give(engine, trades(*first, *after[:count]))
        now_ns = START_NS + round((after[count - 1][0] + 0.5) * NS_PER_S)
        view = ask(engine, spec, now_ns, query=query)
        assert (len(view.holding), len(view.ended)) == ((0, 1) if is_over else (1, 0))
    (zone,) = view.ended
    assert (zone.side, zone.low_ticks, zone.high_ticks, zone.rows) == (1, 100, 105, 6)
    assert (zone.event_ns, zone.end_ns) == (START_NS, START_NS + 4 * NS_PER_MINUTE)


def test_an_unfinished_extreme_is_left_until_a_later_candle_holds_its_price(engine):
    first = [(-1, 100, 1, 1), (10, 105, 2, 1), (11, 105, 1, -1), (12, 95, 3, -1), (13, 95, 1, -1)]
    after = [(70, 104, 1, 1), (130, 106, 1, -1), (131, 105, 1, -1)]
    query = UnfinishedSpec((PERP.id,), "1m").query()
    give(engine, trades(*first, after[0]))
    view = ask(engine, query.spec, START_NS + 71 * NS_PER_S, query=query)
    (extreme,) = view.left
    assert (extreme.side, extreme.price_ticks, extreme.event_ns) == (1, 105, START_NS)
    give(engine, trades(*first, *after))
    view = ask(engine, query.spec, START_NS + 132 * NS_PER_S, query=query)
    assert [each.end_ns for each in view.finished] == [START_NS + 2 * NS_PER_MINUTE]
    assert view.left == ()


def test_unfinished_extremes_are_of_the_native_tick(engine):
    rows = tape(2)
    give(engine, rows)
    view, wanted = ask(engine, UnfinishedSpec((PERP.id,), "1m"), end_ns(rows)), set()
    for at, part in candles(rows, NS_PER_MINUTE, end_ns(rows)).items():
        for side, edge in ((1, part["price_ticks"].max()), (-1, part["price_ticks"].min())):
            sides = set(part["aggressor"][part["price_ticks"] == edge].tolist())
            if sides == {-1, 1} and at >= rows["ts_event_ns"][0]:
                wanted.add((at, side, int(edge)))
    found = {(e.event_ns, e.side, e.price_ticks) for e in (*view.left, *view.finished)}
    assert found == wanted
    assert wanted


@pytest.mark.parametrize("measure", list(Measure))
def test_prints_are_those_of_the_footprints(engine, measure):
    rows = tape(3)
    give(engine, rows)
    spec, wanted = ExhaustionPrintsSpec((PERP.id,), "15s", HEIGHT, rows=2, measure=measure), []
    for at, part in candles(rows, 15 * NS_PER_S, end_ns(rows)).items():
        bar = footprint(part, open_ns=at, ticks_per_row=HEIGHT)
        found = exhaustion_print(bar, rows=2, measure=measure)
        low, high = int(bar.row_ticks[0]), int(bar.row_ticks[-1]) + HEIGHT - 1
        wanted += [(at, 1, high, high - 5)] if found.high else []
        wanted += [(at, -1, low, low + 5)] if found.low else []
    view = ask(engine, spec, end_ns(rows))
    columns = view.open_ns, view.side, view.edge_ticks, view.inner_ticks
    found = list(zip(*(each.tolist() for each in columns), strict=True))
    assert found == [each for each in wanted if each[0] >= rows["ts_event_ns"][0]]
    assert found


@pytest.mark.parametrize("spec", specs(timeframe="15s"), ids=lambda spec: type(spec).__name__)
def test_an_answer_kept_up_to_date_equals_one_made_afresh_though_trades_come_late(engine, spec):
    rng, rows = np.random.default_rng(4), tape(4, count=8_000)
    late = np.arange(rows.size) + rng.integers(0, 400, rows.size) * (rng.random(rows.size) < 0.02)
    kept = spec.query()
    for part in np.array_split(rows[np.argsort(late, kind="stable")], 30):
        give(engine, part)
        now_ns = engine.tape(PERP.id).trades.newest_ns + NS_PER_S
        for bars in (40, 30):
            found = told(ask(engine, spec, now_ns, query=kept, bars=bars))
            assert found == told(ask(engine, spec, now_ns, bars=bars))


@pytest.mark.parametrize("spec", specs(timeframe="1s"), ids=lambda spec: type(spec).__name__)
def test_what_candles_left_long_ago_is_let_go_of(engine, spec):
    rows, kept = tape(14, count=9_000, span_s=1_500), spec.query()
    for part in np.array_split(rows, 3):
        give(engine, part)
        found = told(ask(engine, spec, end_ns(part), query=kept))
    assert found == told(ask(engine, spec, end_ns(rows)))


@pytest.mark.parametrize("spec", specs(), ids=lambda spec: type(spec).__name__)
def test_the_past_is_read_over_several_calls(engine, spec):
    rows = tape(5, count=250_000)
    give(engine, rows)
    query, now_ns, read = spec.query(), end_ns(rows), []
    while not read or read[-1] < 1:
        read.append(query.view(engine, from_ns=START_NS, now_ns=now_ns).read_frac)
    assert len(read) == 3
    assert read == sorted(read)


@pytest.mark.parametrize("spec", specs(), ids=lambda spec: type(spec).__name__)
def test_a_candle_leaves_nothing_before_it_has_closed(engine, spec):
    rows = tape(6)
    query = spec.query()
    for seconds in (601, 630, 660.2, 660.4):
        now_ns = START_NS + round(seconds * NS_PER_S)
        give(engine, rows[rows["ts_event_ns"] <= now_ns])
        view = ask(engine, spec, now_ns, query=query)
        give(engine, rows[rows["ts_event_ns"] <= START_NS + 600 * NS_PER_S])
        newest_ns = 11 if seconds > 660.3 else 10
        assert all(each < START_NS + newest_ns * NS_PER_MINUTE for each in events(view))


def events(view):
    if hasattr(view, "open_ns"):
        return view.open_ns.tolist()
    groups = (view.holding, view.ended) if hasattr(view, "holding") else (view.left, view.finished)
    return [each.event_ns for group in groups for each in group]


@pytest.mark.parametrize("spec", specs(), ids=lambda spec: type(spec).__name__)
def test_a_candle_that_a_gap_touches_leaves_nothing(engine, spec):
    rows = tape(7)
    give(engine, rows)
    query = spec.query()
    before = ask(engine, spec, end_ns(rows), query=query)
    torn_ns = sorted(events(before))[-1]
    engine.submit(Gap(PERP.id, torn_ns + 5 * NS_PER_S, torn_ns + 6 * NS_PER_S, "lost"))
    assert engine.settle()
    after = ask(engine, spec, end_ns(rows), query=query)
    assert torn_ns not in events(after)
    assert set(events(before)) - {torn_ns} <= set(events(after))
    assert told(after) == told(ask(engine, spec, end_ns(rows)))


@pytest.mark.parametrize("spec", specs(), ids=lambda spec: type(spec).__name__)
def test_of_a_feed_that_stands_still_no_candle_closes(engine, spec):
    rows = tape(8)
    rows = rows[rows["ts_event_ns"] < START_NS + 630 * NS_PER_S]
    give(engine, rows)
    view = ask(engine, spec, START_NS + 700 * NS_PER_S)
    assert all(each < START_NS + 10 * NS_PER_MINUTE for each in events(view))


@pytest.mark.parametrize("spec", specs((PERP.id, OTHER.id)), ids=lambda spec: type(spec).__name__)
def test_trades_of_two_venues_are_summed_on_one_grid(engine, spec):
    rows = tape(9, count=4_000, span_s=600)
    rows["price_ticks"] *= 2
    rows["size_lots"] *= 10
    give(engine, rows, OTHER)
    alone = replace(spec, instruments=(OTHER.id,))
    whole = kinds(ask(engine, alone, end_ns(rows)))
    engine.clear()
    coarse = rows[::2].copy()
    coarse["price_ticks"] //= 2
    coarse["size_lots"] //= 10
    give(engine, coarse)
    give(engine, rows[1::2], OTHER)
    view = ask(engine, spec, end_ns(rows))
    assert view.instrument.tick_size == OTHER.tick_size
    assert kinds(view) == whole
    assert whole


def kinds(view):
    """What was found, but not when it ended: only the first venue's price ends something."""
    if hasattr(view, "open_ns"):
        columns = view.open_ns, view.side, view.edge_ticks, view.inner_ticks
        return set(zip(*(each.tolist() for each in columns), strict=True))
    groups = (view.holding, view.ended) if hasattr(view, "holding") else (view.left, view.finished)
    return {replace(each, end_ns=None) for group in groups for each in group}


@pytest.mark.parametrize("spec", specs(), ids=lambda spec: type(spec).__name__)
def test_another_source_starts_anew(engine, spec):
    rows, query = tape(11), spec.query()
    assert ask(engine, spec, end_ns(rows), query=query) is None
    give(engine, rows)
    assert events(ask(engine, spec, end_ns(rows), query=query))
    engine.clear()
    assert engine.settle()
    assert ask(engine, spec, end_ns(rows), query=query) is None
    give(engine, rows[9_000:])
    found = ask(engine, spec, end_ns(rows), query=query)
    assert told(found) == told(ask(engine, spec, end_ns(rows)))
    assert query.channels() == ()


@pytest.mark.parametrize("spec", specs(), ids=lambda spec: type(spec).__name__)
def test_trades_from_before_the_first_ones_are_looked_at_too(engine, spec):
    rows, query = tape(12), spec.query()
    give(engine, rows[9_000:])
    ask(engine, spec, end_ns(rows), query=query)
    give(engine, rows[:9_000])
    found = ask(engine, spec, end_ns(rows), query=query)
    assert told(found) == told(ask(engine, spec, end_ns(rows)))


@pytest.mark.parametrize("timeframe", ["1m", "5m"])
def test_rows_of_our_choice_suit_a_candle(engine, timeframe):
    rows = tape(13, count=60_000, span_s=7_200)
    give(engine, rows)
    view = ask(engine, ZonesSpec((PERP.id,), timeframe), end_ns(rows))
    bars = time_bars(rows, step_ns=TIMEFRAMES_NS[timeframe])
    height = np.median(bars["high_ticks"] - bars["low_ticks"] + 1) / view.ticks_per_row
    assert 12 <= height <= 28
