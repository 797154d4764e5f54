import numpy as np
import pytest

from core.domain.events import Channel, Listed, Rows, TradeBlock
from data.views.markers import MarkersSpec
from data.views.moment import Moment
from data.views.tape_marks import TAPE_RULES, TapeMarksSpec
from tests.support.marker_worlds import S, marker_world
from tests.support.trades import START_NS, instrument

PERP = instrument()
SPOT = instrument("binance.spot.BTCUSDT")
SPEC = TapeMarksSpec((PERP.id, SPOT.id))


@pytest.fixture(scope="module")
def world():
    return marker_world(count=6_000, span_s=2_700)


def give(engine, world, of, to_s=2_700):
    engine.submit(Listed(of))
    for name, channel in (("quotes", Channel.QUOTES), ("trades", None)):
        end = np.searchsorted(world[name]["ts_event_ns"], START_NS + round(to_s * S))
        rows = world[name][:end]
        engine.submit(Rows(of, channel, "test", rows) if channel else TradeBlock(of, "t", rows))
    assert engine.settle()


def at(after_s):
    return Moment(START_NS + round(after_s * S))


def whole(query, engine, moment):
    for _ in range(1_000):
        view = query.view(engine, moment)
        reads = any("reading" in why for each in view.not_ready.values() for why in each.values())
        if not reads and len(view.found) == len(engine.ids()):
            return view
    pytest.fail("the past is never read")


def test_each_tape_is_told_what_its_own_markers_are_in_the_order_they_were_known(engine, world):
    give(engine, world, PERP)
    give(engine, world, SPOT, 2_000)
    view = whole(SPEC.query(), engine, at(2_700))
    assert view.listed == {PERP.id: PERP, SPOT.id: SPOT}
    for each in (PERP, SPOT):
        alone = MarkersSpec(each.id, "1m", TAPE_RULES).query()
        for _ in range(1_000):
            told = alone.view(engine, from_ns=0, now_ns=START_NS + 2_700 * S)
            if told.read_frac == 1:
                break
        every = [mark for marks in told.found.values() for mark in marks]
        assert sorted(map(repr, view.found[each.id])) == sorted(map(repr, every))
        known = [mark.known_ns for mark in view.found[each.id]]
        assert known == sorted(known)
    assert len(view.found[PERP.id]) > 10


def test_only_one_past_is_read_at_a_time(engine, world):
    give(engine, world, PERP)
    give(engine, world, SPOT)
    query = SPEC.query()
    first = query.view(engine, at(2_700))
    assert set(first.found) == {PERP.id}
    assert "reading the past" in first.not_ready[PERP.id]["burst"]
    assert set(whole(query, engine, at(2_700)).found) == {PERP.id, SPOT.id}


def test_only_what_became_known_in_the_window_is_told(engine, world):
    give(engine, world, PERP)
    spec = TapeMarksSpec((PERP.id,), window_s=600)
    view = whole(spec.query(), engine, at(2_700))
    assert view.found[PERP.id]
    assert min(each.known_ns for each in view.found[PERP.id]) >= START_NS + 2_100 * S


def test_of_markets_nobody_heard_of_nothing_is_told(engine):
    assert SPEC.query().view(engine, at(10)) is None
    assert SPEC.query().wants([SPOT]) == [(SPOT.id, "1m", 0)]


def test_a_source_that_begins_anew_leaves_nothing_behind(engine, world):
    give(engine, world, PERP)
    query = TapeMarksSpec((PERP.id,)).query()
    assert whole(query, engine, at(2_700)).found[PERP.id]
    engine.clear()
    engine.submit(Listed(PERP))
    assert engine.settle()
    assert whole(query, engine, at(2_700)).found == {PERP.id: ()}
