import threading

import numpy as np
import pytest

from core.domain.events import Channel, Gap, Rows, TradeBlock
from core.domain.units import NS_PER_S
from data.rehearsal import HELD, Progress, held_past, rehearse, stored_past
from data.store.store import Store
from tests.support.alerts import PERP, SPOT, HeldMarket
from tests.support.derivatives import quotes
from tests.support.rows import book
from tests.support.trades import START_NS, trades

WHOLE = (START_NS, START_NS + 120 * NS_PER_S)


@pytest.fixture
def market(tmp_path):
    market = HeldMarket(tmp_path)
    market.trade((0, 1000, 1, 1), (10, 1010, 1, 1), (10.5, 1020, 1, -1), (60, 1030, 1, 1))
    return market.quote((5, 999, 1001), (59, 1029, 1031))


class Looks:
    """At each look: its second, the newest price, how many quotes are held."""

    def __init__(self):
        self.seen = []

    def __call__(self, engine, moment):
        tape = engine.tape(PERP.id)
        newest_ns = tape.trades.newest_ns
        price = None
        if newest_ns is not None:
            assert newest_ns < moment.now_ns
            price = int(tape.trades.window(newest_ns, newest_ns + 1)["price_ticks"][-1])
        self.seen.append(((moment.now_ns - START_NS) // NS_PER_S, price, len(tape.quotes)))

    def at(self, second):
        return next(each[1:] for each in self.seen if each[0] == second)


def test_each_look_sees_what_had_come_by_then_and_nothing_later(market):
    looks = Looks()
    found = rehearse(held_past(market.engine, [PERP.id], WHOLE), looks)
    assert found.whole
    assert found.looks == len(looks.seen)
    assert looks.at(1) == (1000, 0)
    assert looks.at(10) == (1000, 1)
    assert looks.at(11) == (1020, 1)
    assert looks.at(59) == (1020, 1)
    assert looks.at(61) == (1030, 2)


def test_a_step_is_as_long_as_one_asks_and_on_the_clock(market):
    looks = Looks()
    rehearse(held_past(market.engine, [PERP.id], WHOLE), looks, step_ns=5 * NS_PER_S)
    assert [each[0] for each in looks.seen[:3]] == [5, 10, 15]


def test_the_running_engine_is_left_alone(market):
    before = market.engine.trades_kept
    rehearse(held_past(market.engine, [PERP.id], WHOLE), Looks())
    assert market.engine.trades_kept == before


def test_it_tells_whose_past_it_is_and_that_no_book_is_held(market):
    past = held_past(market.engine, [PERP.id, SPOT.id], WHOLE)
    assert (past.source, past.has_books) == (HELD, False)
    assert past.instruments == (PERP, SPOT)
    said = []
    rehearse(past, lambda _, moment: said.append(moment.source))
    assert set(said) == {HELD}


def test_a_gap_is_in_it(market):
    gap = Gap(PERP.id, START_NS + 20 * NS_PER_S, START_NS + 30 * NS_PER_S, "lost")
    market.submit(gap)
    gaps = []
    rehearse(
        held_past(market.engine, [PERP.id], WHOLE),
        lambda engine, _: gaps.append(len(engine.tape(PERP.id).gaps)),
    )
    assert (gaps[15], gaps[-1]) == (0, 1)


def test_a_gap_that_began_before_is_in_it_and_one_that_was_over_is_not(market):
    market.submit(Gap(PERP.id, START_NS + 5 * NS_PER_S, START_NS + 9 * NS_PER_S, "over"))
    gap = Gap(PERP.id, START_NS + 20 * NS_PER_S, START_NS + 30 * NS_PER_S, "lost")
    market.submit(gap)
    past = held_past(market.engine, [PERP.id], (START_NS + 25 * NS_PER_S, WHOLE[1]))
    assert [each for each in past.events() if isinstance(each, Gap)] == [gap]


def test_where_nothing_comes_for_long_nothing_is_looked_at(market):
    market.trade((9_000, 1040, 1, 1))
    looks = Looks()
    span_ns = START_NS, START_NS + 9_100 * NS_PER_S
    rehearse(held_past(market.engine, [PERP.id], span_ns), looks)
    seconds = [each[0] for each in looks.seen]
    assert len(seconds) < 200
    assert max(seconds) == 9_001
    assert seconds == sorted(set(seconds))


def test_it_can_be_cancelled_and_says_how_far_it_came(market):
    progress = Progress()

    def look(engine, moment):
        assert engine.tape(PERP.id)
        if moment.now_ns >= START_NS + 20 * NS_PER_S:
            progress.cancel.set()

    found = rehearse(held_past(market.engine, [PERP.id], WHOLE), look, progress=progress)
    assert not found.whole
    assert found.span_ns == (START_NS, START_NS + 20 * NS_PER_S)
    assert progress.done_frac == pytest.approx(20 / 120)


def test_it_ends_when_there_is_no_more_time(market):
    found = rehearse(held_past(market.engine, [PERP.id], WHOLE), Looks(), max_s=0.0)
    assert not found.whole


def test_it_starts_no_thread(market):
    before = threading.active_count()
    rehearse(
        held_past(market.engine, [PERP.id], WHOLE),
        lambda *_: None if threading.active_count() <= before else pytest.fail("a thread"),
    )


def test_of_nothing_there_is_no_past(market, tmp_path):
    assert held_past(market.engine, [SPOT.id], WHOLE) is None
    assert held_past(market.engine, [PERP.id], (0, START_NS)) is None
    assert stored_past(Store(tmp_path / "none"), "live", [PERP.id], WHOLE) is None


def test_what_was_recorded_is_looked_at_alike_books_too(market, tmp_path):
    store = Store(tmp_path / "stored")
    rows = trades((0, 1000, 1, 1), (10, 1010, 1, 1), (10.5, 1020, 1, -1), (60, 1030, 1, 1))
    store.append("live", PERP, "aggTrade", rows)
    told = Rows(PERP, Channel.QUOTES, "bookTicker", quotes((5, 999, 1001), (59, 1029, 1031)))
    store.append_rows("live", told)
    levels = book(START_NS + 20 * NS_PER_S, {999: 5}, {1001: 7})
    store.append_rows("live", Rows(PERP, Channel.BOOK, "depth", levels))
    store.sync()
    past = stored_past(store, "live", [PERP.id, SPOT.id], WHOLE)
    assert past.has_books
    stored, held, best = Looks(), Looks(), {}

    def look(engine, moment):
        stored(engine, moment)
        best[(moment.now_ns - START_NS) // NS_PER_S] = engine.tape(PERP.id).book.best()

    assert rehearse(past, look).whole
    rehearse(held_past(market.engine, [PERP.id], WHOLE), held)
    # A recording comes in pieces of up to a second: a look may see it one look later.
    later = {second: seen for second, *seen in held.seen}
    for second, *seen in stored.seen:
        assert seen in ([*later[second]], [*later.get(second - 1, seen)])
    assert best[19] == (None, None)
    assert best[30] == (999, 1001)
    store.close()


def test_the_past_can_be_played_again(market):
    past = held_past(market.engine, [PERP.id], WHOLE)
    first, second = Looks(), Looks()
    rehearse(past, first)
    rehearse(past, second)
    assert first.seen == second.seen


def test_every_row_comes_once(market):
    events = list(held_past(market.engine, [PERP.id], WHOLE).events())
    ids = np.concatenate([e.rows["trade_id"] for e in events if isinstance(e, TradeBlock)])
    assert sorted(ids.tolist()) == [1, 2, 3, 4]
