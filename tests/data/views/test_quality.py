import numpy as np
import pytest

from core.calc.amihud import amihud
from core.calc.bars import time_bars
from core.calc.impact_bins import impact_bins
from core.calc.kyle_lambda import kyle_lambda
from core.calc.roll import roll_ticks
from core.calc.vpin import vpin
from core.domain.events import Channel, Gap, Rows, TradeBlock
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S
from data.views import once
from data.views.once import MOST_AT_ONCE
from data.views.quality import BUCKETS, Measure, QualitySpec
from tests.support.book_seconds import quotes_of, random_seconds
from tests.support.trades import START_NS, instrument, random_trades, trades

PERP = instrument()
KYLE, AMIHUD, ROLL, VPIN, ARRIVALS = Measure
HOURS = 4


def seen(engine, now_s, bars, show, *, query=None, timeframe="5m"):
    step_ns = TIMEFRAMES_NS[timeframe]
    now_ns = START_NS + round(now_s * 1e9)
    from_ns = (now_ns // step_ns - bars + 1) * step_ns
    query = query or QualitySpec(PERP.id, timeframe, show).query()
    for _ in range(0, bars, MOST_AT_ONCE):
        view = query.view(engine, from_ns=from_ns, now_ns=now_ns)
    return view


def give(engine, rows, told=None):
    engine.submit(TradeBlock(PERP, "trade", rows, history=True))
    if told is not None:
        engine.submit(Rows(PERP, Channel.QUOTES, "quotes", told))
    assert engine.settle()


@pytest.fixture(scope="module")
def past():
    rng = np.random.default_rng(8)
    rows = random_trades(rng, 20_000, span_s=HOURS * 3_600)
    return rows, quotes_of(random_seconds(rng, np.arange(HOURS * 3_600)))


def closed(rows, end_ns):
    return rows[rows["ts_event_ns"] < end_ns]


def test_each_measure_is_its_calculator_over_what_was_known_at_the_bars_end(engine, past):
    rows, told = past
    give(engine, rows, told)
    found = {show: seen(engine, HOURS * 3_600 - 1, 6, show) for show in Measure}
    end_ns = int(found[KYLE].open_ns[2]) + 5 * NS_PER_MINUTE
    hour = closed(rows, end_ns)
    hour = hour[hour["ts_event_ns"] >= end_ns - NS_PER_HOUR]
    bins = impact_bins(hour, told, span_ns=(end_ns - NS_PER_HOUR, end_ns))
    kyle = kyle_lambda(bins.signed_tick_lots, bins.move_bps).slope / (0.1 * 0.001) * 1e6
    assert found[KYLE].values[2] == pytest.approx(kyle)
    minutes = time_bars(hour, step_ns=NS_PER_MINUTE)
    expected = amihud(minutes, tick_lot_quote=0.1 * 0.001) * 1e4
    assert found[AMIHUD].values[2] == pytest.approx(expected)
    last = hour[hour["ts_event_ns"] >= end_ns - NS_PER_MINUTE]["price_ticks"]
    assert found[ROLL].values[2] == pytest.approx(roll_ticks(last), nan_ok=True)
    stamps = np.unique(last := hour[hour["ts_event_ns"] >= end_ns - NS_PER_MINUTE]["ts_event_ns"])
    ages = (end_ns - stamps) / NS_PER_S
    assert last.size >= stamps.size
    assert found[ARRIVALS].values[2] >= np.exp(-ages / 10).sum() / 10 - 1e-9


def test_vpin_is_that_of_the_whole_tape_once_there_are_buckets_enough(engine):
    rng = np.random.default_rng(9)
    rows = random_trades(rng, 40_000, span_s=30 * 3_600)
    give(engine, rows)
    tape = engine.tape(PERP.id)
    now_s = 30 * 3_600 - 1
    midnight_ns = (START_NS + now_s * NS_PER_S) // NS_PER_DAY * NS_PER_DAY
    day = tape.seconds.window(midnight_ns - NS_PER_DAY, midnight_ns)
    lots = int((day["buy_lots"] + day["sell_lots"]).sum())
    span_ns = int(day["open_ns"][-1] - day["open_ns"][0]) + NS_PER_S
    bucket = lots * NS_PER_DAY // span_ns // BUCKETS
    view = seen(engine, now_s, 40, VPIN)
    whole = vpin(rows, bucket_lots=bucket, buckets=BUCKETS)
    for open_ns, value in zip(view.open_ns[:-1], view.values[:-1], strict=True):
        known = whole.known_ns < open_ns + 5 * NS_PER_MINUTE
        expected = whole.vpin[known][-1] if known.any() else np.nan
        assert value == pytest.approx(expected, nan_ok=True)
    assert not np.isnan(view.values).all()


def test_what_too_little_is_held_for_is_not_known(engine):
    give(engine, trades((0, 1_000, 1, 1), (30, 1_001, 1, -1)))
    for show in Measure:
        assert np.isnan(seen(engine, 30.5, 2, show).values).all()
    assert QualitySpec(PERP.id, "1m", VPIN).query().channels() == ()
    assert QualitySpec(PERP.id, "1m", KYLE).query().channels() == ((PERP.id, Channel.QUOTES),)


@pytest.mark.parametrize("show", [ROLL, ARRIVALS])
def test_of_a_minute_in_which_trades_may_be_missing_nothing_is_known(engine, past, show):
    give(engine, *past)
    query = QualitySpec(PERP.id, "5m", show).query()
    whole = seen(engine, HOURS * 3_600 - 1, 6, show, query=query)
    bar = int(np.flatnonzero(~np.isnan(whole.values[:-1]))[-1])
    end_ns = int(whole.open_ns[bar + 1])
    engine.submit(Gap(PERP.id, end_ns - NS_PER_S, end_ns, "lost"))
    assert engine.settle()
    whole.values[bar] = np.nan
    torn = seen(engine, HOURS * 3_600 - 1, 6, show, query=query)
    assert torn.values == pytest.approx(whole.values, nan_ok=True)


def test_a_gap_of_quotes_that_becomes_known_later_is_in_kyles_lambda(engine, past):
    give(engine, *past)
    query = QualitySpec(PERP.id, "5m", KYLE).query()
    before = seen(engine, HOURS * 3_600 - 1, 6, KYLE, query=query).values
    from_ns = START_NS + (HOURS * 60 - 40) * NS_PER_MINUTE
    engine.submit(Gap(PERP.id, from_ns, from_ns + 5 * NS_PER_MINUTE, "lost", Channel.QUOTES))
    assert engine.settle()
    after = seen(engine, HOURS * 3_600 - 1, 6, KYLE, query=query).values
    assert after == pytest.approx(seen(engine, HOURS * 3_600 - 1, 6, KYLE).values)
    assert (after != before).all()


def test_the_first_calls_find_the_newest_bars(engine, past, monkeypatch):
    give(engine, *past)
    monkeypatch.setattr(once, "MOST_AT_ONCE", 2)
    query = QualitySpec(PERP.id, "5m", ARRIVALS).query()
    now_ns = START_NS + HOURS * 3_600 * NS_PER_S - 1
    from_ns = now_ns // (5 * NS_PER_MINUTE) * 5 * NS_PER_MINUTE - 20 * NS_PER_MINUTE
    known = []
    for _ in range(5):
        view = query.view(engine, from_ns=from_ns, now_ns=now_ns)
        known.append((~np.isnan(view.values)).astype(int).tolist())
    assert known[0] == [0, 0, 0, 1, 1]
    assert known[-1] == [1, 1, 1, 1, 1]


@pytest.mark.parametrize("show", Measure)
@pytest.mark.parametrize("timeframe", ["15s", "5m"])
def test_a_view_kept_up_to_date_equals_one_made_afresh(engine, past, show, timeframe):
    rows, told = past
    rng = np.random.default_rng(4)
    late = np.argsort(
        np.arange(rows.size) + rng.integers(0, 40, rows.size) * (rng.random(rows.size) < 0.001)
    )
    kept = QualitySpec(PERP.id, timeframe, show).query()
    quotes = np.array_split(told, 16)
    for part, quoted in zip(np.array_split(rows[late], 16), quotes, strict=True):
        give(engine, np.sort(part, order="ts_event_ns"), quoted)
        now_s = (int(part["ts_event_ns"].max()) - START_NS) / 1e9 + 0.3
        one = seen(engine, now_s, 30, show, query=kept, timeframe=timeframe)
        other = seen(engine, now_s, 30, show, timeframe=timeframe)
        assert one.values == pytest.approx(other.values, nan_ok=True)
