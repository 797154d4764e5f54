from dataclasses import replace

import numpy as np
import pytest

from core.calc.bars import time_bars
from core.calc.sessions import Period
from core.domain.arrays import Provenance
from core.domain.events import Klines, TradeBlock
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S
from data.views.vwap_line import VwapLineSpec
from tests.support.trades import START_NS, instrument, random_trades

PERP = instrument()
OTHER = instrument("okx.perp.BTC-USDT-SWAP", tick="0.05", step="0.01", value="0.01")
MONDAY_NS = (START_NS // NS_PER_DAY - (START_NS // NS_PER_DAY + 3) % 7) * NS_PER_DAY


def give(engine, rows, listed=PERP):
    engine.submit(TradeBlock(listed, "trade", rows))
    assert engine.settle()


def klines(rows, timeframe, listed=PERP):
    bars = time_bars(rows, step_ns=TIMEFRAMES_NS[timeframe])
    bars["provenance"] = Provenance.KLINES
    return Klines(listed, timeframe, bars)


def now_of(rows):
    return int(rows["ts_event_ns"][-1]) + 1


def first_bar(rows, timeframe, bars):
    step_ns = TIMEFRAMES_NS[timeframe]
    return (now_of(rows) // step_ns - bars + 1) * step_ns


def shown(engine, spec, rows, bars=60):
    from_ns = first_bar(rows, spec.timeframe, bars)
    return spec.query().view(engine, from_ns=from_ns, now_ns=now_of(rows))


def expected(rows, since_ns, end_ns):
    """Mean and deviation of the trades in a span, weighted by size, straight from numpy."""
    at = (rows["ts_event_ns"] >= since_ns) & (rows["ts_event_ns"] < end_ns)
    ticks, lots = rows["price_ticks"][at].astype(float), rows["size_lots"][at]
    mean = np.average(ticks, weights=lots)
    return mean, np.sqrt(np.average((ticks - mean) ** 2, weights=lots))


def week_of(rng, count=40_000, days=3):
    rows = random_trades(rng, count, span_s=days * 86_400)
    rows["ts_event_ns"] += MONDAY_NS - START_NS
    return rows


@pytest.mark.parametrize("timeframe", ["1s", "1m", "5m", "1h", "4h", "1d"])
@pytest.mark.parametrize("period", [Period.WEEK, Period.MONTH])
def test_the_line_counts_from_the_week_or_the_month_though_the_window_is_short(
    engine, timeframe, period
):
    rows = week_of(np.random.default_rng(1))
    give(engine, rows)
    view = shown(engine, VwapLineSpec((PERP.id,), timeframe, period), rows)
    step_ns = TIMEFRAMES_NS[timeframe]
    for at in (0, -1):
        end_ns = int(view.line.ts_ns[at]) + step_ns
        mean, sigma = expected(rows, MONDAY_NS, end_ns)
        assert view.line.vwap_ticks[at] == pytest.approx(mean, rel=1e-12)
        assert view.line.sigma_ticks[at] == pytest.approx(sigma, rel=1e-9)
    assert not view.estimated


@pytest.mark.parametrize("timeframe", ["1s", "15s", "1m", "5m", "1h"])
@pytest.mark.parametrize("back_s", [7, 1_000, 5_000, 40_007, 90_000])
def test_an_anchored_line_is_that_of_every_trade_since_its_anchor(engine, timeframe, back_s):
    rows = week_of(np.random.default_rng(2), 20_000, days=2)
    give(engine, rows)
    anchor_ns = now_of(rows) // NS_PER_S * NS_PER_S - back_s * NS_PER_S
    view = shown(engine, VwapLineSpec((PERP.id,), timeframe, anchor_ns=anchor_ns), rows, bars=150)
    if view.line.ts_ns.size:
        mean, sigma = expected(rows, anchor_ns, 2**62)
        assert view.line.vwap_ticks[-1] == pytest.approx(mean, rel=1e-12)
        assert view.line.sigma_ticks[-1] == pytest.approx(sigma, rel=1e-9)
        assert view.line.ts_ns[0] >= anchor_ns
    assert view.late_ns is None


@pytest.mark.parametrize("period", [Period.WEEK, Period.EVER])
def test_a_line_kept_up_to_date_equals_one_made_afresh(engine, period):
    rng = np.random.default_rng(3)
    rows = week_of(rng, 6_000, days=1)
    late = np.arange(rows.size) + rng.integers(0, 200, rows.size) * (rng.random(rows.size) < 0.02)
    anchor_ns = MONDAY_NS + 3 * NS_PER_HOUR + 7 * NS_PER_MINUTE
    anchor = {} if period is Period.WEEK else {"anchor_ns": anchor_ns}
    spec = VwapLineSpec((PERP.id,), "5m", period, **anchor)
    kept = spec.query()
    for part in np.array_split(rows[np.argsort(late, kind="stable")], 25):
        give(engine, part)
        held = engine.tape(PERP.id).trades.window(0, 2**62)
        from_ns = first_bar(held, "5m", 60)
        asked = {"from_ns": from_ns, "now_ns": now_of(held)}
        one, other = kept.view(engine, **asked), spec.query().view(engine, **asked)
        assert one.line.ts_ns.tolist() == other.line.ts_ns.tolist()
        np.testing.assert_allclose(one.line.vwap_ticks, other.line.vwap_ticks, rtol=1e-12)
        np.testing.assert_allclose(one.line.sigma_ticks, other.line.sigma_ticks, rtol=1e-9)


def test_what_lies_before_the_trades_comes_from_the_candles_of_an_hour(engine):
    rows = week_of(np.random.default_rng(4))
    engine.submit(klines(rows, "1h"))
    give(engine, rows[-2_000:])
    view = shown(engine, VwapLineSpec((PERP.id,), "1m", Period.WEEK), rows)
    mean, _ = expected(rows, MONDAY_NS, 2**62)
    assert view.line.vwap_ticks[-1] == pytest.approx(mean, rel=1e-12)
    assert view.estimated
    assert view.late_ns is None


def test_a_line_says_since_when_it_counts_where_nothing_older_is_held(engine):
    rows = week_of(np.random.default_rng(5))
    tail = rows[-2_000:]
    give(engine, tail)
    view = shown(engine, VwapLineSpec((PERP.id,), "1m", Period.WEEK), rows)
    assert view.late_ns == tail["ts_event_ns"][0]
    mean, _ = expected(tail, 0, 2**62)
    assert view.line.vwap_ticks[-1] == pytest.approx(mean, rel=1e-12)


def test_the_candles_shown_serve_where_they_reach_further_back(engine):
    rows = week_of(np.random.default_rng(6))
    engine.submit(klines(rows, "4h"))
    engine.submit(klines(rows[-9_000:], "1h"))
    give(engine, rows[-2_000:])
    view = shown(engine, VwapLineSpec((PERP.id,), "4h", Period.WEEK), rows, bars=5)
    mean, _ = expected(rows, MONDAY_NS, 2**62)
    assert view.line.vwap_ticks[-1] == pytest.approx(mean, rel=1e-12)
    assert view.late_ns is None


def test_a_new_week_begins_anew(engine):
    rows = week_of(np.random.default_rng(7), 30_000, days=9)
    give(engine, rows)
    view = shown(engine, VwapLineSpec((PERP.id,), "1h", Period.WEEK), rows, bars=100)
    at = int(np.searchsorted(view.line.ts_ns, MONDAY_NS + 7 * NS_PER_DAY))
    assert 0 < at < view.line.ts_ns.size
    mean, _ = expected(rows, MONDAY_NS + 7 * NS_PER_DAY, int(view.line.ts_ns[at]) + NS_PER_HOUR)
    assert view.line.vwap_ticks[at] == pytest.approx(mean, rel=1e-12)


def test_volumes_of_two_venues_are_weighed_together_on_one_grid(engine):
    first = week_of(np.random.default_rng(8), 3_000, days=1)
    second = week_of(np.random.default_rng(9), 3_000, days=1)
    second["price_ticks"] *= 2
    give(engine, first)
    give(engine, second, OTHER)
    view = shown(engine, VwapLineSpec((PERP.id, OTHER.id), "1h", Period.WEEK), first, bars=30)
    prices = np.concatenate([first["price_ticks"] * 0.1, second["price_ticks"] * 0.05])
    sizes = np.concatenate([first["size_lots"] * 0.001, second["size_lots"] * 0.0001])
    found = view.line.vwap_ticks[-1] * float(view.instrument.tick_size)
    assert found == pytest.approx(np.average(prices, weights=sizes), rel=1e-12)


def test_another_source_starts_anew(engine):
    rows = week_of(np.random.default_rng(10), 3_000, days=1)
    query = VwapLineSpec((PERP.id,), "1m", Period.WEEK).query()
    asked = {"from_ns": first_bar(rows, "1m", 60), "now_ns": now_of(rows)}
    give(engine, rows)
    query.view(engine, **asked)
    engine.clear()
    assert engine.settle()
    assert query.view(engine, **asked) is None
    give(engine, rows[1_000:])
    mean, _ = expected(rows[1_000:], 0, 2**62)
    assert query.view(engine, **asked).line.vwap_ticks[-1] == pytest.approx(mean, rel=1e-12)


def test_equal_questions_are_one():
    spec = VwapLineSpec((PERP.id,), "1m", Period.WEEK)
    assert spec == replace(spec)
    assert hash(spec) == hash(replace(spec))
    assert spec.query().channels() == ()
