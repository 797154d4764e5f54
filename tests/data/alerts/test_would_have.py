from dataclasses import replace

import numpy as np
import pytest

from core.domain.errors import TapescopeError
from core.domain.events import Channel, TradeBlock
from core.domain.units import NS_PER_S
from data.alerts.would_have import Job, past_of, step_of, would_have_fired
from data.rehearsal import HELD, Progress
from tests.support.alerts import PERP, HeldMarket, rule
from tests.support.rows import book, event
from tests.support.trades import START_NS, random_trades, trades
from tests.support.waiting import until


@pytest.fixture
def market(tmp_path):
    """Up and down between 99 and 101, a step of 0.1 every 5 s, for half an hour."""
    market = HeldMarket(tmp_path)
    up, down = list(range(990, 1010)), list(range(1010, 990, -1))
    ticks = (up + down) * 9
    market.trade(*((5 * at, each, 1, 1) for at, each in enumerate(ticks)))
    return market.at(1800)


def seconds(found):
    return [(each - START_NS) // NS_PER_S for each in found.fired_ns]


def test_it_is_looked_at_as_the_watcher_would_have(market):
    made = rule("last_price", "crosses up", threshold=100.0)
    found = would_have_fired(made, past_of(market, made, HELD, 1.0), Progress())
    # 100.1 first trades at 11 * 5 s, and is seen at the look after; each 200 s again.
    assert seconds(found) == [56 + 200 * each for each in range(9)]
    assert found.known_frac == 1.0
    assert found.step_ns == NS_PER_S


def test_what_followed_is_by_the_price_after_it(market):
    made = rule("last_price", "crosses up", threshold=100.0)
    found = would_have_fired(made, past_of(market, made, HELD, 1.0), Progress())
    minute, five, _ = found.followed
    # From 100.1 to 100.7 on the way down again, and after five minutes to 99.9; every other one
    # of the nine is within five minutes of one that counts, and the last has none after it.
    assert (minute.n, minute.left_out) == (9, 0)
    assert minute.median_bps == pytest.approx(59.94, abs=0.01)
    assert (five.n, five.left_out) == (4, 5)
    assert five.median_bps == pytest.approx(-19.98, abs=0.01)
    assert five.random_low_bps <= five.random_median_bps <= five.random_high_bps


def test_cool_down_and_hysteresis_count(market):
    made = rule("last_price", "crosses up", threshold=100.0, cool_down_s=300.0)
    found = would_have_fired(made, past_of(market, made, HELD, 1.0), Progress())
    assert seconds(found) == [56, 456, 856, 1256, 1656]
    far = rule("last_price", "crosses up", threshold=100.0, hysteresis=1.5)
    # It never comes back so far: it is told once.
    assert seconds(would_have_fired(far, past_of(market, far, HELD, 1.0), Progress())) == [56]


def test_only_the_newest_hours_are_looked_at(market):
    made = rule("last_price", "crosses up", threshold=100.0)
    past = past_of(market, made, HELD, 0.25)
    assert past.span_ns == (START_NS + 900 * NS_PER_S, START_NS + 1800 * NS_PER_S)


def test_a_figure_of_the_book_needs_recordings_with_books(market):
    made = rule("book_imbalance", threshold=0.5)
    assert "recordings with books" in past_of(market, made, HELD, 1.0)


def test_a_rehearsal_takes_what_a_wall_is_from_its_rule(tmp_path):
    market = HeldMarket(tmp_path)
    rows = book(START_NS, {9_999: 14_000, 9_900: 16_000}, {10_001: 1_000, 10_050: 20_000})
    market.store.append_rows("live", event(Channel.BOOK, rows, PERP))
    market.store.append("live", PERP, "aggTrade", trades((0, 10_000, 1, 1), (60, 10_000, 1, 1)))
    market.store.seal()
    below = rule("wall_distance", "below", threshold=20.0)
    fired = {}
    for btc_base in (12.0, 15.0):
        made = replace(below, wall_btc_base=btc_base)
        found = would_have_fired(made, past_of(market, made, "live", 1.0), Progress())
        fired[btc_base] = seconds(found)
    assert fired == {12.0: [1], 15.0: []}


def test_of_nothing_there_is_nothing_to_look_at(market):
    made = rule("last_price")
    assert "Nothing of binance.perp.BTCUSDT" in past_of(market, made, "live", 1.0)


def test_a_long_past_is_looked_at_less_often():
    assert step_of((0, 3600 * NS_PER_S)) == NS_PER_S
    assert step_of((0, 86_400 * NS_PER_S)) == 6 * NS_PER_S


def test_markers_are_rehearsed_by_when_they_were_known(tmp_path):
    market, rows = HeldMarket(tmp_path), random_trades(np.random.default_rng(4), 6000, span_s=1500)
    market.submit(TradeBlock(PERP, "aggTrade", rows))
    market.at(1500)
    made = rule("large trade", "new marker", threshold=0.0)
    found = would_have_fired(made, past_of(market, made, HELD, 1.0), Progress())
    assert list(found.fired_ns) == sorted(found.fired_ns)
    assert all(each > START_NS for each in found.fired_ns)


def test_a_job_runs_beside_the_page_and_can_be_ended(market):
    made = rule("last_price", "crosses up", threshold=100.0)
    job = Job(made, past_of(market, made, HELD, 1.0))
    until(lambda: not job.is_running)
    assert len(job.result.fired_ns) == 9
    assert job.progress.done_frac == 1.0
    job = Job(made, past_of(market, made, HELD, 1.0))
    job.cancel()
    until(lambda: not job.is_running)
    assert job.result is not None


def test_a_job_that_fails_says_why(market, caplog):
    class Broken:
        span_ns, source, instruments = (0, NS_PER_S), HELD, (PERP,)

        def __init__(self, error):
            self.error = error

        def events(self):
            raise self.error

    for error, words in ((TapescopeError("torn"), "torn"), (KeyError("x"), "the log")):
        job = Job(rule("last_price"), Broken(error))
        until(lambda job=job: not job.is_running)
        assert words in job.problem
    assert "KeyError" in caplog.text
    assert market.engine.faults == 0
