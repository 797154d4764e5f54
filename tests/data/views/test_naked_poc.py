import numpy as np
import pytest

from core.calc.bars import time_bars
from core.calc.naked_poc import UNTOUCHED, naked_poc
from core.calc.session_poc import session_poc
from core.calc.sessions import Sessions
from core.domain.arrays import Provenance
from core.domain.events import Gap, Klines, TradeBlock
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE
from data.engine import Engine
from data.views.naked_poc import NakedPocSpec
from tests.support.trades import START_NS, instrument, random_trades, trades

PERP = instrument()
MIDNIGHT_NS = START_NS // NS_PER_DAY * NS_PER_DAY


@pytest.fixture
def week():
    """An engine that lets nothing go for a week."""
    engine = Engine(max_age_ns=7 * NS_PER_DAY)
    engine.start()
    yield engine
    engine.stop()


def give(engine, rows):
    engine.submit(TradeBlock(PERP, "trade", rows))
    assert engine.settle()


def days_of(seed, days=5, count=20_000):
    """Trades from just before a midnight on."""
    rows = random_trades(np.random.default_rng(seed), count, span_s=days * 86_400)
    rows["ts_event_ns"] += MIDNIGHT_NS - START_NS - NS_PER_HOUR
    return rows


def ask(engine, rows, spec=None, query=None):
    query = query or (spec or NakedPocSpec((PERP.id,), ticks_per_row=10)).query()
    now_ns = int(rows["ts_event_ns"][-1]) + 1
    return query.view(engine, from_ns=now_ns - NS_PER_HOUR, now_ns=now_ns)


def told(view):
    pocs = view.pocs
    return list(
        zip(
            pocs.poc_ticks.tolist(),
            pocs.known_ns.tolist(),
            pocs.touched_ns.tolist(),
            view.is_exact.tolist(),
            strict=True,
        )
    )


@pytest.mark.parametrize("start_ns", [0, 810 * NS_PER_MINUTE])
def test_they_are_those_of_every_session_that_is_over_and_held_whole(week, start_ns):
    rows = days_of(1)
    give(week, rows)
    view = ask(week, rows, NakedPocSpec((PERP.id,), start_ns, 10))
    every = session_poc(rows, ticks_per_row=10, sessions=Sessions(start_ns=start_ns))
    whole = naked_poc(
        every.poc_ticks[1:-1],
        every.known_ns[1:-1],
        bars=time_bars(rows, step_ns=NS_PER_MINUTE),
        ticks_per_row=10,
    )
    assert view.pocs.poc_ticks.tolist() == whole.poc_ticks.tolist()
    assert view.pocs.known_ns.tolist() == whole.known_ns.tolist()
    assert view.pocs.touched_ns.tolist() == whole.touched_ns.tolist()
    assert view.pocs.poc_ticks.size >= 3
    assert view.is_exact.all()


def test_an_answer_kept_up_to_date_equals_one_made_afresh_though_trades_come_late(week):
    rng, rows = np.random.default_rng(2), days_of(2)
    late = np.arange(rows.size) + rng.integers(0, 400, rows.size) * (rng.random(rows.size) < 0.01)
    kept = NakedPocSpec((PERP.id,), ticks_per_row=10).query()
    for part in np.array_split(rows[np.argsort(late, kind="stable")], 25):
        give(week, part)
        held = week.tape(PERP.id).trades.window(0, 2**62)
        assert told(ask(week, held, query=kept)) == told(ask(week, held))
    assert len(told(ask(week, rows, query=kept))) >= 3


def test_it_is_naked_until_a_trade_is_back_in_its_row(week):
    hour, day = 3_600, 86_400
    since = (MIDNIGHT_NS - START_NS) // 10**9
    rows = trades(
        (since - 60, 1_000, 1, 1),
        (since + hour, 1_000, 50, 1),
        (since + 2 * hour, 1_040, 5, 1),
        (since + day + hour, 1_040, 5, 1),
        (since + day + 2 * hour, 1_011, 5, 1),
    )
    query = NakedPocSpec((PERP.id,), ticks_per_row=10).query()
    give(week, rows)
    view = ask(week, rows, query=query)
    assert told(view) == [(1_000, MIDNIGHT_NS + NS_PER_DAY, UNTOUCHED, True)]
    touch = trades((since + day + 3 * hour, 1_009, 1, -1))
    touch["trade_id"] = 9
    give(week, touch)
    ((_, _, touched_ns, _),) = told(ask(week, touch, query=query))
    assert touched_ns == touch["ts_event_ns"][0]


def test_of_minutes_it_is_told_but_not_as_exact(engine):
    rows = days_of(3, days=3)
    minutes = time_bars(rows, step_ns=NS_PER_MINUTE)
    minutes["provenance"] = Provenance.KLINES
    engine.submit(Klines(PERP, "1m", minutes))
    give(engine, rows[-3_000:])
    view = ask(engine, rows)
    assert view.pocs.known_ns.tolist() == [MIDNIGHT_NS + NS_PER_DAY, MIDNIGHT_NS + 2 * NS_PER_DAY]
    assert not view.is_exact.any()


def test_a_session_of_which_the_beginning_is_not_held_is_not_told(engine):
    rows = days_of(4, days=2)
    give(engine, rows[rows["ts_event_ns"] > MIDNIGHT_NS + NS_PER_HOUR])
    assert told(ask(engine, rows)) == []


def test_what_was_exact_stays_when_its_trades_are_let_go(engine):
    rows = days_of(5, days=4, count=60_000)
    query = NakedPocSpec((PERP.id,), ticks_per_row=10).query()
    exact = session_poc(rows, ticks_per_row=10)
    for end in range(1_000, rows.size + 1, 1_000):
        give(engine, rows[end - 1_000 : end])
        engine.tape(PERP.id).drop_before(
            int(rows["ts_event_ns"][end - 1] - 30 * NS_PER_HOUR) // NS_PER_HOUR * NS_PER_HOUR
        )
        view = ask(engine, rows[:end], query=query)
    assert view.is_exact.all()
    assert view.pocs.poc_ticks.tolist() == exact.poc_ticks[1:-1].tolist()
    assert engine.tape(PERP.id).complete_from_ns > MIDNIGHT_NS + NS_PER_DAY


def test_a_session_with_a_gap_is_not_exact(week):
    rows = days_of(6)
    query = NakedPocSpec((PERP.id,), ticks_per_row=10).query()
    give(week, rows)
    assert ask(week, rows, query=query).is_exact.all()
    from_ns = MIDNIGHT_NS + 5 * NS_PER_HOUR
    week.submit(Gap(PERP.id, from_ns, from_ns + NS_PER_MINUTE, "the connection was lost"))
    assert week.settle()
    assert ask(week, rows, query=query).is_exact.tolist() == [False, True, True, True]


def test_another_source_starts_anew(week):
    rows = days_of(7)
    query = NakedPocSpec((PERP.id,), ticks_per_row=10).query()
    give(week, rows)
    ask(week, rows, query=query)
    week.clear()
    assert week.settle()
    assert ask(week, rows, query=query) is None
    give(week, rows[9_000:])
    assert told(ask(week, rows, query=query)) == told(ask(week, rows))
