from threading import Event

import numpy as np
import pytest

from core.calc.regime import Regime
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE
from data.views.regime_followed import RegimeFollowedQuery, RegimeFollowedSpec, after_regimes
from data.views.regime_past import RegimePast
from tests.support.coins import MARKETS, Coin, moment, quiet
from tests.support.regime import NAN
from tests.support.trades import START_NS
from tests.support.waiting import until

E, B, U = Regime.EQUILIBRIUM, Regime.BULLISH_CVD, Regime.NOT_KNOWN


def past(words, price=None):
    opens = START_NS + np.arange(len(words)) * NS_PER_MINUTE
    prices = np.full(len(words), 100.0) if price is None else np.array(price, float)
    return RegimePast(opens, prices, np.array(words, np.int64))


def found(words, price=None, of="held"):
    return after_regimes(past(words, price), of=of)


def test_what_followed_is_the_move_of_15_minutes_after_the_minute_in_which_it_began():
    words = [E] * 5 + [B] * 35
    price = [100.0] * 6 + [100.0 + 0.01 * step for step in range(34)]
    after = found(words, price).after[B]
    assert (after.n, after.left_out) == (1, 0)
    assert after.median_bps == pytest.approx(14.0)  # from 100.00 at the end of minute 5 to 100.14


def test_one_that_held_when_words_began_does_not_count():
    assert found([U] * 3 + [B] * 30 + [E] * 30).after[B].n == 0
    assert found([U] * 3 + [B] * 30 + [E] * 30).after[E].n == 1


def test_beginnings_within_15_minutes_of_one_that_counts_are_the_same_move():
    words = [E, B, E, B] + [E] * 30
    after = found(words).after[B]
    assert (after.n, after.left_out) == (1, 1)


def test_what_is_not_yet_over_is_left_out():
    after = found([E] * 30 + [B] * 10).after[B]
    assert (after.n, after.left_out) == (0, 1)
    assert np.isnan(after.median_bps)


def test_where_a_price_is_missing_nothing_is_made_up():
    price = [100.0] * 40
    price[20] = NAN
    assert found([E] * 5 + [B] * 35, price).after[B].n == 0


def test_every_regime_is_told_and_what_it_is_from():
    view = found([U] + [E] * 120)
    assert set(view.after) == set(Regime) - {U}
    assert view.span_ns == (START_NS + NS_PER_MINUTE, START_NS + 2 * NS_PER_HOUR + NS_PER_MINUTE)
    assert view.of_words == "the 2 h that are held; there are no recordings yet"
    assert found([E] * 120, of="recordings").of_words == "2 h recorded since 2023-11-14 22:13 UTC"


def test_without_a_word_nothing_is_told():
    assert found([U] * 30) is None


def test_it_is_computed_by_a_thread_and_nobody_waits(engine):
    Coin(engine).live(*quiet(200))
    query = RegimeFollowedSpec(MARKETS).query()
    now = moment(199)
    assert query.view(engine, now) is None
    until(lambda: query.view(engine, now) is not None, what="what followed")
    view = query.view(engine, now)
    assert view.of == "held"
    assert sum(each.n for each in view.after.values()) > 0
    assert query.view(engine, moment(200)) is view, "it is not computed at every look"


def test_of_another_market_nothing_is_kept(engine):
    Coin(engine).live(*quiet(200))
    query = RegimeFollowedSpec(MARKETS).query()
    until(lambda: query.view(engine, moment(199)) is not None, what="what followed")
    engine.clear()
    assert engine.settle()
    assert query.view(engine, moment(199)) is None


def test_what_was_asked_of_another_market_is_not_told_when_it_comes(engine, monkeypatch):
    asked, go_on = Event(), Event()

    def slowly(*_):
        asked.set()
        assert go_on.wait(10)
        return found([E] * 30)

    monkeypatch.setattr(RegimeFollowedQuery, "_look", slowly)
    query = RegimeFollowedSpec(MARKETS).query()
    assert query.view(engine, moment(199)) is None
    assert asked.wait(10)
    engine.clear()
    assert engine.settle()
    assert query.view(engine, moment(199)) is None
    running = query._running
    go_on.set()
    until(running.done)
    monkeypatch.setattr(RegimeFollowedQuery, "_look", lambda *_: None)
    assert query.view(engine, moment(199)) is None


def test_a_fault_is_told_once_and_it_is_tried_again(engine, monkeypatch):
    Coin(engine).live(*quiet(200))
    query = RegimeFollowedSpec(MARKETS).query()
    look = query._look
    monkeypatch.setattr(query, "_look", lambda *_: 1 / 0)
    assert query.view(engine, moment(199)) is None
    until(query._running.done, what="the fault")
    with pytest.raises(ZeroDivisionError):
        query.view(engine, moment(199))
    monkeypatch.setattr(query, "_look", look)
    assert query.view(engine, moment(199, after_s=40)) is None
    until(lambda: query.view(engine, moment(199, after_s=41)), what="what followed")
