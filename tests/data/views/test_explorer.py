from dataclasses import fields, is_dataclass
from fractions import Fraction

import numpy as np
import pytest

from core.calc.bars import time_bars
from core.calc.cvd import cvd
from core.calc.profile import profile, tick_volumes
from core.calc.range_profile import range_profile
from core.calc.value_area_rule import SINGLE_ROW
from core.calc.vwap import vwap
from core.domain.arrays import Provenance
from core.domain.events import Gap, Klines, Listed, TradeBlock
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S
from data.views.explorer import ExplorerQuery, ExplorerSpec
from tests.support.trades import START_NS, instrument, random_trades

FOREVER = 2**62
PERP = instrument()
OTHER = instrument("okx.perp.BTC-USDT-SWAP", tick="0.05", step="0.01", value="0.01")


def give(engine, rows, listed=PERP):
    engine.submit(TradeBlock(listed, "trade", rows))
    assert engine.settle()


def now_of(rows):
    return int(rows["ts_event_ns"][-1]) + 1


def spec(timeframe, *listed, bars=300, **more):
    return ExplorerSpec(tuple(each.id for each in listed or (PERP,)), timeframe, bars, **more)


def same(left, right):
    if is_dataclass(left):
        return all(same(getattr(left, f.name), getattr(right, f.name)) for f in fields(left))
    if isinstance(left, np.ndarray) and left.dtype.names:
        return all(same(left[name], right[name]) for name in left.dtype.names)
    if isinstance(left, np.ndarray) and left.dtype.kind == "f":
        return np.allclose(left, right, rtol=1e-12, equal_nan=True)
    if isinstance(left, np.ndarray):
        return np.array_equal(left, right)
    return left == right


@pytest.mark.parametrize("timeframe", TIMEFRAMES_NS)
def test_the_bars_are_those_of_the_trades_in_the_window(engine, timeframe):
    rows = random_trades(np.random.default_rng(1), 3_000, span_s=4_000)
    give(engine, rows)
    view = ExplorerQuery(spec(timeframe, bars=150)).view(engine, now_ns=now_of(rows))
    expected = time_bars(rows, step_ns=TIMEFRAMES_NS[timeframe])[-150:]
    first = now_of(rows) // view.step_ns * view.step_ns - 149 * view.step_ns
    expected = expected[expected["open_ns"] >= first]
    assert same(view.bars, expected)


def test_vwap_and_cvd_count_from_the_session_even_when_the_window_starts_later(engine):
    rows = random_trades(np.random.default_rng(2), 5_000, span_s=3_000)
    give(engine, rows)
    view = ExplorerQuery(spec("1s", bars=60)).view(engine, now_ns=now_of(rows))
    session_ns = now_of(rows) // NS_PER_DAY * NS_PER_DAY
    exact = vwap(rows, anchor_ns=session_ns)
    assert view.vwap.vwap_ticks[-1] == pytest.approx(exact.vwap_ticks[-1], rel=1e-12)
    assert view.vwap.sigma_ticks[-1] == pytest.approx(exact.sigma_ticks[-1], rel=1e-9)
    signed = rows["size_lots"] * rows["aggressor"]
    assert view.cvd.close_lots[-1] == signed[rows["ts_event_ns"] >= session_ns].sum()


@pytest.mark.parametrize("timeframe", ["1s", "30s", "1m", "5m"])
@pytest.mark.parametrize("scope", ["session", "window"])
def test_a_view_kept_up_to_date_equals_one_made_afresh(engine, timeframe, scope):
    rng = np.random.default_rng(3)
    rows = random_trades(rng, 4_000, span_s=1_200)
    late = np.arange(rows.size) + rng.integers(0, 200, rows.size) * (rng.random(rows.size) < 0.02)
    wanted = spec(timeframe, bars=40, profile_scope=scope, ticks_per_row=2)
    kept = ExplorerQuery(wanted)
    for part in np.array_split(rows[np.argsort(late, kind="stable")], 25):
        give(engine, part)
        now_ns = now_of(engine.tape(PERP.id).trades.window(0, FOREVER))
        assert same(
            kept.view(engine, now_ns=now_ns), ExplorerQuery(wanted).view(engine, now_ns=now_ns)
        )


def test_the_session_profile_is_that_of_every_trade_since_midnight(engine):
    rows = random_trades(np.random.default_rng(4), 4_000, span_s=1_200)
    give(engine, rows)
    view = ExplorerQuery(spec("1m", bars=5, ticks_per_row=3)).view(engine, now_ns=now_of(rows))
    assert same(view.profile, profile(tick_volumes(rows), ticks_per_row=3))
    assert not view.profile_from_klines


def klines_before(rows, timeframe, listed=PERP):
    bars = time_bars(rows, step_ns=TIMEFRAMES_NS[timeframe])
    bars["provenance"] = Provenance.KLINES
    return Klines(listed, timeframe, bars)


def test_klines_fill_what_lies_before_the_trades_and_say_so(engine):
    rows = random_trades(np.random.default_rng(5), 6_000, span_s=3_600)
    middle = int(np.searchsorted(rows["ts_event_ns"], START_NS + 1_830 * NS_PER_S))
    engine.submit(klines_before(rows[: middle + 500], "1m"))
    give(engine, rows[middle:])
    view = ExplorerQuery(spec("5m", bars=20)).view(engine, now_ns=now_of(rows))
    expected = time_bars(rows, step_ns=5 * NS_PER_MINUTE)
    for name in ("open_ticks", "high_ticks", "low_ticks", "close_ticks", "buy_lots", "trades"):
        assert view.bars[name].tolist() == expected[name].tolist()
    from_klines = view.bars["open_ns"] < START_NS + 1_830 * NS_PER_S
    assert view.bars["provenance"].astype(bool).tolist() == from_klines.tolist()
    assert view.profile_from_klines
    total = view.profile.buy_lots.sum() + view.profile.sell_lots.sum()
    assert total + view.profile.unknown_lots.sum() == rows["size_lots"].sum()


def test_coarse_klines_reach_further_back_than_minutes(engine):
    rows = random_trades(np.random.default_rng(6), 9_000, span_s=4 * 3_600)
    tail = rows[rows["ts_event_ns"] >= START_NS + 3 * 3_600 * NS_PER_S]
    engine.submit(klines_before(rows, "15m"))
    give(engine, tail)
    view = ExplorerQuery(spec("15m", bars=30)).view(engine, now_ns=now_of(rows))
    expected = time_bars(rows, step_ns=15 * NS_PER_MINUTE)
    assert view.bars["open_ns"].tolist() == expected["open_ns"].tolist()
    assert view.bars["buy_lots"].tolist() == expected["buy_lots"].tolist()


def hole_in(rows, from_s, to_s):
    """The rows before and after a hole, and the hole."""
    from_ns, to_ns = (START_NS + round(each * NS_PER_S) for each in (from_s, to_s))
    times = rows["ts_event_ns"]
    kept = rows[(times < from_ns) | (times >= to_ns)]
    return kept, Gap(PERP.id, from_ns, to_ns, "the connection was lost")


@pytest.mark.parametrize("timeframe", ["1m", "5m", "15m"])
@pytest.mark.parametrize("named", [("1m",), ("15m",), ("1m", "15m"), ()], ids="-".join)
def test_klines_stand_in_where_trades_are_missing_in_the_middle(engine, timeframe, named):
    rows = random_trades(np.random.default_rng(15), 6_000, span_s=7_200)
    kept, gap = hole_in(rows, 1_830.5, 3_700)
    query = ExplorerQuery(spec(timeframe, bars=150))
    give(engine, kept)
    query.view(engine, now_ns=now_of(rows))
    engine.submit(gap)
    for each in named:
        engine.submit(klines_before(rows, each))
    assert engine.settle()
    view = query.view(engine, now_ns=now_of(rows))
    fresh = ExplorerQuery(spec(timeframe, bars=150)).view(engine, now_ns=now_of(rows))
    assert same(view.bars, fresh.bars)
    step_ns = TIMEFRAMES_NS[timeframe]
    whole = time_bars(rows, step_ns=step_ns)
    mended = "1m" in named or timeframe in named
    expected = whole if mended else time_bars(kept, step_ns=step_ns)
    for name in ("open_ns", "open_ticks", "high_ticks", "low_ticks", "close_ticks", "buy_lots"):
        assert view.bars[name].tolist() == expected[name].tolist(), name
    touched = (expected["open_ns"] < gap.to_ns) & (expected["open_ns"] + step_ns > gap.from_ns)
    weak = view.bars["provenance"] == Provenance.KLINES
    # The first trade may not be the first of its minute: there the kline stands in already.
    assert weak.tolist()[1:] == (touched & mended).tolist()[1:]


def test_the_profile_counts_klines_of_minutes_without_any_trade(engine):
    rows = random_trades(np.random.default_rng(16), 6_000, span_s=7_200)
    kept, gap = hole_in(rows, 1_800, 3_600)
    query = ExplorerQuery(spec("1m", bars=150, profile_scope="window"))
    give(engine, kept)
    query.view(engine, now_ns=now_of(rows))
    engine.submit(gap)
    engine.submit(klines_before(rows, "1m"))
    assert engine.settle()
    view = query.view(engine, now_ns=now_of(rows))

    total = sum(getattr(view.profile, f"{side}_lots").sum() for side in ("buy", "sell", "unknown"))
    assert total == rows["size_lots"].sum()
    assert view.profile_from_klines


def test_several_venues_add_up_on_their_common_grid(engine):
    rng = np.random.default_rng(7)
    left = random_trades(rng, 2_000, span_s=600)
    right = random_trades(rng, 1_500, span_s=600, tick=1_200_000)
    give(engine, left)
    give(engine, right, OTHER)
    wanted = spec("1m", PERP, OTHER, bars=30)
    now_ns = max(now_of(left), now_of(right))
    view = ExplorerQuery(wanted).view(engine, now_ns=now_ns)
    base = Fraction(view.instrument.lot_size)
    volume = view.bars["buy_lots"].sum() + view.bars["sell_lots"].sum()
    expected = left["size_lots"].sum() * Fraction("0.001")
    expected += right["size_lots"].sum() * Fraction("0.0001")
    assert volume * base == expected
    own = time_bars(left, step_ns=NS_PER_MINUTE)
    scale = PERP.tick_size / view.instrument.tick_size
    assert view.bars["close_ticks"].tolist() == [int(t * scale) for t in own["close_ticks"]]
    assert view.cvd.close_lots[-1] == cvd(view.bars).close_lots[-1]
    profile_lots = view.profile.buy_lots.sum() + view.profile.sell_lots.sum()
    assert profile_lots == volume


def test_an_instrument_that_has_not_come_is_named(engine):
    give(engine, random_trades(np.random.default_rng(8), 10))
    view = ExplorerQuery(spec("1m", PERP, OTHER)).view(engine, now_ns=START_NS + NS_PER_MINUTE)
    assert view.missing == (OTHER.id,)


def test_before_anything_came_there_is_no_view(engine):
    assert ExplorerQuery(spec("1m")).view(engine, now_ns=START_NS) is None


def test_a_listed_instrument_without_trades_gives_an_empty_view(engine):
    engine.submit(Listed(PERP))
    assert engine.settle()
    view = ExplorerQuery(spec("1m")).view(engine, now_ns=START_NS)
    assert view.bars.size == 0


def test_after_a_restart_nothing_of_the_old_tape_is_left(engine):
    rows = random_trades(np.random.default_rng(9), 1_000)
    query = ExplorerQuery(spec("1m"))
    give(engine, rows)
    query.view(engine, now_ns=now_of(rows))
    engine.clear()
    give(engine, rows[:100])
    view = query.view(engine, now_ns=now_of(rows[:100]))
    assert same(view.bars, time_bars(rows[:100], step_ns=NS_PER_MINUTE))


@pytest.mark.parametrize("timeframe", ["1s", "1m", "30m", "1h", "4h"])
@pytest.mark.parametrize("start_ns", [NS_PER_HOUR * 8, NS_PER_MINUTE * 810, -NS_PER_HOUR * 2])
def test_a_session_of_the_traders_own_starts_vwap_in_the_middle_of_a_bar(
    engine, timeframe, start_ns
):
    rows = random_trades(np.random.default_rng(40), 30_000, span_s=20 * 3_600)
    give(engine, rows)
    asked = spec(timeframe, bars=150, session_start_ns=start_ns)
    view = ExplorerQuery(asked).view(engine, now_ns=now_of(rows))
    for bar, value in zip(view.bars[-40:], view.vwap.vwap_ticks[-40:], strict=True):
        last_ns = int(bar["last_ns"])
        session_ns = (last_ns - start_ns) // NS_PER_DAY * NS_PER_DAY + start_ns
        at = (rows["ts_event_ns"] >= session_ns) & (rows["ts_event_ns"] <= last_ns)
        mean = np.average(rows["price_ticks"][at], weights=rows["size_lots"][at])
        assert value == pytest.approx(mean, rel=1e-12)


def test_cvd_and_the_profile_begin_with_the_traders_own_session(engine):
    rows = random_trades(np.random.default_rng(41), 9_000, span_s=20 * 3_600)
    give(engine, rows)
    start_ns = 8 * NS_PER_HOUR
    view = ExplorerQuery(spec("1h", session_start_ns=start_ns)).view(engine, now_ns=now_of(rows))
    session_ns = (now_of(rows) - start_ns) // NS_PER_DAY * NS_PER_DAY + start_ns
    since = rows[rows["ts_event_ns"] >= session_ns]
    assert 0 < since.size < rows.size
    assert view.cvd.close_lots[-1] == (since["size_lots"] * since["aggressor"]).sum()
    assert view.profile.total_lots.sum() == since["size_lots"].sum()


def test_the_profile_of_a_range_is_of_the_trades_between_two_candles(engine):
    rows = random_trades(np.random.default_rng(42), 6_000, span_s=3_600)
    span_ns = START_NS + 600 * NS_PER_S, START_NS + 1_800 * NS_PER_S
    asked = spec("1m", profile_scope="range", range_ns=span_ns, ticks_per_row=2)
    query, times = ExplorerQuery(asked), rows["ts_event_ns"]
    for part in np.array_split(rows, 7):
        give(engine, part)
        view = query.view(engine, now_ns=now_of(part))
    inside = rows[(times >= span_ns[0]) & (times < span_ns[1])]
    assert same(view.profile, profile(tick_volumes(inside), ticks_per_row=2))


def test_a_late_trade_is_in_the_profile_of_its_range_and_one_after_it_is_not(engine):
    rows = random_trades(np.random.default_rng(43), 6_000, span_s=3_600)
    times = rows["ts_event_ns"]
    span_ns = START_NS + 600 * NS_PER_S, START_NS + 1_800 * NS_PER_S
    late = np.searchsorted(times, [START_NS + 900 * NS_PER_S, START_NS + 2_000 * NS_PER_S])
    query = ExplorerQuery(spec("1m", profile_scope="range", range_ns=span_ns, ticks_per_row=2))
    give(engine, np.delete(rows, late))
    query.view(engine, now_ns=now_of(rows))
    give(engine, rows[late])
    view = query.view(engine, now_ns=now_of(rows))
    inside = rows[(times >= span_ns[0]) & (times < span_ns[1])]
    assert same(view.profile, profile(tick_volumes(inside), ticks_per_row=2))


def test_a_range_nobody_has_chosen_is_the_window(engine):
    rows = random_trades(np.random.default_rng(44), 3_000, span_s=1_200)
    give(engine, rows)
    views = [
        ExplorerQuery(spec("1m", bars=5, profile_scope=each)).view(engine, now_ns=now_of(rows))
        for each in ("range", "window")
    ]
    assert same(views[0].profile, views[1].profile)


def test_the_value_area_grows_by_the_rule_asked_for(engine):
    rows = random_trades(np.random.default_rng(45), 3_000, span_s=1_200)
    give(engine, rows)
    asked = spec("1m", ticks_per_row=1, value_area=SINGLE_ROW)
    view = ExplorerQuery(asked).view(engine, now_ns=now_of(rows))
    expected = range_profile(rows, from_ns=0, to_ns=FOREVER, ticks_per_row=1, rule=SINGLE_ROW)
    assert same(view.profile, expected)
