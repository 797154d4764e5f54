from dataclasses import replace

import numpy as np
import pytest

from core.calc.regime import Regime
from core.calc.regime_values import Minutes, Part
from core.domain.events import Channel, Gap
from core.domain.units import NS_PER_MINUTE
from data.views.coin_minutes import SPAN
from data.views.moment import Off
from data.views.regime import RegimeSpec
from data.views.regime_past import judged
from tests.support.coins import MARKETS, OKX, PERP, SPOT, Coin, at, moment, quiet, rush
from tests.support.trades import START_NS

SPEC = RegimeSpec(MARKETS)
QUIET = 100
RUSH = range(QUIET, QUIET + 15)
NOW = QUIET + 14
"""The newest minute of the rush, which is open."""


@pytest.fixture
def coin(engine):
    coin = Coin(engine)
    coin.live(*quiet(QUIET))
    return coin


def rushed(coin, *, price=5.0, flow=50.0):
    coin.live(*rush(RUSH, quiet(QUIET)[1][-1], price=price, flow=flow))
    return SPEC.query().view(coin.engine, moment(NOW))


@pytest.mark.parametrize(
    ("price", "flow", "word"),
    [
        (5.0, 50.0, Regime.BULLISH_CVD),
        (-5.0, -50.0, Regime.BEARISH_CVD),
        (-5.0, 50.0, Regime.BULLISH_ABSORPTION),
        (5.0, -50.0, Regime.BEARISH_ABSORPTION),
        (0.0, -50.0, Regime.BULLISH_ABSORPTION),
        (0.0, 50.0, Regime.BEARISH_ABSORPTION),
    ],
)
def test_the_word_is_of_all_markets_of_the_coin(coin, price, flow, word):
    assert rushed(coin, price=price, flow=flow).word is word


def test_each_contribution_is_told_with_value_rank_score_and_weight(coin):
    view = rushed(coin)
    found = {each.part: each for each in view.parts}
    assert found[Part.PRICE].value == pytest.approx(5.0, rel=0.01)
    assert found[Part.SPOT_CVD].value == pytest.approx(50.0)
    assert found[Part.PERP_CVD].value == pytest.approx(100.0), "of two venues"
    assert found[Part.OPEN_INTEREST].value == pytest.approx(15 / 1_099)
    assert found[Part.FUNDING].value == pytest.approx(0.0001)
    assert found[Part.BASIS].value == pytest.approx(0.0)
    assert found[Part.VOLATILITY].value == pytest.approx(5.0, rel=0.01)
    assert found[Part.SPREAD].value == pytest.approx(2e-3, rel=0.02)
    assert [found[each].score for each in (Part.PRICE, Part.FUNDING)] == [0.99, 0.0]
    assert [each.weight for each in view.parts] == [0.20, 0.25, 0.20, 0.15, 0.05, 0.05, 0.05, 0.05]
    assert view.part(Part.PRICE).rests.on == (SPOT.id,)
    assert view.part(Part.PERP_CVD).rests.on == (PERP.id, OKX.id)
    assert view.price_of == SPOT


def test_what_is_usual_of_funding_and_basis_has_their_sign():
    minutes = Minutes(at(60) + np.arange(100) * NS_PER_MINUTE, *(np.full(100, -0.0002),) * 7)
    usual = judged(minutes, None).usual
    assert usual[[Part.FUNDING, Part.BASIS]].tolist() == [-0.0002, -0.0002]
    falling = replace(minutes, price=100.0 * np.exp(-1e-4 * np.arange(100)))
    assert judged(falling, None).usual[Part.PRICE] == pytest.approx(1.0), "a slope has a size"


def test_it_has_held_since_the_minute_in_which_it_began(coin):
    view = rushed(coin)
    began = int(np.flatnonzero(view.past.words != Regime.BULLISH_CVD)[-1]) + 1
    assert view.since_ns == view.past.open_ns[began]
    assert START_NS + RUSH.start * NS_PER_MINUTE < view.since_ns < START_NS + NOW * NS_PER_MINUTE
    assert view.held_ns == moment(NOW).now_ns - view.since_ns
    assert not view.is_at_least


def test_before_an_hour_is_known_there_is_no_word_but_values(engine):
    Coin(engine).live(*quiet(40))
    view = SPEC.query().view(engine, moment(39))
    assert (view.word, view.since_ns, view.held_ns) == (Regime.NOT_KNOWN, None, 0)
    assert not np.isnan(view.part(Part.PRICE).value)
    assert np.isnan(view.part(Part.PRICE).score)
    assert view.known_frac == pytest.approx(0.05), "funding is held to no day"


def test_nothing_is_told_before_a_price_is_known(engine):
    assert SPEC.query().view(engine, moment(1)) is None


def test_a_venue_that_is_off_is_named_and_never_summed_in(coin):
    coin.live(*rush(RUSH, 0.0, price=5.0, flow=50.0))
    off = {(OKX.id, channel): Off("stale", at(60)) for channel in Channel}
    view = SPEC.query().view(coin.engine, moment(NOW, off=off))
    perp = view.part(Part.PERP_CVD)
    assert perp.value == pytest.approx(50.0)
    assert (perp.rests.on, perp.rests.without) == ((PERP.id,), ((OKX.id, "stale"),))
    assert view.part(Part.OPEN_INTEREST).rests.without == ((OKX.id, "stale"),)


def test_where_the_first_market_is_off_the_price_is_of_the_next(coin):
    off = {(SPOT.id, channel): Off("stale", at(60)) for channel in Channel}
    view = SPEC.query().view(coin.engine, moment(QUIET - 1, off=off))
    assert view.price_of == PERP
    assert np.isnan(view.part(Part.SPOT_CVD).value)
    assert np.isnan(view.part(Part.SPOT_CVD).score)
    assert view.part(Part.SPOT_CVD).rests.without == ((SPOT.id, "stale"),)


def test_no_slope_lies_across_a_gap_and_the_sum_says_which_market_lacks(coin):
    coin.engine.submit(Gap(OKX.id, at(60 * 95), at(60 * 96), "lost", Channel.TRADES))
    assert coin.engine.settle()
    view = SPEC.query().view(coin.engine, moment(QUIET - 1))
    why = "some of its last minutes are not known"
    assert view.part(Part.PERP_CVD).rests.without == ((OKX.id, why),)
    assert view.part(Part.SPOT_CVD).rests.without == ()


def test_a_market_that_has_just_come_waits_until_enough_of_it_is_known(engine):
    coin = Coin(engine)
    first, late = quiet(QUIET), QUIET - 30
    for each, since in ((SPOT, 0), (PERP, 0), (OKX, late)):
        coin.trade(each, *(series[since:] for series in first))
    assert engine.settle()
    view = SPEC.query().view(engine, moment(QUIET - 1))
    assert view.part(Part.PERP_CVD).rests.on == (PERP.id,)
    assert view.part(Part.PERP_CVD).rests.without == ((OKX.id, "only 30 of 100 minutes are known"),)


def test_a_view_kept_up_to_date_equals_one_made_afresh(engine):
    coin = Coin(engine)
    minutes, moves, base = quiet(150)
    kept = SPEC.query()
    rng = np.random.default_rng(8)
    order = np.argsort(np.arange(150) + 6 * (rng.random(150) < 0.05), kind="stable")
    for part in np.array_split(order, 15):
        places = np.sort(part)
        coin.live(*([series[at] for at in places] for series in (minutes, moves, base)))
        if rng.random() < 0.2:
            first = int(places[0]) * 60
            engine.submit(Gap(OKX.id, at(first), at(first + 90), "lost", Channel.TRADES))
            assert engine.settle()
        now = moment(int(places[-1]), after_s=float(rng.integers(1, 60)))
        _same(kept.view(engine, now), SPEC.query().view(engine, now))


def test_asked_twice_within_a_tick_it_answers_once(coin):
    query = SPEC.query()
    view = query.view(coin.engine, moment(50, after_s=1))
    assert query.view(coin.engine, moment(50, after_s=1.1)) is view
    assert query.view(coin.engine, moment(50, after_s=1.3)) is not view
    off = {(OKX.id, Channel.TRADES): Off("stale", at(60))}
    assert query.view(coin.engine, moment(50, after_s=1.3, off=off)) is not view


def test_when_all_was_dropped_it_begins_anew(coin):
    query = SPEC.query()
    assert query.view(coin.engine, moment(QUIET - 1)) is not None
    coin.engine.clear()
    assert coin.engine.settle()
    assert query.view(coin.engine, moment(QUIET)) is None


def test_it_asks_for_a_day_of_minutes_of_every_market_that_is_listed():
    wants = SPEC.query().wants([PERP, SPOT])
    assert wants == [(SPOT.id, "1m", SPAN), (PERP.id, "1m", SPAN)]


def test_divergence_is_of_price_and_each_cvd(coin):
    spot, perp = rushed(coin, price=-5.0, flow=50.0).divergences
    assert (spot.part, spot.side) == (Part.SPOT_CVD, 1)
    assert (perp.part, perp.side) == (Part.PERP_CVD, 1)
    assert spot.strength == pytest.approx(0.99, abs=0.01), "the rank of CVD has a tie"
    assert spot.rate.minutes > 0


def _same(one, other):
    assert (one.word, one.since_ns, one.is_at_least) == (
        other.word,
        other.since_ns,
        other.is_at_least,
    )
    assert one.past.words.tolist() == other.past.words.tolist()
    for kept, fresh in zip(one.parts, other.parts, strict=True):
        assert kept.rests == fresh.rests
        numbers = ("value", "usual", "rank", "score")
        assert [getattr(kept, each) for each in numbers] == pytest.approx(
            [getattr(fresh, each) for each in numbers], nan_ok=True, abs=1e-9
        )
    assert one.lean == pytest.approx(other.lean, nan_ok=True)
    rates = [[(each.rate.minutes, each.side) for each in x.divergences] for x in (one, other)]
    assert rates[0] == rates[1]
