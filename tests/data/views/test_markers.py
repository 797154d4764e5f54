from dataclasses import replace

import numpy as np
import pytest

from core.calc.marker_rules import MARKER_RULES, find_markers
from core.calc.marker_tape import MarkerTape
from core.domain.events import Channel, Gap, Listed, Rows, TradeBlock
from core.domain.marker import Preset
from data.views import marker_reading
from data.views.markers import MarkersQuery, MarkersSpec
from tests.support.marker_worlds import S, marker_world
from tests.support.trades import START_NS, instrument

COIN = instrument()
SPEC = MarkersSpec(COIN.id, "1m", tuple(MARKER_RULES), ticks_per_row=5)
CHANNELS = {"quotes": Channel.QUOTES, "liquidations": Channel.LIQUIDATIONS}


@pytest.fixture(scope="module")
def world():
    return marker_world(count=6_000, span_s=2_700)


def give(engine, world, from_s, to_s, *, trades=None):
    span = [START_NS + round(at * S) for at in (from_s, to_s)]
    engine.submit(Listed(COIN))
    for name, channel in CHANNELS.items():
        first, end = np.searchsorted(world[name]["ts_event_ns"], span)
        if end > first:
            engine.submit(Rows(COIN, channel, "test", world[name][first:end]))
    if trades is None:
        first, end = np.searchsorted(world["trades"]["ts_event_ns"], span)
        trades = world["trades"][first:end]
    if trades.size:
        engine.submit(TradeBlock(COIN, "aggTrade", trades))
    assert engine.settle()


def read(query, engine, at_s):
    """The view once all is read."""
    for _ in range(1_000):
        view = query.view(engine, from_ns=0, now_ns=START_NS + round(at_s * S))
        if view.read_frac == 1:
            return view
    pytest.fail("the past is never read")


def batch(engine, until_ns, rules=SPEC.rules):
    """What the rules find over the tape as it is held now."""
    tape = engine.tape(COIN.id)
    first_ns = tape.complete_from_ns
    gaps_ns = tuple((gap.from_ns, gap.to_ns) for gap in tape.gaps)
    whole = MarkerTape(
        instrument=COIN,
        trades=tape.trades.window(0, until_ns + 1),
        quotes=tape.quotes.window(0, until_ns + 1),
        liquidations=tape.liquidations.window(0, until_ns + 1),
        from_ns=0,
        until_ns=until_ns,
        step_ns=60 * S,
        ticks_per_row=5,
        gaps_ns=((first_ns // (60 * S) * 60 * S, first_ns), *gaps_ns),
        tickers=tape.tickers.window(0, until_ns + 1),
    )
    return {name: find_markers(whole, name).found for name in rules}


def at(query):
    return query._reading._until_ns


def test_the_past_is_read_a_while_at_a_time_and_then_is_what_batch_finds(engine, world):
    give(engine, world, 0, 2_700)
    query = MarkersQuery(SPEC)
    first = query.view(engine, from_ns=0, now_ns=START_NS + 2_700 * S)
    assert 0 < first.read_frac < 1
    assert set(first.not_ready) == set(SPEC.rules)
    assert first.not_ready["burst"] == f"reading the past, {100 * first.read_frac:.0f} %"
    view = read(query, engine, 2_700)
    assert view.found == batch(engine, at(query))
    assert sum(map(len, view.found.values())) > 20
    assert "burst" not in view.not_ready or "are needed" in view.not_ready["burst"]


def test_only_what_was_known_since_is_told(engine, world):
    give(engine, world, 0, 2_700)
    query = MarkersQuery(SPEC)
    whole = read(query, engine, 2_700).found
    from_ns = START_NS + 1_500 * S
    late = query.view(engine, from_ns=from_ns, now_ns=START_NS + 2_700 * S).found
    for name in SPEC.rules:
        assert late[name] == tuple(each for each in whole[name] if each.known_ns >= from_ns)


@pytest.mark.parametrize("seed", range(2))
def test_trades_that_come_late_lead_to_what_batch_finds_over_the_whole_tape(engine, world, seed):
    rng = np.random.default_rng(seed)
    rows = world["trades"]
    late_ns = np.where(rng.random(rows.size) < 0.1, rng.integers(0, 5 * S, rows.size), 0)
    comes_ns = rows["ts_event_ns"] + late_ns
    query, came = MarkersQuery(SPEC), np.zeros(rows.size, np.bool_)
    give(engine, world, 0, 2_000)
    for step, at_s in enumerate(np.arange(2_000, 2_060, 0.7)):
        due = (comes_ns <= START_NS + at_s * S) & ~came & (rows["ts_event_ns"] >= START_NS)
        came |= due
        give(engine, world, at_s - 0.7, at_s, trades=rows[due & (comes_ns > START_NS)])
        view = read(query, engine, at_s)
        assert step % 8 or view.found == batch(engine, at(query))


def test_a_marker_is_told_within_a_second_of_when_it_was_known(engine, world):
    give(engine, world, 0, 1_800)
    query = MarkersQuery(SPEC)
    read(query, engine, 1_800)
    seen = {}
    for tenth in range(18_000, 18_600):
        at_s = tenth / 10
        give(engine, world, at_s - 0.1, at_s)
        view = query.view(engine, from_ns=0, now_ns=START_NS + round(at_s * S))
        for name, markers in view.found.items():
            for each in markers:
                seen.setdefault((name, each), at_s)
    fresh = {key: at_s for key, at_s in seen.items() if at_s > 1_800}
    assert fresh
    for (_, marker), at_s in fresh.items():
        assert START_NS + at_s * S - marker.known_ns <= S


def test_a_gap_that_becomes_known_later_takes_back_what_it_touches(engine, world):
    give(engine, world, 0, 2_700)
    query = MarkersQuery(SPEC)
    before = read(query, engine, 2_700).found["book-sweep"]
    lost = before[len(before) // 2]
    gap = Gap(COIN.id, lost.event_ns - 1, lost.event_ns + 1, "ids lack", Channel.TRADES)
    engine.submit(gap)
    assert engine.settle()
    after = read(query, engine, 2_700).found
    assert lost in before
    assert lost not in after["book-sweep"]
    assert after == batch(engine, at(query))


def test_a_past_that_comes_later_is_read_from_its_beginning(engine, world):
    give(engine, world, 900, 2_700)
    query = MarkersQuery(SPEC)
    few = read(query, engine, 2_700).found
    first, end = np.searchsorted(world["trades"]["ts_event_ns"], [0, START_NS + 900 * S])
    engine.submit(TradeBlock(COIN, "aggTrade", world["trades"][first:end], history=True))
    assert engine.settle()
    many = read(query, engine, 2_700).found
    assert len(many["book-sweep"]) > len(few["book-sweep"])
    assert many == batch(engine, at(query))


def test_a_frame_costs_what_came_since_the_last_one(engine, world, monkeypatch):
    give(engine, world, 0, 2_700)
    query = MarkersQuery(SPEC)
    read(query, engine, 2_700)
    spans = []
    real = marker_reading.MarkerReading._piece

    def piece(reading, until_ns):
        spans.append(until_ns - reading._until_ns)
        return real(reading, until_ns)

    monkeypatch.setattr(marker_reading.MarkerReading, "_piece", piece)
    for now_s in (2_700.2, 2_701, 2_701.2, 2_702):
        query.view(engine, from_ns=0, now_ns=START_NS + round(now_s * S))
    assert sum(spans) <= 2 * S


def test_what_was_found_two_days_ago_is_let_go_of(engine, world, monkeypatch):
    monkeypatch.setattr(marker_reading, "_BACK_NS", 600 * S)
    give(engine, world, 0, 1_200)
    query = MarkersQuery(replace(SPEC, preset=Preset.CLASSIC))
    early = read(query, engine, 1_200).found["book-sweep"]
    assert 590 * S < early[0].known_ns - START_NS < 660 * S
    give(engine, world, 1_200, 2_700)
    late = read(query, engine, 2_700).found["book-sweep"]
    assert late[0].known_ns - START_NS < 2_160 * S
    view = query.view(engine, from_ns=0, now_ns=START_NS + 2_701 * S)
    assert view.found["book-sweep"][0].known_ns >= START_NS + 1_500 * S


def test_what_was_found_stays_when_the_trades_it_began_with_are_let_go(engine, world, monkeypatch):
    monkeypatch.setattr("data.buffers.trades.BLOCK_ROWS", 256)
    give(engine, world, 0, 2_600)
    query = MarkersQuery(SPEC)
    before = read(query, engine, 2_600).found
    for hour, drop_s in enumerate((1_000, 2_000)):
        engine.tape(COIN.id).drop_before(START_NS + drop_s * S)
        assert engine.tape(COIN.id).complete_from_ns > START_NS
        now_s = 2_600 + hour
        give(engine, world, now_s, now_s + 1)
        view = query.view(engine, from_ns=0, now_ns=START_NS + (now_s + 1) * S)
        assert view.read_frac == 1
        assert all(set(before[name]) <= set(view.found[name]) for name in SPEC.rules)


def test_of_an_instrument_nothing_came_of_it_says_so(engine):
    view = MarkersQuery(SPEC).view(engine, from_ns=0, now_ns=START_NS)
    assert (view.read_frac, set(view.not_ready.values())) == (0.0, {"no trade has come yet"})
    assert set(view.found) == set(SPEC.rules)
